// Pages applied to the base, in memory: channel sets, fields by view, snapshots that push out what they no longer hold, and the
// detached shelf. It reads the blocks it must change and writes nothing.

import { entry, nameOf, readBlocks, type Base, type Block } from "./base";
import type { IndexEntry } from "./schema";
import type { Cookies, Session } from "./session";
import {
  blockOf,
  listColumns,
  unite,
  type Body,
  type Fields,
  type Page,
  type RowLine,
  type Upsert,
} from "./rows";

export interface Shelved {
  entity: string;
  id: string;
  v: number;
  fields: Fields;
}
export interface Change {
  base: Base;
  entities: Set<string>;
  blocks: Map<string, Block>;
  emptied: string[];
  shelved: Shelved[];
  unshelved: [string, string][];
  /** Names of records that were erased: nothing of them stays on this phone. */
  erased: Set<string>;
}
interface Work {
  entity: string;
  id: string;
  v: number;
  channels: Set<string>;
  body: Body;
  from: string | null;
  fresh: Set<string>;
  erased: boolean;
}

export async function applyPages(
  session: Session,
  base: Base,
  pages: Page[],
  pending: ReadonlySet<string>,
): Promise<Change> {
  const last = pages.at(-1);
  if (!last) throw new Error("A pull without a page");
  const lines = pages.flatMap((page) => linesThatCount(page, last));
  const isGone = goneChannels(base.cookies, pages);
  const touched = new Map<string, Work>();
  for (const line of lines) touch(touched, base, line.e, line.id);
  for (const [entity, rows] of isGone ? base.index : []) {
    for (const [id, row] of rows)
      if (row.c.some((channel) => isGone?.(channel))) touch(touched, base, entity, id);
  }
  const blocks = await readBlocks(session, blockNames(touched));
  for (const work of touched.values()) {
    if (work.from !== null)
      work.body = structuredClone(
        blocks.get(work.from)?.[nameOf(work.entity, work.id)] ?? work.body,
      );
  }
  for (const line of lines) take(touched.get(nameOf(line.e, line.id)), line);
  for (const work of touched.values()) if (isGone) leaveGone(work, isGone);
  const cookies = completed(last);
  return settle(session, { ...base, cookies, gen: base.gen + 1 }, base, touched, blocks, pending);
}

/**
 * PROTOCOL 4.7: a channel that the last page lists under another view or grant epoch was begun anew in the middle of this run, one that it
 * does not list was withdrawn; what an earlier page said of it does not count. That something is erased always does.
 */
function linesThatCount(page: Page, last: Page): RowLine[] {
  const now = new Map(last.channels.map((one) => [one.channel, one]));
  const isOver = new Set(
    page.channels
      .filter(({ channel, view, grant_epoch }) => {
        const other = now.get(channel);
        return other?.view !== view || other.grant_epoch !== grant_epoch;
      })
      .map((one) => one.channel),
  );
  if (isOver.size === 0) return page.rows;
  return page.rows.flatMap((line) => {
    const c = line.c.filter((channel) => !isOver.has(channel));
    const isErased = line.t === "remove" && line.why === "erased";
    return c.length > 0 || isErased ? [{ ...line, c }] : [];
  });
}

/** Channels that are fetched whole in this run, or are not listed any more: what was known of them does not count. Null: none. */
function goneChannels(cookies: Cookies, pages: Page[]): ((channel: string) => boolean) | null {
  const listed = new Set(pages.at(-1)?.channels.map((one) => one.channel));
  const snapshot = new Set(
    pages.flatMap((page) =>
      page.channels.filter((one) => one.mode === "snapshot").map((one) => one.channel),
    ),
  );
  const isSame = snapshot.size === 0 && Object.keys(cookies).every((name) => listed.has(name));
  return isSame ? null : (channel) => !listed.has(channel) || snapshot.has(channel);
}

/** PROTOCOL 4.10: every cookie has seen everything up to `at`, and is no longer in the middle of a snapshot. */
function completed(last: Page): Cookies {
  return Object.fromEntries(
    last.channels.map(({ channel, view, grant_epoch }) => [
      channel,
      { seq: last.at, grant_epoch, view },
    ]),
  );
}

function touch(touched: Map<string, Work>, base: Base, entity: string, id: string): void {
  const name = nameOf(entity, id);
  if (touched.has(name)) return;
  const known = entry(base, entity, id);
  touched.set(name, {
    entity,
    id,
    v: known?.v ?? 0,
    channels: new Set(known?.c),
    body: { views: {} },
    from: known?.block ?? null,
    fresh: new Set(),
    erased: false,
  });
}

