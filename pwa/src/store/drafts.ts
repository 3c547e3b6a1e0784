// Drafts: what a person is typing, kept at each keystroke before it is an act. Strict, sealed, one row per key. A draft is never
// sent and never expires by itself; the screen that owns its key deletes it when the act is saved.

import { openJson, sealJson } from "./seal";
import type { Json } from "./rows";
import { requireHere, type Session } from "./session";

const place = (user: string, key: string) => `${user}:draft:${key}`;

export async function putDraft(
  session: Session,
  key: string,
  value: Json,
  at: number,
): Promise<void> {
  const sealed = await sealJson(session.key, place(session.user, key), value);
  await session.db.writeStrict(["drafts", "keys"], async (tx) => {
    await requireHere(tx, session);
    await tx.objectStore("drafts").put({ user: session.user, key, at, ...sealed });
  });
}

export async function getDraft(session: Session, key: string): Promise<Json | undefined> {
  const row = await session.db.read(["drafts"], (tx) =>
    tx.objectStore("drafts").get([session.user, key]),
  );
  return row && openJson<Json>(session.key, place(session.user, key), row);
}

export function deleteDraft(session: Session, key: string): Promise<void> {
  return session.db.writeStrict(["drafts"], (tx) =>
    tx.objectStore("drafts").delete([session.user, key]),
  );
}

export function draftKeys(session: Session): Promise<{ key: string; at: number }[]> {
  return session.db.read(["drafts"], async (tx) => {
    const rows = await tx
      .objectStore("drafts")
      .getAll(IDBKeyRange.bound([session.user, ""], [session.user, "\uffff"]));
    return rows.map(({ key, at }) => ({ key, at }));
  });
}
