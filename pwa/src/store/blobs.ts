// Photos and other large pieces: sealed chunks of 256 KiB as plain buffers (Blob records have been lost and swapped by a browser),
// named by the hash of the whole. A piece counts as saved only after it was read back and hashed. Uploading is not done here.

import { base64, openBytes, sealBytes, sha256 } from "./seal";
import { requireHere, type Session } from "./session";

export const CHUNK_BYTES = 256 * 1024;
const place = (user: string, sha: string, n: number) => `${user}:blob:${sha}:${n}`;
const chunksOf = (user: string, sha: string) =>
  IDBKeyRange.bound([user, sha, 0], [user, sha, Infinity]);

/** Stores the bytes and returns their SHA-256, which is their name. Where they do not fit nothing of them stays: the room that is left
 *  is for words. */
export async function putBlob(session: Session, bytes: Uint8Array<ArrayBuffer>): Promise<string> {
  const sha = await sha256(bytes);
  if ((await getBlob(session, sha)) !== null) return sha;
  const mine = new Map<number, string>();
  try {
    await putChunks(session, sha, bytes, mine);
  } catch (error) {
    await takeBack(session, sha, mine).catch(() => undefined);
    throw error;
  }
  if ((await getBlob(session, sha)) === null)
    throw new Error("The phone did not keep the photo it was given");
  return sha;
}

async function putChunks(
  session: Session,
  sha: string,
  bytes: Uint8Array<ArrayBuffer>,
  /** Told the pieces that were not here before, each with its seal. */
  mine: Map<number, string>,
): Promise<void> {
  for (let n = 0; n === 0 || n * CHUNK_BYTES < bytes.length; n++) {
    const part = bytes.slice(n * CHUNK_BYTES, (n + 1) * CHUNK_BYTES);
    const sealed = await sealBytes(session.key, place(session.user, sha, n), part);
    const isNew = await session.db.writeStrict(["chunks", "keys"], async (tx) => {
      await requireHere(tx, session);
      const chunks = tx.objectStore("chunks");
      const before = await chunks.getKey([session.user, sha, n]);
      await chunks.put({ user: session.user, sha, n, data_key: session.keyId, ...sealed });
      return before === undefined;
    });
    if (isNew) mine.set(n, base64(sealed.iv));
  }
}

/** Another tab may keep the same photo: what it has written, before or meanwhile, stays. */
function takeBack(session: Session, sha: string, mine: ReadonlyMap<number, string>): Promise<void> {
  return session.db.write(["chunks"], async (tx) => {
    const chunks = tx.objectStore("chunks");
    for (const [n, seal] of mine) {
      const row = await chunks.get([session.user, sha, n]);
      if (row && base64(row.iv) === seal) await chunks.delete([session.user, sha, n]);
    }
  });
}

/** The bytes, or null when they are missing or not what their name says. */
export async function getBlob(
  session: Session,
  sha: string,
): Promise<Uint8Array<ArrayBuffer> | null> {
  const rows = await session.db.read(["chunks"], (tx) =>
    tx.objectStore("chunks").getAll(chunksOf(session.user, sha)),
  );
  if (rows.length === 0) return null;
  const parts = await Promise.all(
    rows.map((row) => openBytes(session.key, place(session.user, sha, row.n), row)),
  );
  const whole = new Uint8Array(parts.reduce((size, part) => size + part.byteLength, 0));
  let at = 0;
  for (const part of parts) {
    whole.set(new Uint8Array(part), at);
    at += part.byteLength;
  }
  return (await sha256(whole)) === sha ? whole : null;
}

/** Whether anything of it is kept here, without opening it. */
export const hasBlob = (session: Session, sha: string): Promise<boolean> =>
  session.db.read(
    ["chunks"],
    async (tx) =>
      (await tx.objectStore("chunks").getKey(chunksOf(session.user, sha))) !== undefined,
  );

export function deleteBlob(session: Session, sha: string): Promise<void> {
  return session.db.write(["chunks"], (tx) =>
    tx.objectStore("chunks").delete(chunksOf(session.user, sha)),
  );
}
