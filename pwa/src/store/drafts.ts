// Drafts: what a person is typing, kept at each keystroke before it is an act. Strict, sealed, one row per key. A draft is never
// sent and never expires by itself. It ends with the act that its words became, in the act's own transaction, or by hand; and
// only as long as it is the one that was read or written: another tab may have put newer words in its place.

import type { Transaction } from "./database";
import { base64, openJson, sealJson } from "./seal";
import type { Json } from "./rows";
import { requireHere, type Session } from "./session";

/** A draft as it was written once; `stamp` is another for every writing of it. */
export interface DraftStamp {
  key: string;
  stamp: string;
}
/** Of an act: the draft whose words it carries. `isAll`: the act is nothing but these words, so without them it is not made. */
export interface Spends extends DraftStamp {
  isAll?: boolean;
}

const place = (user: string, key: string) => `${user}:draft:${key}`;
/** Every sealing has its own iv. */
const stampOf = (row: { iv: ArrayBuffer }): string => base64(row.iv);

/** Answers the stamp of this writing. */
export async function putDraft(
  session: Session,
  key: string,
  value: Json,
  at: number,
): Promise<string> {
  const sealed = await sealJson(session.key, place(session.user, key), value);
  await session.db.writeStrict(["drafts", "keys"], async (tx) => {
    await requireHere(tx, session);
    await tx.objectStore("drafts").put({ user: session.user, key, at, ...sealed });
  });
  return stampOf(sealed);
}

export async function getDraft(
  session: Session,
  key: string,
): Promise<{ value: Json; stamp: string } | undefined> {
  const row = await session.db.read(["drafts"], (tx) =>
    tx.objectStore("drafts").get([session.user, key]),
  );
  if (!row) return undefined;
  const value = await openJson<Json>(session.key, place(session.user, key), row);
  return { value, stamp: stampOf(row) };
}

/** Inside the caller's transaction; false when it is gone or holds other words by now. */
export async function dropIn(
  tx: Transaction,
  session: Session,
  { key, stamp }: DraftStamp,
): Promise<boolean> {
  const row = await tx.objectStore("drafts").get([session.user, key]);
  if (!row || stampOf(row) !== stamp) return false;
  await tx.objectStore("drafts").delete([session.user, key]);
  return true;
}

export const dropDraft = (session: Session, draft: DraftStamp): Promise<boolean> =>
  session.db.writeStrict(["drafts"], (tx) => dropIn(tx, session, draft));

export function draftKeys(session: Session): Promise<{ key: string; at: number }[]> {
  return session.db.read(["drafts"], async (tx) => {
    const rows = await tx
      .objectStore("drafts")
      .getAll(IDBKeyRange.bound([session.user, ""], [session.user, "\uffff"]));
    return rows.map(({ key, at }) => ({ key, at }));
  });
}
