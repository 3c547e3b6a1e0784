/* When something begins that is put onto a day and not onto an hour. Pure. */
import type { BoardEngineer, BoardVisit } from "../../api/views";
import { instant, wallTime } from "../../i18n/zones";
import type { Load } from "./carry.svelte";
import { OVER, placed, shiftsOn, spanOf, STEP_MINUTES, type Day } from "./scale";

const STEP = STEP_MINUTES * 60_000;
const MORNING = "08:00";

/** The same time of the clock on another day. */
export const sameTime = (at: number, day: Day): number =>
  instant({ date: day.date, time: wallTime(at, day.zone).time }, day.zone)?.getTime() ?? day.start;

/** A visit that has a time keeps it. What has none comes into the first gap that is long enough: not before the shift, the promise or now. */
export function slotOn(
  load: Load,
  minutes: number,
  engineer: BoardEngineer,
  visits: readonly BoardVisit[],
  day: Day,
  now: number,
): number {
  const planned = load.isNew || !load.visit ? null : spanOf(load.visit, now);
  if (planned) return sameTime(planned.start, day);
  const earliest = Math.ceil(earliestOn(load, engineer, day, now) / STEP) * STEP;
  const taken = placed(visits, day, now)
    .filter(({ key }) => !OVER.has(key.status))
    .map(({ span }) => span)
    .sort((a, b) => a.start - b.start);
  let at = earliest;
  for (const one of taken) {
    if (one.start >= at + minutes * 60_000) break;
    at = Math.max(at, Math.ceil(one.end / STEP) * STEP);
  }
  return at < day.end ? at : earliest;
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
