// The data key of a user: made on this phone, wrapped by a key that cannot leave the browser and, from the first hello on,
// by the server's intake key. Destroying the first wrap is what logging out means. No row is sealed here.

import type { Database } from "./database";
import type { KeyRow } from "./schema";
import { sha256 } from "./seal";

export interface IntakeKey {
  id: string;
  alg: string;
  jwk: JsonWebKey;
}

export interface DataKey {
  key: CryptoKey;
  keyId: string;
}

/** The user's data key, made if there is none. Two tabs may race: the row that is written first wins. */
export async function openDataKey(
  db: Database,
  user: string,
  newId: () => string,
): Promise<DataKey> {
  const found = await db.read(["keys"], (tx) => tx.objectStore("keys").get(user));
  if (found) return opened(found);
  const made = await makeKeyRow(user, newId());
  const kept = await db.writeStrict(["keys"], async (tx) => {
    const store = tx.objectStore("keys");
    const first = await store.get(user);
    if (first) return first;
    await store.put(made);
    return made;
  });
  return opened(kept);
}

const opened = async (row: KeyRow): Promise<DataKey> => ({
  key: await unwrap(row, false),
  keyId: row.key_id,
});

/** Wraps the data key for the server too, so that what is unsent can be rescued without this user (PROTOCOL 8). */
export async function addIntakeWrap(db: Database, user: string, intake: IntakeKey): Promise<void> {
  const row = await db.read(["keys"], (tx) => tx.objectStore("keys").get(user));
  if (!row || row.intake?.id === intake.id) return;
  const server = await importIntake(intake);
  const bytes = await crypto.subtle.wrapKey("raw", await unwrap(row, true), server, {
    name: "RSA-OAEP",
  });
  await db.writeStrict(["keys"], async (tx) => {
    const now = await tx.objectStore("keys").get(user);
    // Another tab may have been first: its wrap is what a hello has named, or is about to.
    if (now?.key_id === row.key_id && now.intake?.id !== intake.id)
      await tx.objectStore("keys").put({ ...now, intake: { id: intake.id, bytes } });
  });
}

/** What hello says of it (PROTOCOL 8.5); null before the server's key is known. */
export async function intakeProof({
  db,
  user,
}: {
  db: Database;
  user: string;
}): Promise<string | null> {
  const row = await db.read(["keys"], (tx) => tx.objectStore("keys").get(user));
  return row?.intake ? sha256(new Uint8Array(row.intake.bytes)) : null;
}

async function makeKeyRow(user: string, key_id: string): Promise<KeyRow> {
  const data = await crypto.subtle.generateKey({ name: "AES-GCM", length: 256 }, true, [
    "encrypt",
    "decrypt",
  ]);
  const key = await crypto.subtle.generateKey({ name: "AES-GCM", length: 256 }, false, [
    "wrapKey",
    "unwrapKey",
  ]);
  const iv = crypto.getRandomValues(new Uint8Array(12)).buffer;
  const bytes = await crypto.subtle.wrapKey("raw", data, key, { name: "AES-GCM", iv });
  return { user, key_id, wrap: { key, iv, bytes }, intake: null };
}

/** Extractable only for the moment in which it is wrapped again. */
function unwrap(row: KeyRow, extractable: boolean): Promise<CryptoKey> {
  const { key, iv, bytes } = row.wrap;
  return crypto.subtle.unwrapKey(
    "raw",
    bytes,
    key,
    { name: "AES-GCM", iv },
    { name: "AES-GCM" },
    extractable,
    ["encrypt", "decrypt"],
  );
}

function importIntake({ alg, jwk }: IntakeKey): Promise<CryptoKey> {
  if (alg !== "RSA-OAEP-256")
    throw new Error(`The server's intake key is of an unknown kind: ${alg}`);
  const bare = { kty: "RSA", n: jwk.n ?? "", e: jwk.e ?? "" }; // key_ops of the sender would forbid wrapKey
  return crypto.subtle.importKey("jwk", bare, { name: "RSA-OAEP", hash: "SHA-256" }, false, [
    "wrapKey",
  ]);
}
