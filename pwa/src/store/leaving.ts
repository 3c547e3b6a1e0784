// Leaving this phone: log-out, another user, a revoked device. The key that opens the data here is destroyed; what was unsent stays
// as an envelope that only the server can open (PROTOCOL 8), and goes only after the server has confirmed that it has it.

import type { Database, Transaction } from "./database";
import type { EnvelopeRow, Sealed } from "./schema";
import { base64 } from "./seal";
import { allFacts, type Session } from "./session";

export interface SealedOther {
  kind: "draft" | "blob";
  key: string;
  alg: "A256GCM";
  iv: string;
  bytes: string;
}
export interface Envelope {
  device: string;
  user: string;
  key_id: string;
  wrapped_key: string;
  rows: { mid: number; sha: string; alg: string; iv: string; bytes: string }[];
  others: SealedOther[];
}
/** `unsent` counts acts, `drafts` what was typed and is no act yet; both are handed in. */
export interface Departure {
  state: "left" | "kept";
  unsent: number;
  drafts: number;
}

const ALL = [
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
] as const;
const outboxOf = (user: string) => IDBKeyRange.bound([user, 0], [user, Infinity]);
const twoOf = (user: string) => IDBKeyRange.bound([user, ""], [user, "\uffff"]);
const threeOf = (user: string) => IDBKeyRange.bound([user, ""], [user, []]);

/**
 * Destroys this phone's wrap of the user's key, in one transaction. `kept`: there is unsent work and the server has never told us its
 * intake key, so nobody could ever open it; then nothing is destroyed.
 */
export function leave(db: Database, user: string): Promise<Departure> {
  return db.writeStrict([...ALL], async (tx) => {
    const key = await tx.objectStore("keys").get(user);
    if (!key) return { state: "left", unsent: 0, drafts: 0 };
    const rows = await tx.objectStore("outbox").getAll(outboxOf(user));
    const drafts = await tx.objectStore("drafts").getAll(twoOf(user));
    const chunks = await tx.objectStore("chunks").count(threeOf(user));
    const left = { unsent: rows.length, drafts: drafts.length };
    const isEmpty = rows.length + drafts.length + chunks === 0;
    if (!isEmpty && !key.intake) return { state: "kept", ...left };
    const { device } = await allFacts(tx, user);
    if (!isEmpty && key.intake) {
      const { id: key_id, bytes: wrapped_key } = key.intake;
      const row = { device, user, data_key: key.key_id, key_id, wrapped_key, rows, drafts };
      await tx.objectStore("envelopes").put(row);
    }
    await tx.objectStore("keys").delete(user);
    await forgetRows(tx, user, device);
    return { state: "left", ...left };
  });
}

/** Copies of what the server has. The device id goes too: a new log-in is a new device, its numbers start at 1. */
async function forgetRows(tx: Transaction, user: string, device: string): Promise<void> {
  await tx.objectStore("meta").delete(twoOf(user));
  await tx.objectStore("outbox").delete(outboxOf(user));
  await tx.objectStore("acked").delete(IDBKeyRange.bound([device, 0], [device, Infinity]));
  for (const name of ["lists", "blocks", "drafts"] as const)
    await tx.objectStore(name).delete(twoOf(user));
  for (const name of ["staging", "shelf"] as const)
    await tx.objectStore(name).delete(threeOf(user));
}

/** Names of the photo chunks that this envelope's key opens. */
export function chunksOf(db: Database, row: EnvelopeRow): Promise<[string, number][]> {
  return db.read(["chunks"], async (tx) => {
    const found: [string, number][] = [];
    let at = await tx.objectStore("chunks").openCursor(threeOf(row.user));
    for (; at; at = await at.continue())
      if (at.value.data_key === row.data_key) found.push([at.value.sha, at.value.n]);
    return found;
  });
}

export async function sealedChunk(
  db: Database,
  user: string,
  [sha, n]: [string, number],
): Promise<SealedOther | null> {
  const row = await db.read(["chunks"], (tx) => tx.objectStore("chunks").get([user, sha, n]));
  return row ? other("blob", `${sha}:${n}`, row) : null;
}

/** The unsent work of the open user as a file for intake, while he is still here. Null: the server's key is not known yet. */
export function exportEnvelope({ db, user }: Session): Promise<Envelope | null> {
  return db.read(["meta", "keys", "outbox", "drafts"], async (tx) => {
    const key = await tx.objectStore("keys").get(user);
    if (!key?.intake) return null;
    const { device } = await allFacts(tx, user);
    const rows = await tx.objectStore("outbox").getAll(outboxOf(user));
    const drafts = await tx.objectStore("drafts").getAll(twoOf(user));
    const { id: key_id, bytes: wrapped_key } = key.intake;
    return spell({ device, user, data_key: key.key_id, key_id, wrapped_key, rows, drafts });
  });
}

/** After 202 for every part: the envelope goes, and the photos that nobody here can open any more. */
export function wipeEnvelope(db: Database, row: EnvelopeRow): Promise<void> {
  return db.writeStrict(["envelopes", "chunks"], async (tx) => {
    await tx.objectStore("envelopes").delete(row.device);
    let at = await tx.objectStore("chunks").openCursor(threeOf(row.user));
    for (; at; at = await at.continue()) if (at.value.data_key === row.data_key) await at.delete();
  });
}

/** After 202 for their part: photos go at once, so that a hand-in that is cut goes on instead of beginning anew. */
export function wipeChunks(
  db: Database,
  row: EnvelopeRow,
  names: [string, number][],
): Promise<void> {
  return db.writeStrict(["chunks"], async (tx) => {
    const chunks = tx.objectStore("chunks");
    for (const [sha, n] of names) {
      const found = await chunks.get([row.user, sha, n]);
      if (found?.data_key === row.data_key) await chunks.delete([row.user, sha, n]);
    }
  });
}

const other = (kind: SealedOther["kind"], key: string, row: Sealed): SealedOther => ({
  kind,
  key,
  alg: "A256GCM",
  iv: base64(row.iv),
  bytes: base64(row.bytes),
});

export function spell(row: EnvelopeRow): Envelope {
  const { device, user, key_id } = row;
  return {
    device,
    user,
    key_id,
    wrapped_key: base64(row.wrapped_key),
    rows: row.rows.map(({ mid, sha, alg, iv, bytes }) => ({
      mid,
      sha,
      alg,
      iv: base64(iv),
      bytes: base64(bytes),
    })),
    others: row.drafts.map((draft) => other("draft", draft.key, draft)),
  };
}
