// Leaving this phone: log-out, another user, a revoked device. The key that opens the data here is destroyed; what was unsent stays
// as an envelope that only the server can open (PROTOCOL 8), and goes only after the server has confirmed that it has it.

import type { Database, Transaction } from "./database";
import type { EnvelopeRow } from "./schema";
import { base64 } from "./seal";
import { allFacts, type Session } from "./session";

export interface Envelope {
  device: string;
  key_id: string;
  wrapped_key: string;
  rows: { mid: number; sha: string; alg: string; iv: string; bytes: string }[];
}
export type Departure = { state: "left"; unsent: number } | { state: "kept"; unsent: number };

/**
 * Destroys this phone's wrap of the user's key, in one transaction. `kept`: there is unsent work and the server has never told us its
 * intake key, so nobody could ever open it; then nothing is destroyed.
 */
export function leave(db: Database, user: string): Promise<Departure> {
  return db.writeStrict(
    [
      "meta",
      "keys",
      "outbox",
      "acked",
      "lists",
      "blocks",
      "staging",
      "shelf",
      "envelopes",
      "drafts",
      "chunks",
    ],
    async (tx) => {
      const key = await tx.objectStore("keys").get(user);
      const rows = await tx
        .objectStore("outbox")
        .getAll(IDBKeyRange.bound([user, 0], [user, Infinity]));
      if (!key) return { state: "left", unsent: 0 };
      if (rows.length > 0 && !key.intake) return { state: "kept", unsent: rows.length };
      const { device } = await allFacts(tx, user);
      if (rows.length > 0 && key.intake) {
        await tx
          .objectStore("envelopes")
          .put({ device, user, key_id: key.intake.id, wrapped_key: key.intake.bytes, rows });
      }
      await tx.objectStore("keys").delete(user);
      await forgetRows(tx, user, device);
      if (rows.length === 0) await forgetPieces(tx, user);
      return { state: "left", unsent: rows.length };
    },
  );
}

/** Copies of what the server has. The device id goes too: a new log-in is a new device, its numbers start at 1. */
async function forgetRows(tx: Transaction, user: string, device: string): Promise<void> {
  const two = IDBKeyRange.bound([user, ""], [user, "\uffff"]);
  const three = IDBKeyRange.bound([user, ""], [user, []]);
  await tx.objectStore("meta").delete(two);
  await tx.objectStore("outbox").delete(IDBKeyRange.bound([user, 0], [user, Infinity]));
  await tx.objectStore("acked").delete(IDBKeyRange.bound([device, 0], [device, Infinity]));
  for (const name of ["lists", "blocks"] as const) await tx.objectStore(name).delete(two);
  for (const name of ["staging", "shelf"] as const) await tx.objectStore(name).delete(three);
}

/** Other users whose data this phone can still open. */
export function othersHere(db: Database, user: string): Promise<string[]> {
  return db.read(["keys"], async (tx) =>
    (await tx.objectStore("keys").getAllKeys()).filter((one) => one !== user),
  );
}

export async function envelopes(db: Database): Promise<Envelope[]> {
  return (await db.read(["envelopes"], (tx) => tx.objectStore("envelopes").getAll())).map(spell);
}

/** The unsent work of the open user as a file for intake, while he is still here. Null: the server's key is not known yet. */
export function exportEnvelope({ db, user }: Session): Promise<Envelope | null> {
  return db.read(["meta", "keys", "outbox"], async (tx) => {
    const key = await tx.objectStore("keys").get(user);
    if (!key?.intake) return null;
    const { device } = await allFacts(tx, user);
    const rows = await tx
      .objectStore("outbox")
      .getAll(IDBKeyRange.bound([user, 0], [user, Infinity]));
    return spell({ device, user, key_id: key.intake.id, wrapped_key: key.intake.bytes, rows });
  });
}

/** After 202: the envelope goes, and the drafts and photos that nobody here can open any more. */
export function wipeEnvelope(db: Database, device: string): Promise<void> {
  return db.writeStrict(["envelopes", "keys", "drafts", "chunks"], async (tx) => {
    const envelope = await tx.objectStore("envelopes").get(device);
    await tx.objectStore("envelopes").delete(device);
    if (!envelope || (await tx.objectStore("keys").getKey(envelope.user))) return;
    await forgetPieces(tx, envelope.user);
  });
}

async function forgetPieces(tx: Transaction, user: string): Promise<void> {
  await tx.objectStore("drafts").delete(IDBKeyRange.bound([user, ""], [user, "\uffff"]));
  await tx.objectStore("chunks").delete(IDBKeyRange.bound([user, ""], [user, []]));
}

function spell(row: EnvelopeRow): Envelope {
  return {
    device: row.device,
    key_id: row.key_id,
    wrapped_key: base64(row.wrapped_key),
    rows: row.rows.map(({ mid, sha, alg, iv, bytes }) => ({
      mid,
      sha,
      alg,
      iv: base64(iv),
      bytes: base64(bytes),
    })),
  };
}
