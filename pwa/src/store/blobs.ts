// Photos and other large pieces: sealed chunks of 256 KiB as plain buffers (Blob records have been lost and swapped by a browser),
// named by the hash of the whole. A piece counts as saved only after it was read back and hashed. Uploading is not done here.

import { openBytes, sealBytes, sha256 } from "./seal";
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
  try {
    await putChunks(session, sha, bytes);
  } catch (error) {
    await deleteBlob(session, sha).catch(() => undefined);
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
): Promise<void> {
  for (let n = 0; n === 0 || n * CHUNK_BYTES < bytes.length; n++) {
    const part = bytes.slice(n * CHUNK_BYTES, (n + 1) * CHUNK_BYTES);
    const sealed = await sealBytes(session.key, place(session.user, sha, n), part);
    await session.db.writeStrict(["chunks", "keys"], async (tx) => {
      await requireHere(tx, session);
      await tx
        .objectStore("chunks")
        .put({ user: session.user, sha, n, data_key: session.keyId, ...sealed });
    });
  }
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
