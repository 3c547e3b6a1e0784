// What this phone shows, in memory: the base's lists, the unsent and uncovered acts, and the overlay of the second over the first.
// Screens read from here and never from IndexedDB while they scroll. It sends nothing and writes nothing.

import {
  emptyBase,
  entry,
  loadBase,
  loadShelf,
  nameOf,
  readBlocks,
  readRow,
  type Base,
  type Block,
  type Row,
} from "../store/base";
import { isCovered } from "../store/commit";
import type { Front } from "../store/front";
import { acknowledged, unsent, type Acknowledged, type Line } from "../store/outbox";
import { unite, type Fields } from "../store/rows";
import type { Session } from "../store/session";
import { canonical, parseLine, type Mutation } from "./line";
import { bornOf, extend, overlay, type Overlay } from "./overlay";
import { NAMED } from "./readiness";
import type { Queued } from "./state";

export interface Item extends Line {
  mutation: Mutation;
}
export interface Delivered extends Acknowledged {
  mutation: Mutation;
}
export type Shown = Fields & { id: string };
const DAY_MS = 86_400_000;

export class Model {
  base: Base = emptyBase();
  unsent: Item[] = [];
  delivered: Delivered[] = [];
  private shelf = new Map<string, Row>();
  private opened = new Map<string, Fields>();
  private laid: Overlay = new Map();
  private pendingOf = new Set<string>();
  private laidThrough = 0;
  private turn: Promise<void> = Promise.resolve();
  private lists = new Map<string, readonly Shown[]>();
  private readonly listeners = new Set<() => void>();

  constructor(
    readonly session: Session,
    private readonly now: () => number,
  ) {}

  async reload(): Promise<void> {
    await Promise.all([this.readBase(), this.readUnsent(), this.readDelivered()]);
    await this.refresh();
  }

  /** Only the day's rows, with what was done here; false when they would not do because what was done is about other rows. */
  async showFront(front: Front, isSettled: boolean): Promise<boolean> {
    if (isSettled) {
      this.base = front.base;
      return true;
    }
    await Promise.all([this.readUnsent(), this.readDelivered()]);
    if (!this.pendingMutations().every((one) => isWithin(front.base, one))) return false;
    this.base = front.base;
    await this.refresh();
    return true;
  }

  async reloadActs(): Promise<void> {
    await this.readUnsent();
    await this.reloadDelivered();
  }

  async reloadDelivered(): Promise<void> {
    await this.readDelivered();
    await this.refresh();
  }

  private async readBase(): Promise<void> {
    this.base = await loadBase(this.session);
  }
  private async readUnsent(): Promise<void> {
    this.unsent = (await unsent(this.session)).map(withMutation);
  }
  private async readDelivered(): Promise<void> {
    this.delivered = (await acknowledged(this.session, this.now() - DAY_MS)).map(withMutation);
  }

  setBase(base: Base, round: number): Promise<void> {
    this.base = base;
    this.delivered = this.delivered.map((one) =>
      one.open && isCovered(one, base.cookies, round) ? { ...one, open: false } : one,
    );
    return this.refresh();
  }

  /** An act that has just been stored. Shown at once; its record's whole row is read first when only list columns are known. */
  async add(line: Line): Promise<void> {
    if (this.unsent.some((one) => one.mid === line.mid)) return;
    const item = withMutation(line);
    const isNext = line.mid > (this.unsent.at(-1)?.mid ?? 0);
    this.unsent = [...this.unsent, item].sort((a, b) => a.mid - b.mid);
    await (isNext ? this.inTurn(() => this.layOne(item)) : this.refresh());
  }

  /** Acts whose effect the base does not show yet, in order. */
  pendingMutations(): Mutation[] {
    return [...this.delivered.filter((one) => one.open), ...this.unsent].map((one) => one.mutation);
  }

  pendingNames(): Set<string> {
    return new Set(this.pendingMutations().map((one) => nameOf(one.entity, one.entity_id)));
  }

  /** PROTOCOL 5.14: the acts of this device without which that act would be about something the server has never heard of. */
  makersOf(
    act: Pick<Mutation, "name" | "entity" | "entity_id" | "args">,
    device: string,
  ): number[] {
    const own = new Set(bornOf(act).map(([, id]) => id)); // entered again: it makes them itself
    const said = `${act.entity_id} ${canonical(act.args)}`;
    const mine = [...this.delivered.filter((one) => one.device === device), ...this.unsent];
    return mine
      .filter(({ mutation }) =>
        bornOf(mutation).some(
          ([entity, id]) =>
            id !== "" && !own.has(id) && said.includes(id) && !entry(this.base, entity, id),
        ),
      )
      .map((one) => one.mid);
  }

  queue(): { queue: Queued[]; waiting: number[]; head: number } {
    const waiting = this.delivered
      .filter((one) => one.open && one.result.state === "received")
      .map((one) => one.mid);
    return {
      queue: this.unsent.map(({ mid, size }) => ({ mid, size })),
      waiting: waiting.sort((a, b) => a - b),
      head: this.unsent.at(-1)?.mid ?? 0,
    };
  }

  version(entity: string, id: string): number | null {
    return entry(this.base, entity, id)?.v ?? this.shelf.get(nameOf(entity, id))?.version ?? null;
  }

  list(entity: string): readonly Shown[] {
    const known = this.lists.get(entity);
    if (known) return known;
    const rows = this.compose(entity);
    this.lists.set(entity, rows);
    return rows;
  }

