// The base: rows as the server last showed them. In memory: where each row is, its version, its channels and its list columns.
// Whole rows stay sealed in their block until one is opened. It is written only by `commit.ts`.

import type { IndexEntry, ListRow, ShelfRow } from "./schema";
import { openJson } from "./seal";
import { allFacts, type Cookies, type Session } from "./session";
import { unite, unpack, type Body, type Fields, type Packed } from "./rows";

export type Block = Record<string, Body>;
export interface Base {
  gen: number;
  cookies: Cookies;
  index: Map<string, Map<string, IndexEntry>>;
  lists: Map<string, Map<string, Fields>>;
}
export interface Row {
  fields: Fields;
  version: number;
  detached: boolean;
}

export const nameOf = (entity: string, id: string) => `${entity}/${id}`;
export const listPlace = (user: string, entity: string) => `${user}:list:${entity}`;
export const blockPlace = (user: string, block: string) => `${user}:block:${block}`;
export const shelfPlace = (user: string, name: string) => `${user}:shelf:${name}`;
export const emptyBase = (): Base => ({ gen: 0, cookies: {}, index: new Map(), lists: new Map() });

/** Reads one sealed row per entity: the cost of a start does not depend on how long the rows are. */
export async function loadBase(session: Session): Promise<Base> {
  const { facts, rows } = await session.db.read(["meta", "lists"], async (tx) => ({
    facts: await allFacts(tx, session.user),
    rows: await tx
      .objectStore("lists")
      .getAll(IDBKeyRange.bound([session.user, ""], [session.user, "\uffff"])),
  }));
  const base: Base = { ...emptyBase(), gen: facts.gen, cookies: facts.cookies };
  await Promise.all(
    rows.map(async (row) => {
      const columns = await openJson<Packed | [string, Fields][]>(
        session.key,
        listPlace(session.user, row.entity),
        row,
      );
      base.index.set(row.entity, new Map(indexOf(row)));
      base.lists.set(row.entity, unpack(columns));
    }),
  );
  return base;
}

const indexOf = ({ index, rows }: ListRow): [string, IndexEntry][] =>
  index === undefined ? rows : (JSON.parse(index) as [string, IndexEntry][]);

export const entry = (base: Base, entity: string, id: string): IndexEntry | undefined =>
  base.index.get(entity)?.get(id);

/** Opened blocks, by name; a missing one is empty. */
export async function readBlocks(
  session: Session,
  names: readonly string[],
): Promise<Map<string, Block>> {
  const rows = await session.db.read(["blocks"], (tx) =>
    Promise.all(names.map((name) => tx.objectStore("blocks").get([session.user, name]))),
  );
  const blocks = await Promise.all(
    rows.map((row) =>
      row ? openJson<Block>(session.key, blockPlace(session.user, row.block), row) : {},
    ),
  );
  return new Map(names.map((name, n) => [name, blocks[n] ?? {}]));
}

/** A whole row, from its block or, when it has left while something unsent names it, from the shelf. */
export async function readRow(
  session: Session,
  base: Base,
  entity: string,
  id: string,
): Promise<Row | null> {
  const found = entry(base, entity, id);
  if (!found) return readShelf(session, entity, id);
  const body = (await readBlocks(session, [found.block])).get(found.block)?.[nameOf(entity, id)];
  return body ? { fields: unite(body), version: found.v, detached: false } : null;
}

async function readShelf(session: Session, entity: string, id: string): Promise<Row | null> {
  const row = await session.db.read(["shelf"], (tx) =>
    tx.objectStore("shelf").get([session.user, entity, id]),
  );
  return row ? openShelf(session, row) : null;
}

async function openShelf(session: Session, row: ShelfRow): Promise<Row> {
  const fields = await openJson<Fields>(
    session.key,
    shelfPlace(session.user, nameOf(row.entity, row.id)),
    row,
  );
  return { fields, version: row.v, detached: true };
}

export async function loadShelf(
  session: Session,
): Promise<{ entity: string; id: string; row: Row }[]> {
  const rows = await session.db.read(["shelf"], (tx) =>
    tx
      .objectStore("shelf")
      .getAll(IDBKeyRange.bound([session.user, "", ""], [session.user, "\uffff", "\uffff"])),
  );
  return Promise.all(
    rows.map(async (row) => ({
      entity: row.entity,
      id: row.id,
      row: await openShelf(session, row),
    })),
  );
}
