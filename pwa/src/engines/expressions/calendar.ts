// Days and months as numbers, and working days: Monday to Friday, less holidays, more days that are worked all the same. Pure; twin of
// server/expressions/calendar.py.

import { dateOf, day, LAST, ordinalOf, type Day } from "./values";

type Days = ReadonlySet<number>;

/** Year, month, day of the month. */
export function parts(value: Day): [number, number, number] {
  const date = dateOf(value.ordinal);
  return [date.getUTCFullYear(), date.getUTCMonth() + 1, date.getUTCDate()];
}

/** Null where there is no such day. */
export function made(year: number, month: number, number: number): Day | null {
  const ordinal = ordinalOf(year, month, number);
  return ordinal === null ? null : day(ordinal);
}

/** The same day of another month, or its last one where it has no such day. */
export function monthsLater(value: Day, months: number): Day | null {
  const [year, month, number] = parts(value);
  const count = year * 12 + month - 1 + months;
  const [to, at] = [Math.floor(count / 12), (count % 12) + 1];
  for (let tried = number; tried > 27; tried--) {
    const found = made(to, at, tried);
    if (found) return found;
  }
  return made(to, at, Math.min(number, 28));
}

/** 1 for Monday to 7 for Sunday; the first day of the year 1 was a Monday. */
export const weekday = (ordinal: number): number => ((ordinal - 1) % 7) + 1;

/** How many days from Monday to Friday there are from day 1 on, that one included. */
const weekdaysUntil = (ordinal: number): number =>
  Math.floor(ordinal / 7) * 5 + Math.min(ordinal % 7, 5);

/** Working days from `first` to `last`, which is not before it, both included. */
function worked(first: number, last: number, holidays: Days, extra: Days): number {
  let count = weekdaysUntil(last) - weekdaysUntil(first - 1);
  for (const one of holidays)
    if (first <= one && one <= last && weekday(one) < 6 && !extra.has(one)) count--;
  for (const one of extra) if (first <= one && one <= last && weekday(one) > 5) count++;
  return count;
}

/** From one day to another, both included; negative when the second is before the first. */
export const workingDays = (
  { ordinal: a }: Day,
  { ordinal: b }: Day,
  off: Days,
  on: Days,
): number => (a <= b ? worked(a, b, off, on) : -worked(b, a, off, on));

/** The `count`-th working day after a day, before it when negative; the day itself for 0. Null when there is none. */
export function workingDay(start: Day, count: number, off: Days, on: Days): Day | null {
  if (count === 0) return start;
  const isLater = count > 0;
  let [low, high] = isLater ? [start.ordinal + 1, LAST] : [1, start.ordinal - 1];
  const [first, last] = [low, high];
  if (low > high || worked(low, high, off, on) < Math.abs(count)) return null;
  while (low < high) {
    // the nearest day up to which there are enough
    const middle = Math.floor((low + high + (isLater ? 0 : 1)) / 2);
    const isEnough = isLater
      ? worked(first, middle, off, on) >= count
      : worked(middle, last, off, on) >= -count;
    if (isLater === isEnough) [low, high] = isLater ? [low, middle] : [low, middle - 1];
    else [low, high] = isLater ? [middle + 1, high] : [middle, high];
  }
  return day(low);
}
