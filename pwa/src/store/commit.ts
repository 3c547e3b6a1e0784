// Makes a finished pull visible: one transaction that writes the changed blocks and lists, the cookies, the shelf, and marks the
// acknowledged acts that are now covered. Before it nothing shows, after it everything does. What a row means is not known here.

import { StoreError, type Transaction } from "./database";
import { applyPages, type Change } from "./apply";
import { blockPlace, listPlace, nameOf, shelfPlace, type Base } from "./base";
import { putFront, sealFront, type Choose } from "./front";
import type { AckedRow, BlockRow, ListRow, ShelfRow } from "./schema";
import { sealJson } from "./seal";
import { emptiedAbout } from "./outbox";
import { fact, requireHere, setFacts, type Cookies, type Session } from "./session";
import { pack, type Page } from "./rows";

export interface Commit {
  pages: Page[];
  /** Records that an unsent or uncovered mutation names: they go to the shelf instead of away. */
  pending: ReadonlySet<string>;
  /** Which pull this is, counted since the start: an answer without `applied_seq` is covered by a pull begun after it. */
  round: number;
  run: string | null;
  /** Which rows a start shows first. */
  front: Choose;
}

export async function commitPages(session: Session, base: Base, commit: Commit): Promise<Change> {
  const change = await applyPages(session, base, commit.pages, commit.pending);
  const rows = await sealChange(session, change);
  const front = await sealFront(session, change.base, commit.front);
  const emptied = await emptiedAbout(session, change.erased);
  await session.db.write(
    ["meta", "keys", "lists", "blocks", "shelf", "staging", "acked"],
    async (tx) => {
      await claim(tx, session, base.gen);
      for (const row of rows.lists) await tx.objectStore("lists").put(row);
      for (const row of rows.blocks) await tx.objectStore("blocks").put(row);
      for (const block of change.emptied)
        await tx.objectStore("blocks").delete([session.user, block]);
      for (const row of rows.shelf) await tx.objectStore("shelf").put(row);
      for (const [entity, id] of change.unshelved)
        await tx.objectStore("shelf").delete([session.user, entity, id]);
      await putFront(tx, session.user, front, base.gen + 1);
      await sweepShelf(tx, session, commit.pending);
      await tx
        .objectStore("staging")
        .delete(IDBKeyRange.bound([session.user, ""], [session.user, "\uffff"]));
      await cover(tx, session, change.base.cookies, commit.round);
      for (const row of emptied) await tx.objectStore("acked").put(row);
      await setFacts(tx, session.user, { cookies: change.base.cookies, gen: base.gen + 1 });
    },
  );
  return change;
}

/** A 204: nothing has changed up to `at`. */
export async function commitNothing(
  session: Session,
  base: Base,
  at: number,
  { pending, round }: Pick<Commit, "pending" | "round">,
): Promise<Base> {
  const cookies: Cookies = Object.fromEntries(
    Object.entries(base.cookies).map(([name, cookie]) => [name, { ...cookie, seq: at }]),
  );
  await session.db.write(["meta", "keys", "acked", "shelf"], async (tx) => {
    await claim(tx, session, base.gen);
    await sweepShelf(tx, session, pending);
    await cover(tx, session, cookies, round);
    const gen = base.gen + 1;
    const isSaid = (await fact(tx, session.user, "gen_of_front")) === base.gen;
    await setFacts(tx, session.user, { cookies, gen, ...(isSaid && { gen_of_front: gen }) });
  });
  return { ...base, cookies, gen: base.gen + 1 };
}

async function claim(tx: Transaction, session: Session, gen: number): Promise<void> {
  if ((await fact(tx, session.user, "gen")) !== gen)
    throw new StoreError("stale", "Another tab has written a newer base");
  await requireHere(tx, session);
}

/** PROTOCOL 5.8. */
export function isCovered(
  row: Pick<AckedRow, "result" | "round">,
  cookies: Cookies,
  round: number,
): boolean {
  if (row.result.state === "parked") return true;
  if (row.result.state === "received") return false;
  const { applied_seq: seq } = row.result;
  if (seq === null) return round > row.round;
  return Object.values(cookies).every((cookie) => cookie.seq >= seq && cookie.snap !== true);
}

async function cover(
  tx: Transaction,
  session: Session,
  cookies: Cookies,
  round: number,
): Promise<void> {
  const acked = tx.objectStore("acked");
  for (const row of await acked.index("open").getAll([session.user, 1])) {
    if (isCovered(row, cookies, round)) await acked.put({ ...row, open: 0 });
  }
}

async function sweepShelf(
  tx: Transaction,
  session: Session,
  pending: ReadonlySet<string>,
): Promise<void> {
  const shelf = tx.objectStore("shelf");
  for (const key of await shelf.getAllKeys(
    IDBKeyRange.bound([session.user, "", ""], [session.user, "\uffff", "\uffff"]),
  )) {
    if (!pending.has(nameOf(key[1], key[2]))) await shelf.delete(key);
  }
}

async function sealChange(
  { user, key }: Session,
  change: Change,
): Promise<{ lists: ListRow[]; blocks: BlockRow[]; shelf: ShelfRow[] }> {
  const lists = [...change.entities].map(async (entity): Promise<ListRow> => ({
    user,
    entity,
    rows: [],
    index: JSON.stringify([...(change.base.index.get(entity) ?? [])]),
    ...(await sealJson(
      key,
      listPlace(user, entity),
      pack(change.base.lists.get(entity) ?? new Map()),
    )),
  }));
  const blocks = [...change.blocks].map(async ([block, body]): Promise<BlockRow> => ({
    user,
    block,
    ...(await sealJson(key, blockPlace(user, block), body)),
  }));
  const shelf = change.shelved.map(async ({ entity, id, v, fields }): Promise<ShelfRow> => ({
    user,
    entity,
    id,
    v,
    ...(await sealJson(key, shelfPlace(user, nameOf(entity, id)), fields)),
  }));
  return {
    lists: await Promise.all(lists),
    blocks: await Promise.all(blocks),
    shelf: await Promise.all(shelf),
  };
}
