// Pages of a pull that is not finished. They are not shown: only together with the last page are they consistent (PROTOCOL 4.7).
// They outlive a kill, so that a long first pull goes on where it stopped.

import { openJson, sealJson } from "./seal";
import { requireHere, type Session } from "./session";
import type { Page } from "./rows";

const place = (user: string, run: string, page: number) => `${user}:page:${run}:${page}`;
const ofUser = (user: string) => IDBKeyRange.bound([user, ""], [user, "\uffff"]);

export async function stagePage(
  session: Session,
  run: string,
  number: number,
  page: Page,
): Promise<void> {
  const sealed = await sealJson(session.key, place(session.user, run, number), page);
  await session.db.write(["staging", "keys"], async (tx) => {
    await requireHere(tx, session);
    await tx.objectStore("staging").put({ user: session.user, run, page: number, ...sealed });
  });
}

export async function stagedPages(session: Session, run: string): Promise<Page[]> {
  const rows = await session.db.read(["staging"], (tx) =>
    tx
      .objectStore("staging")
      .getAll(IDBKeyRange.bound([session.user, run, 0], [session.user, run, Infinity])),
  );
  return Promise.all(
    rows.map((row) => openJson<Page>(session.key, place(session.user, run, row.page), row)),
  );
}

export interface Unfinished {
  run: string;
  pages: number;
  cookies: Page["cookies"];
}

/** The pull that a kill interrupted, if there is exactly one: two would be two tabs, and then it is begun again. */
export async function unfinishedRun(session: Session): Promise<Unfinished | null> {
  const keys = await session.db.read(["staging"], (tx) =>
    tx.objectStore("staging").getAllKeys(ofUser(session.user)),
  );
  const runs = new Set(keys.map((key) => key[1]));
  const [run] = runs;
  if (runs.size !== 1 || run === undefined) return null;
  const pages = await stagedPages(session, run);
  return { run, pages: pages.length, cookies: pages.at(-1)?.cookies ?? {} };
}

export function dropStaging(session: Session): Promise<void> {
  return session.db.write(["staging"], (tx) =>
    tx.objectStore("staging").delete(ofUser(session.user)),
  );
}
