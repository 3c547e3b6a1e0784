/* The arithmetic of a day on the timeline: where a moment stands, which spans of it are worked, what a drop would mean. Pure. */
import type { Absence, BoardEngineer, BoardVisit, CardVisit, SkillLevel } from "../../api/views";
import { travel, type Point } from "./travel";
import { instant, wallTime, type Span } from "../../i18n/zones";

const MINUTE = 60_000;
const DAY_MINUTES = 24 * 60;
export const STEP_MINUTES = 15;
/** So much earlier than now is no slip of the hand any more. */
const PAST = STEP_MINUTES * MINUTE;

/** A day of a zone: 23, 24 or 25 hours long. */
export interface Day extends Span {
  date: string;
  zone: string;
}

export function dayOf(date: string, zone: string): Day {
  const start = instant({ date, time: "00:00" }, zone)?.getTime() ?? 0;
  const end = instant({ date: shifted(date, 1), time: "00:00" }, zone)?.getTime() ?? start;
  return { date, zone, start, end };
}

/** A calendar day so many days later; plain arithmetic of dates, no zone in it. */
export function shifted(date: string, days: number): string {
  return new Date(Date.parse(`${date}T00:00:00Z`) + days * 86_400_000).toISOString().slice(0, 10);
}
/** Monday to Sunday of the week in which a date lies. */
export const weekOf = (date: string, zone: string): Day[] =>
  [0, 1, 2, 3, 4, 5, 6].map((n) => dayOf(shifted(date, n - weekdayOf(date)), zone));
/** Monday 0, as shifts count. */
export const weekdayOf = (date: string): number =>
  (new Date(`${date}T00:00:00Z`).getUTCDay() + 6) % 7;

export interface Scale {
  day: Day;
  /** Pixels of a minute. */
  ppm: number;
}
export const xOf = (at: number, { day, ppm }: Scale): number => ((at - day.start) / MINUTE) * ppm;
export const atX = (x: number, { day, ppm }: Scale, step = STEP_MINUTES): number =>
  day.start + Math.round(x / ppm / step) * step * MINUTE;
export const widthOf = ({ day, ppm }: Scale): number => ((day.end - day.start) / MINUTE) * ppm;

export interface Hour {
  at: number;
  word: string;
}
/** Every full hour of the day's own clock, also where one is skipped or stands twice. */
export function hoursOf(day: Day): Hour[] {
  const hours: Hour[] = [];
  for (let at = day.start; at < day.end; at += 60 * MINUTE)
    hours.push({ at, word: wallTime(at, day.zone).time });
  return hours;
}

/** Where a visit stands: its plan while it is one, then what really happened, as far as it is known. */
export function spanOf(visit: CardVisit, now: number): Span | null {
  const at = (text: string | null): number | null => (text === null ? null : Date.parse(text));
  const [planned, ends] = [at(visit.planned_start), at(visit.planned_end)];
  const begun = at(visit.arrived_at) ?? at(visit.travel_started_at);
  const start = at(visit.arrived_at) ?? planned ?? begun;
  if (start === null) return null;
  const length = planned !== null && ends !== null ? ends - planned : 60 * MINUTE;
  const over = at(visit.completed_at);
  const isUnderWay = visit.status === "on_site" || visit.status === "paused";
  const end = over ?? (isUnderWay ? Math.max(start + length, now) : start + length);
  return { start, end: Math.max(end, start + 5 * MINUTE) };
}

/** The worked spans of a day, in the engineer's own zone. No shifts entered: nobody knows, the whole day is open. */
export function shiftsOn(engineer: BoardEngineer, day: Day): Span[] {
  if (!engineer.shifts.length) return [{ start: day.start, end: day.end }];
  const zone = engineer.zone ?? day.zone;
  const dates = [shifted(day.date, -1), day.date, shifted(day.date, 1)];
  const spans = dates.flatMap((date) =>
    engineer.shifts
      .filter((shift) => shift.weekday === weekdayOf(date))
      .map((shift) => spanOn(date, shift.from, shift.until, zone)),
  );
  return spans.filter((one) => one.start < day.end && one.end > day.start);
}

function spanOn(date: string, from: string, until: string, zone: string): Span {
  const of = (time: string) =>
    time === "24:00"
      ? instant({ date: shifted(date, 1), time: "00:00" }, zone)
      : instant({ date, time }, zone);
  return { start: of(from)?.getTime() ?? 0, end: of(until)?.getTime() ?? 0 };
}

/** What lies between the worked spans: drawn as shade. */
export function offSpans(worked: readonly Span[], day: Day): Span[] {
  const sorted = [...worked].sort((a, b) => a.start - b.start);
  const gaps: Span[] = [];
  let at = day.start;
  for (const one of sorted) {
    if (one.start > at) gaps.push({ start: at, end: Math.min(one.start, day.end) });
    at = Math.max(at, one.end);
  }
  if (at < day.end) gaps.push({ start: at, end: day.end });
  return gaps;
}

const meets = (a: Span, b: Span): boolean => a.start < b.end && a.end > b.start;
const within = (one: Span, spans: readonly Span[]): boolean =>
  spans.some((span) => span.start <= one.start && span.end >= one.end);
const absenceSpan = (one: Absence): Span => ({
  start: Date.parse(one.from_at),
  end: Date.parse(one.until_at),
});

export type Warning =
  | { kind: "overlap"; what: string }
  | { kind: "shift" }
  | { kind: "absence"; reason: Absence["kind"] }
  | { kind: "window" }
  | { kind: "skill"; skill_id: string; level: number }
  | { kind: "begun" }
  | { kind: "past" }
  | { kind: "travel"; minutes: number; spare: number };

