/* What is being carried over the timeline, by pointer or by keys: an order from the list or a visit, over whom and when. Owns nothing of
   the drawing; the arithmetic is in scale.ts. */
import type { BoardEngineer, BoardVisit, CardVisit, OrderCard } from "../../api/views";
import type { Span } from "../../i18n/zones";
import { spanOf, warningsOf, type Day, type Warning } from "./scale";

/** `visit` null: the first one of this order. `isNew`: it comes from the list of what is to be planned. */
export interface Load {
  order: OrderCard;
  visit: CardVisit | null;
  isNew: boolean;
}
/** What is looked at while something is carried. */
export interface Ground {
  engineers: () => readonly BoardEngineer[];
  visits: (engineer: string) => readonly BoardVisit[];
  /** The day in which a moment lies. */
  day: (at: number) => Day;
  now: () => number;
}
const MINUTE = 60_000;

export class Carry {
  load = $state.raw<Load | null>(null);
  engineer = $state<string | null>(null);
  start = $state(0);
  /** By keys: it stays where it is until Enter. */
  byKeys = $state(false);

  constructor(private readonly ground: Ground) {}

  get minutes(): number {
    const { load } = this;
    if (!load) return 0;
    const span = load.isNew ? null : load.visit && spanOf(load.visit, this.ground.now());
    return span ? Math.round((span.end - span.start) / MINUTE) : load.order.duration_minutes;
  }
  get span(): Span {
    return { start: this.start, end: this.start + this.minutes * MINUTE };
  }
  get person(): BoardEngineer | null {
    return this.ground.engineers().find((one) => one.id === this.engineer) ?? null;
  }
  get warnings(): Warning[] {
    return this.load && this.person ? this.against(this.person) : [];
  }

  /** What speaks against this engineer, at the time as it stands. */
  against(person: BoardEngineer): Warning[] {
    const { load } = this;
    if (!load) return [];
    const { visit } = load;
    const promised =
      visit?.promised_from && visit.promised_until
        ? { start: Date.parse(visit.promised_from), end: Date.parse(visit.promised_until) }
        : null;
    const drop = {
      span: this.span,
      site: load.order,
      visit: visit?.id ?? null,
      status: load.isNew ? null : (visit?.status ?? null),
      promised,
      wanted: load.order.skills,
    };
    const { visits, day, now } = this.ground;
    return warningsOf(drop, person, visits(person.id), day(this.start), now());
  }

  pick(load: Load, engineer: string | null, start: number, byKeys: boolean): void {
    [this.load, this.engineer, this.start, this.byKeys] = [load, engineer, start, byKeys];
  }
  over(engineer: string | null, start: number): void {
    [this.engineer, this.start] = [engineer, start];
  }
  step(minutes: number): void {
    this.start += minutes * MINUTE;
  }
  /** To the next engineer in the order of the rows. */
  walk(by: 1 | -1): void {
    const all = this.ground.engineers().map((one) => one.id);
    const at = all.indexOf(this.engineer ?? "");
    this.engineer = all[Math.max(0, Math.min(all.length - 1, at < 0 ? 0 : at + by))] ?? null;
  }
  drop(): void {
    this.load = null;
    this.byKeys = false;
  }
}
