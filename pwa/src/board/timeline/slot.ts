/* When something begins that is put onto a day and not onto an hour. Pure. */
import type { BoardEngineer, BoardVisit } from "../../api/views";
import { instant, wallTime, type Span } from "../../i18n/zones";
import type { Load } from "./carry.svelte";
import { offSpans, OVER, placed, shiftsOn, spanOf, STEP_MINUTES, type Day } from "./scale";

const STEP = STEP_MINUTES * 60_000;
const MORNING = "08:00";
const MORNING_MS = 8 * 3_600_000;

/** Where what is picked up by keys begins: now, or in the morning of another day. Late in the evening the next step is tomorrow's, and
 *  what one has just put down would be nowhere to be seen: it is the last of the day that is looked at. */
export function inSight(day: Day, now: number): number {
  const isToday = now >= day.start && now < day.end;
  return Math.min(upTo(isToday ? now : day.start + MORNING_MS), day.end - STEP);
}

/** The same time of the clock on another day. */
export const sameTime = (at: number, day: Day): number =>
  (instant({ date: day.date, time: wallTime(at, day.zone).time }, day.zone)?.getTime() ??
    day.start) +
  (at % 60_000);

/** A visit that has a time keeps it, and stays where it is on a day that it touches. What has none comes into the first gap that is long
 *  enough: not before the shift, the promise or now, not into a break or an absence. Where there is none, after all others. */
export function slotOn(
  load: Load,
  minutes: number,
  engineer: BoardEngineer,
  visits: readonly BoardVisit[],
  day: Day,
  now: number,
): number {
  const planned = load.isNew || !load.visit ? null : spanOf(load.visit, now);
  if (planned) {
    const touches = planned.start < day.end && planned.end > day.start;
    return touches ? planned.start : sameTime(planned.start, day);
  }
  const earliest = earliestOn(load, engineer, day, now);
  const others = placed(visits, day, now)
    .filter(({ key }) => !OVER.has(key.status))
    .map(({ span }) => span);
  const away = engineer.absences.map((one) => ({
    start: Date.parse(one.from_at),
    end: Date.parse(one.until_at),
  }));
  const off = offSpans(shiftsOn(engineer, day), day);
  for (const taken of [[...others, ...away, ...off], others]) {
    const at = firstGap(earliest, minutes, taken);
    if (at + minutes * 60_000 <= day.end) return at;
  }
  return upTo(earliest);
}
const upTo = (at: number): number => Math.ceil(at / STEP) * STEP;

function firstGap(from: number, minutes: number, taken: readonly Span[]): number {
  let at = upTo(from);
  for (const one of [...taken].sort((a, b) => a.start - b.start)) {
    if (one.start >= at + minutes * 60_000) break;
    at = Math.max(at, upTo(one.end));
  }
  return at;
}

function earliestOn({ visit }: Load, engineer: BoardEngineer, day: Day, now: number): number {
  const shifts = engineer.shifts.length ? shiftsOn(engineer, day).map((one) => one.start) : [];
  const morning = instant({ date: day.date, time: MORNING }, day.zone)?.getTime() ?? day.start;
  const begins = Math.max(day.start, shifts.length ? Math.min(...shifts) : morning);
  const promised = visit?.promised_from ? Date.parse(visit.promised_from) : begins;
  const bounds = [begins];
  if (promised >= day.start && promised < day.end) bounds.push(promised);
  if (now >= day.start && now < day.end) bounds.push(now);
  return Math.max(...bounds);
}