export interface Drop {
  span: Span;
  /** Where it is. */
  site: Point;
  visit: string | null;
  status: BoardVisit["status"] | null;
  promised: Span | null;
  wanted: readonly SkillLevel[];
}

/** What speaks against it: each is said, none forbids. */
export function warningsOf(
  drop: Drop,
  engineer: BoardEngineer,
  /** His own. */
  visits: readonly BoardVisit[],
  day: Day,
  now: number,
): Warning[] {
  const found: Warning[] = [];
  if (drop.status && BEGUN.has(drop.status)) found.push({ kind: "begun" });
  else if (drop.span.start < now - PAST) found.push({ kind: "past" });
  for (const other of visits) {
    if (other.id === drop.visit || OVER.has(other.status)) continue;
    const span = spanOf(other, now);
    if (span && meets(span, drop.span)) found.push({ kind: "overlap", what: other.order.customer });
  }
  found.push(...tightWays(drop, visits, now));
  const away = engineer.absences.find((one) => meets(absenceSpan(one), drop.span));
  if (away) found.push({ kind: "absence", reason: away.kind });
  else if (!within(drop.span, shiftsOn(engineer, day))) found.push({ kind: "shift" });
  if (
    drop.promised &&
    (drop.span.start < drop.promised.start || drop.span.start > drop.promised.end)
  )
    found.push({ kind: "window" });
  for (const want of drop.wanted) {
    const has = engineer.skills.find((one) => one.skill_id === want.skill_id);
    const isOver = has?.expires_on != null && has.expires_on < day.date;
    if (!has || has.level < want.level || isOver) found.push({ kind: "skill", ...want });
  }
  return found;
}
/** The ways from the visit before and to the one after, where they take longer than there is time. */
function tightWays(drop: Drop, visits: readonly BoardVisit[], now: number): Warning[] {
  const others = visits.flatMap((other) => {
    const span = other.id === drop.visit || OVER.has(other.status) ? null : spanOf(other, now);
    return span ? [{ span, site: other.order }] : [];
  });
  const before = others
    .filter(({ span }) => span.end <= drop.span.start)
    .sort((a, b) => b.span.end - a.span.end)[0];
  const after = others
    .filter(({ span }) => span.start >= drop.span.end)
    .sort((a, b) => a.span.start - b.span.start)[0];
  return [
    before && { site: before.site, spare: drop.span.start - before.span.end },
    after && { site: after.site, spare: after.span.start - drop.span.end },
  ].flatMap((one) => {
    const way = one && travel(one.site, drop.site);
    if (!one || !way || way.minutes * MINUTE <= one.spare) return [];
    return [
      { kind: "travel", minutes: way.minutes, spare: Math.round(one.spare / MINUTE) } as const,
    ];
  });
}
export const BEGUN: ReadonlySet<string> = new Set(["travelling", "on_site", "paused"]);
export const OVER: ReadonlySet<string> = new Set(["done", "cannot_complete", "cancelled"]);

/** How full the worked hours of a day are, 0 to 1 and above; null where nobody works. */
export function loadOf(
  engineer: BoardEngineer,
  /** His own. */
  visits: readonly BoardVisit[],
  day: Day,
  now: number,
): number | null {
  const length = (one: Span) =>
    Math.max(0, Math.min(one.end, day.end) - Math.max(one.start, day.start));
  const worked = engineer.shifts.length
    ? shiftsOn(engineer, day).reduce((sum, one) => sum + length(one), 0)
    : 0;
  if (!worked) return null;
  const busy = visits
    .map((one) => spanOf(one, now))
    .reduce((sum, one) => sum + (one ? length(one) : 0), 0);
  return busy / worked;
}

/** The visits that touch the day, with their spans. */
export const placed = (
  visits: readonly BoardVisit[],
  day: Span,
  now: number,
): { key: BoardVisit; span: Span }[] =>
  visits.flatMap((visit) => {
    const span = spanOf(visit, now);
    return span && span.start < day.end && span.end > day.start ? [{ key: visit, span }] : [];
  });

/** No bar is narrower, so that a finger can hit it: in pixels. */
export const NARROWEST = 22;
/** The room that bars take: as long as their visits, and never shorter than the narrowest one. */
export const roomOf = <T>(
  spans: readonly { key: T; span: Span }[],
  ppm: number,
): { key: T; span: Span }[] =>
  spans.map(({ key, span }) => {
    const end = Math.max(span.end, span.start + (NARROWEST / ppm) * MINUTE);
    return { key, span: { start: span.start, end } };
  });

/** Lanes for visits that overlap: each bar in the first lane that is free. */
export function lanesOf<T>(spans: readonly { key: T; span: Span }[]): Map<T, number> {
  const ends: number[] = [];
  const lanes = new Map<T, number>();
  for (const { key, span } of [...spans].sort((a, b) => a.span.start - b.span.start)) {
    const free = ends.findIndex((end) => end <= span.start);
    const lane = free < 0 ? ends.length : free;
    ends[lane] = span.end;
    lanes.set(key, lane);
  }
  return lanes;
}

/** So many minutes from the day's start, for the first look: a little before the working day. */
export const firstLook = (day: Day, now: number): number =>
  now > day.start && now < day.end
    ? Math.max(0, (now - day.start) / MINUTE - 120)
    : Math.min(DAY_MINUTES, 7 * 60);