  /** The list columns of one record. */
  find(entity: string, id: string): Shown | null {
    const fields = this.laid.get(nameOf(entity, id)) ?? this.read(entity, id);
    return fields ? this.shown(entity, id, fields) : null;
  }

  async get(entity: string, id: string): Promise<Shown | null> {
    const name = nameOf(entity, id);
    const laid = this.laid.get(name);
    if (laid) return this.shown(entity, id, laid);
    const row = await readRow(this.session, this.base, entity, id);
    return row ? this.shown(entity, id, row.fields) : null;
  }

  /** After log-out or revocation nothing of this user stays in memory. */
  clear(): void {
    this.base = emptyBase();
    this.unsent = [];
    this.delivered = [];
    for (const map of [this.shelf, this.opened, this.laid, this.lists, this.pendingOf]) map.clear();
    this.changed();
  }

  onChange(listener: () => void): () => void {
    this.listeners.add(listener);
    return () => this.listeners.delete(listener);
  }

  changed(): void {
    for (const listener of this.listeners) listener();
  }

  private refresh(): Promise<void> {
    return this.inTurn(() => this.layAll());
  }

  /** One after the other: what was read for an older base must never be shown over a newer one. */
  private inTurn(work: () => Promise<void>): Promise<void> {
    const mine = this.turn.then(work);
    this.turn = mine.catch(() => undefined);
    return mine;
  }

  private async layOne({ mid, mutation }: Item): Promise<void> {
    if (this.laidThrough >= mid) return;
    await this.openRow(mutation);
    this.pendingOf.add(nameOf(mutation.entity, mutation.entity_id));
    extend(this.laid, (entity, id) => this.read(entity, id), [mutation]);
    this.laidThrough = mid;
    this.lists.clear();
    this.changed();
  }

  private async layAll(): Promise<void> {
    const { base, unsent } = this;
    const [shelf] = await Promise.all([loadShelf(this.session), this.openPending()]);
    this.shelf = new Map(shelf.map(({ entity, id, row }) => [nameOf(entity, id), row]));
    if (base !== this.base || unsent !== this.unsent) return this.layAll();
    this.pendingOf = this.pendingNames();
    this.laid = overlay((entity, id) => this.read(entity, id), this.pendingMutations());
    this.laidThrough = this.unsent.at(-1)?.mid ?? 0;
    this.lists.clear();
    this.changed();
  }

  private read(entity: string, id: string): Fields | undefined {
    const name = nameOf(entity, id);
    return (
      this.opened.get(name) ?? this.base.lists.get(entity)?.get(id) ?? this.shelf.get(name)?.fields
    );
  }

  /** Effects see whole rows: a visit's machine needs more than a list shows. */
  private async openPending(): Promise<void> {
    const wanted = new Map<string, string>();
    for (const { entity, entity_id: id } of this.pendingMutations()) {
      const block = entry(this.base, entity, id)?.block;
      if (block) wanted.set(nameOf(entity, id), block);
    }
    const blocks = wanted.size
      ? await readBlocks(this.session, [...new Set(wanted.values())])
      : new Map<string, Block>();
    this.opened = new Map(
      [...wanted].flatMap(([name, block]) => {
        const body = blocks.get(block)?.[name];
        return body ? [[name, unite(body)] as const] : [];
      }),
    );
  }

  private async openRow({ entity, entity_id: id }: Mutation): Promise<void> {
    const name = nameOf(entity, id);
    if (this.opened.has(name) || !entry(this.base, entity, id)) return;
    const row = await readRow(this.session, this.base, entity, id);
    if (row) this.opened.set(name, row.fields);
  }

  private compose(entity: string): readonly Shown[] {
    const rows = this.base.lists.get(entity);
    const isPlain = [this.laid, this.opened, this.shelf, this.pendingOf].every((all) => !all.size);
    // Thousands of rows that nothing is laid over: as they are.
    if (rows && isPlain) return Array.from(rows, ([id, fields]) => ({ ...fields, id }));
    const ids = new Set(this.base.lists.get(entity)?.keys());
    for (const name of [...this.shelf.keys(), ...this.laid.keys()]) {
      if (name.startsWith(`${entity}/`)) ids.add(name.slice(entity.length + 1));
    }
    return [...ids].map((id) =>
      this.shown(entity, id, this.laid.get(nameOf(entity, id)) ?? this.read(entity, id) ?? {}),
    );
  }

  private shown(entity: string, id: string, fields: Fields): Shown {
    const name = nameOf(entity, id);
    const isPending = this.laid.has(name) || this.pendingOf.has(name);
    const marks = {
      ...(isPending && { is_pending: true }),
      ...(this.shelf.has(name) && { is_detached: true }),
    };
    return { ...fields, ...marks, id };
  }
}

/** Whether the day's rows show what this act does to the day: a visit that they do not hold may have come into it by the act, and so may
 *  what a row of the day is made to name. */
const isWithin = (base: Base, act: Mutation): boolean =>
  bornOf(act).every(([entity]) => entity !== "visit") &&
  (act.entity !== "visit" || entry(base, "visit", act.entity_id) !== undefined) &&
  (NAMED[act.entity] ?? []).every((named) => {
    const id = (act.args.set as Fields | undefined)?.[`${named}_id`];
    return typeof id !== "string" || entry(base, named, id) !== undefined;
  });

function withMutation<T extends Line>(line: T): T & { mutation: Mutation } {
  return { ...line, mutation: parseLine(line.line) };
}