function blockNames(touched: Map<string, Work>): string[] {
  const old = [...touched.values()].flatMap((work) => work.from ?? []);
  return [...new Set(old)];
}

function take(work: Work | undefined, line: RowLine): void {
  if (!work) return;
  if (line.t === "remove") {
    for (const channel of line.c) {
      work.channels.delete(channel);
      work.fresh.delete(channel);
    }
    if (line.why === "erased") {
      work.channels.clear();
      work.fresh.clear();
      work.erased = true;
    }
    return;
  }
  takeUpsert(work, line);
}

function takeUpsert(work: Work, line: Upsert): void {
  for (const channel of line.c) {
    work.channels.add(channel);
    work.fresh.add(channel);
  }
  work.body.views[line.view] = line.f;
  work.v = Math.max(work.v, line.v);
  work.erased = false;
}

function leaveGone(work: Work, isGone: (channel: string) => boolean): void {
  for (const channel of work.channels)
    if (isGone(channel) && !work.fresh.has(channel)) work.channels.delete(channel);
}

async function settle(
  session: Session,
  next: Base,
  base: Base,
  touched: Map<string, Work>,
  known: Map<string, Block>,
  pending: ReadonlySet<string>,
): Promise<Change> {
  const change: Change = {
    base: next,
    entities: new Set(),
    blocks: new Map(),
    emptied: [],
    shelved: [],
    unshelved: [],
    erased: new Set(),
  };
  copyTouched(change, base, touched);
  const staying = [...touched.values()].filter((work) => work.channels.size > 0);
  const targets = staying.map((work) => {
    dropViews(work, next.cookies);
    return blockOf(work.entity, work.id, unite(work.body));
  });
  const unread = [...new Set(targets)].filter((name) => !known.has(name));
  for (const [name, block] of await readBlocks(session, unread)) known.set(name, block);
  for (const work of touched.values())
    if (work.from !== null) delete open(change, known, work.from)[nameOf(work.entity, work.id)];
  staying.forEach((work, n) => {
    stay(change, known, work, targets[n] ?? "");
  });
  for (const work of touched.values()) if (work.channels.size === 0) leave(change, work, pending);
  for (const [name, block] of change.blocks)
    if (Object.keys(block).length === 0) {
      change.emptied.push(name);
      change.blocks.delete(name);
    }
  return change;
}

/** Maps of touched entities are copied, so that readers of the old base never see half a change. */
function copyTouched(change: Change, base: Base, touched: Map<string, Work>): void {
  change.base.index = new Map(base.index);
  change.base.lists = new Map(base.lists);
  for (const { entity } of touched.values()) change.entities.add(entity);
  for (const entity of change.entities) {
    change.base.index.set(entity, new Map(base.index.get(entity)));
    change.base.lists.set(entity, new Map(base.lists.get(entity)));
  }
}

function open(change: Change, known: Map<string, Block>, name: string): Block {
  const block = change.blocks.get(name) ?? { ...known.get(name) };
  change.blocks.set(name, block);
  return block;
}

/** Fields of a view that no remaining channel shows are not ours to see any more. */
function dropViews(work: Work, cookies: Cookies): void {
  const shown = new Set([...work.channels].flatMap((channel) => cookies[channel]?.view ?? []));
  for (const view of Object.keys(work.body.views))
    if (!shown.has(view)) delete work.body.views[view];
}

function stay(change: Change, known: Map<string, Block>, work: Work, block: string): void {
  open(change, known, block)[nameOf(work.entity, work.id)] = work.body;
  const row: IndexEntry = { v: work.v, c: [...work.channels].sort(), block };
  change.base.index.get(work.entity)?.set(work.id, row);
  change.base.lists.get(work.entity)?.set(work.id, listColumns(unite(work.body)));
  change.unshelved.push([work.entity, work.id]);
}

function leave(change: Change, work: Work, pending: ReadonlySet<string>): void {
  change.base.index.get(work.entity)?.delete(work.id);
  change.base.lists.get(work.entity)?.delete(work.id);
  if (work.erased) {
    change.erased.add(nameOf(work.entity, work.id));
    change.unshelved.push([work.entity, work.id]);
    return;
  }
  const isKept = pending.has(nameOf(work.entity, work.id)) && work.from !== null;
  if (isKept)
    change.shelved.push({ entity: work.entity, id: work.id, v: work.v, fields: unite(work.body) });
}
