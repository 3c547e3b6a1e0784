// The front of the base: the few rows that the day's list shows, sealed once more in one piece. A start reads it first; the lists
// behind it may be a hundred times as long. It is written in the transaction that writes the lists, so it never says anything else
// than they do. Which rows it holds is chosen by the caller.

import { type Base, emptyBase } from "./base";
import { StoreError, type Database, type Transaction } from "./database";
import type { IndexEntry, Sealed } from "./schema";
import { openJson, sealJson } from "./seal";
import {
  allFacts,
  fact,
  requireHere,
  setFacts,
  trueTime,
  type Facts,
  type Session,
} from "./session";
import { pack, unpack, type Packed } from "./rows";

/** Ids by entity, and the true time (ms) from and until which they are all that the day's list shows. */
export interface Choice {
  from: number;
  until: number;
  ids: ReadonlyMap<string, ReadonlySet<string>>;
}
/** Null: there are too many for a front to be worth anything. */
export type Choose = (base: Base) => Choice | null;
interface FrontRow extends Sealed {
  from: number;
  until: number;
}
type Kept = Record<string, { list: Packed; index: [string, IndexEntry][] }>;

const place = (user: string) => `${user}:front`;
const keyOf = (user: string): [string, string] => [user, "front"];

export async function sealFront(
  { user, key }: Session,
  base: Base,
  choose: Choose,
): Promise<FrontRow | null> {
  const choice = choose(base);
  if (!choice) return null;
  const kept: Kept = {};
  for (const [entity, ids] of choice.ids)
    kept[entity] = {
      list: pack(only(base.lists.get(entity), ids)),
      index: [...only(base.index.get(entity), ids)],
    };
  const { from, until } = choice;
  return { from, until, ...(await sealJson(key, place(user), kept)) };
}

const only = <T>(rows: ReadonlyMap<string, T> | undefined, ids: ReadonlySet<string>) =>
  new Map([...ids].flatMap((id) => (rows?.has(id) ? [[id, rows.get(id) as T] as const] : [])));

/** `gen`: the commit whose lists it says the same as. */
export async function putFront(
  tx: Transaction,
  user: string,
  row: FrontRow | null,
  gen: number,
): Promise<void> {
  const meta = tx.objectStore("meta");
  await (row ? meta.put(row, keyOf(user)) : meta.delete(keyOf(user)));
  await setFacts(tx, user, { gen_of_front: gen });
}

const readRow = async (tx: Transaction, user: string): Promise<FrontRow | undefined> =>
  (await tx.objectStore("meta").get(keyOf(user))) as FrontRow | undefined;
const holdsAt = (row: FrontRow | undefined, now: number): row is FrontRow =>
  row !== undefined && row.from <= now && now < row.until;

/** The day's rows as a base that holds nothing else. */
export interface Front {
  base: Base;
  facts: Facts;
}
export interface KeptFront {
  facts: Facts;
  row: FrontRow | undefined;
}
export const readFront = (db: Database, user: string): Promise<KeptFront> =>
  db.read(["meta"], async (tx) => {
    const [facts, row] = await Promise.all([allFacts(tx, user), readRow(tx, user)]);
    return { facts, row };
  });

/** `now` by this phone's clock. Null when none is kept for this moment. */
export async function openFront(
  session: Session,
  { facts, row }: KeptFront,
  now: number,
): Promise<Front | null> {
  if (facts.gen !== facts.gen_of_front || !holdsAt(row, trueTime(now, facts.anchor))) return null;
  const kept = await openJson<Kept>(session.key, place(session.user), row);
  const base: Base = { ...emptyBase(), gen: facts.gen, cookies: facts.cookies };
  for (const [entity, { list, index }] of Object.entries(kept)) {
    base.index.set(entity, new Map(index));
    base.lists.set(entity, unpack(list));
  }
  return { base, facts };
}

/** Days without a pull, or lists that somebody without a front has written: chosen anew, unless what is kept holds from `now` until `until` (ms). */
export async function renewFront(
  session: Session,
  base: Base,
  choose: Choose,
  [now, until]: [number, number],
): Promise<void> {
  const { facts, row: kept } = await readFront(session.db, session.user);
  if (facts.gen === facts.gen_of_front && holdsAt(kept, now) && holdsAt(kept, until)) return;
  const row = await sealFront(session, base, choose);
  await session.db.write(["meta", "keys"], async (tx) => {
    if ((await fact(tx, session.user, "gen")) !== base.gen)
      throw new StoreError("stale", "Another tab has written a newer base");
    await requireHere(tx, session);
    await putFront(tx, session.user, row, base.gen);
  });
}
