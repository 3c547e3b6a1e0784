/* Dates, times, lengths and sizes as people read them. Every moment is UTC and every call names the zone:
   a visit is shown in its site's zone, never silently in the phone's. The platform's formatters take a slow phone too long to make for
   what two languages write alike or in two lines: format.test.ts holds ours against theirs. */
import type { Locale } from "./locale.svelte";
import { ownZone } from "./own_zone";

type Moment = Date | string | number;

/** 13:05, always 24 hours, which both languages write alike. */
export function clock(at: Moment, zone: string): string {
  const moment = new Date(at).getTime();
  return new Date(moment + offsetOf(moment, zone)).toISOString().slice(11, 16);
}

const WEEK = ["Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat"];
const YEAR = "Jan Feb Mar Apr May Jun Jul Aug Sep Oct Nov Dec".split(" ");

/** 11月20日 周四 · Thu, Nov 20 */
export function day(at: Moment, zone: string, locale: Locale): string {
  const moment = new Date(at).getTime();
  const date = new Date(moment + offsetOf(moment, zone));
  const [month, number, weekday] = [date.getUTCMonth(), date.getUTCDate(), date.getUTCDay()];
  return locale === "zh-CN"
    ? `${month + 1}月${number}日 周${"日一二三四五六"[weekday]}`
    : `${WEEK[weekday]}, ${YEAR[month]} ${number}`;
}

const DAY_MS = 86_400_000;
const MOST_KEPT = 5_000;
const offsets = new Map<string, number>();
const keys = new Map<number, string>();

/** 2026-11-20, the calendar date in the zone: also the key that says whether two moments share a day. */
export function dateKey(at: Moment, zone: string): string {
  const moment = typeof at === "number" ? at : new Date(at).getTime();
  return keyOf(Math.floor((moment + offsetOf(moment, zone)) / DAY_MS));
}

/** Milliseconds by which the zone's clocks are ahead of UTC at a moment. A formatter is slow, and slow to make: it is asked for the two
 *  ends of a day of UTC. Where both have the same offset, everything between has it too. */
export function offsetOf(moment: number, zone: string): number {
  const begin = Math.floor(moment / DAY_MS) * DAY_MS;
  const offset = offsetAt(begin, zone);
  return offset === offsetAt(begin + DAY_MS, zone) ? offset : offsetIn(moment, zone);
}

export type Side = -1 | 0 | 1;
/** Wider than any change of a zone's clocks. */
const MARGIN_MS = 3 * 3_600_000;
const daysOfZones = new Map<string, { from: number; until: number }>();

/** Before the day of `now` in the zone, in it, or after it. Only near midnight the two dates have to be looked at. */
export function sideOfDay(at: Moment, now: number, zone: string): Side {
  const moment = typeof at === "number" ? at : new Date(at).getTime();
  const { from, until } = dayAround(now, zone);
  if (moment < from - MARGIN_MS) return -1;
  if (moment >= until + MARGIN_MS) return 1;
  const [day, today] = [dateKey(moment, zone), dateKey(now, zone)];
  return day === today ? 0 : day < today ? -1 : 1;
}

/** The day by the offset of its beginning: near enough for who adds the margin. */
function dayAround(now: number, zone: string): { from: number; until: number } {
  const known = daysOfZones.get(zone);
  if (known && now >= known.from && now < known.until) return known;
  const offset = offsetAt(Math.floor(now / DAY_MS) * DAY_MS, zone);
  const from = Math.floor((now + offset) / DAY_MS) * DAY_MS - offset;
  const made = { from, until: from + DAY_MS };
  daysOfZones.set(zone, made);
  return made;
}

function keyOf(day: number): string {
  let key = keys.get(day);
  if (key === undefined) {
    if (keys.size >= MOST_KEPT) keys.clear();
    keys.set(day, (key = new Date(day * DAY_MS).toISOString().slice(0, 10)));
  }
  return key;
}

/** The same, kept for the beginnings of days; not what this device says of its own zone, which it may leave. */
function offsetAt(begin: number, zone: string): number {
  if (zone === ownZone()) return ownOffset(begin);
  const name = `${zone}|${begin}`;
  let offset = offsets.get(name);
  if (offset === undefined) {
    if (offsets.size >= MOST_KEPT) offsets.clear();
    offsets.set(name, (offset = offsetIn(begin, zone)));
  }
  return offset;
}

const ownOffset = (moment: number): number =>
  Math.round(new Date(moment).getTimezoneOffset() * -60_000);

function offsetIn(moment: number, zone: string): number {
  if (zone === ownZone()) return ownOffset(moment);
  let clocks = wholes.get(zone);
  if (!clocks)
    wholes.set(zone, (clocks = new Intl.DateTimeFormat("en", { ...WHOLE, timeZone: zone })));
  const parts: Record<string, number> = {};
  for (const { type, value } of clocks.formatToParts(moment)) parts[type] = Number(value);
  const { year = 0, month = 1, day = 1, hour = 0, minute = 0, second = 0 } = parts;
  return Date.UTC(year, month - 1, day, hour, minute, second) - Math.floor(moment / 1000) * 1000;
}
const wholes = new Map<string, Intl.DateTimeFormat>();
const WHOLE = {
  year: "numeric",
  month: "2-digit",
  day: "2-digit",
  hour: "2-digit",
  minute: "2-digit",
  second: "2-digit",
  hourCycle: "h23",
} as const;

/** "in 5 minutes", "昨天": the largest whole unit, up to days. */
export function relative(at: Moment, now: Moment, locale: Locale): string {
  const seconds = Math.round((new Date(at).getTime() - new Date(now).getTime()) / 1000);
  const words = new Intl.RelativeTimeFormat(locale, { numeric: "auto" });
  const size = Math.abs(seconds);
  if (size < 60) return words.format(seconds, "second");
  if (size < 3600) return words.format(Math.trunc(seconds / 60), "minute");
  if (size < 86_400) return words.format(Math.trunc(seconds / 3600), "hour");
  return words.format(Math.trunc(seconds / 86_400), "day");
}

/** 36 分 / 36 min, from four hours on 4 时 41 分 / 4 h 41 min. */
export function duration(minutes: number, locale: Locale): string {
  const [h, min] = locale === "zh-CN" ? ["时", "分"] : ["h", "min"];
  const whole = Math.round(minutes);
  if (whole < 240) return `${whole} ${min}`;
  const rest = whole % 60;
  return rest ? `${Math.floor(whole / 60)} ${h} ${rest} ${min}` : `${Math.floor(whole / 60)} ${h}`;
}

export const number = (value: number, locale: Locale, options?: Intl.NumberFormatOptions): string =>
  new Intl.NumberFormat(locale, options).format(value);

/** 62 %, with the thin space of the design. */
export const percent = (share: number, locale: Locale): string =>
  `${number(Math.round(share * 100), locale)}\u2009%`;

/** 1.8 MB, in units of 1,000 as phones show them. */
export function bytes(count: number, locale: Locale): string {
  const units = ["B", "KB", "MB", "GB"];
  const step = Math.min(
    units.length - 1,
    Math.max(0, Math.floor(Math.log10(Math.max(1, count)) / 3)),
  );
  const digits = step >= 2 ? 1 : 0;
  return `${number(count / 1000 ** step, locale, { maximumFractionDigits: digits })} ${units[step]}`;
}
