/* Dates, times, lengths and sizes as people read them. Every moment is UTC and every call names the zone:
   a visit is shown in its site's zone, never silently in the phone's. Formatters are kept: making one is slow. */
import type { Locale } from "./locale.svelte";

type Moment = Date | string | number;

const kept = new Map<string, Intl.DateTimeFormat>();

function formatter(locale: Locale, zone: string, options: Intl.DateTimeFormatOptions) {
  const key = `${locale}|${zone}|${JSON.stringify(options)}`;
  let made = kept.get(key);
  if (!made)
    kept.set(key, (made = new Intl.DateTimeFormat(locale, { ...options, timeZone: zone })));
  return made;
}

/** 13:05, always 24 hours. */
export const clock = (at: Moment, zone: string, locale: Locale): string =>
  formatter(locale, zone, { hour: "2-digit", minute: "2-digit", hourCycle: "h23" }).format(
    new Date(at),
  );

/** 11月20日 周四 · Thu, Nov 20 */
export function day(at: Moment, zone: string, locale: Locale): string {
  const date = new Date(at);
  const text = formatter(locale, zone, { month: "long", day: "numeric", weekday: "short" });
  if (locale !== "zh-CN")
    return formatter(locale, zone, { month: "short", day: "numeric", weekday: "short" }).format(
      date,
    );
  const parts = text.formatToParts(date);
  const weekday = parts.find((part) => part.type === "weekday")?.value ?? "";
  const rest = parts.filter((part) => part.type !== "weekday").map((part) => part.value);
  return `${rest.join("").trim()} ${weekday}`;
}

const DAY_MS = 86_400_000;
const MOST_KEPT = 5_000;
const offsets = new Map<string, number>();
const keys = new Map<number, string>();

/** 2026-11-20, the calendar date in the zone: also the key that says whether two moments share a day. Lists ask it of
 *  thousands of moments at once, and a formatter is slow: it is asked for the two ends of a day of UTC. Where both have the
 *  same offset, everything between has it too. */
export function dateKey(at: Moment, zone: string): string {
  const moment = typeof at === "number" ? at : new Date(at).getTime();
  const begin = Math.floor(moment / DAY_MS) * DAY_MS;
  const offset = offsetAt(begin, zone);
  return offset === offsetAt(begin + DAY_MS, zone)
    ? keyOf(Math.floor((moment + offset) / DAY_MS))
    : keyOf(Math.floor((moment + offsetIn(moment, zone)) / DAY_MS));
}

function keyOf(day: number): string {
  let key = keys.get(day);
  if (key === undefined) {
    if (keys.size >= MOST_KEPT) keys.clear();
    keys.set(day, (key = new Date(day * DAY_MS).toISOString().slice(0, 10)));
  }
  return key;
}

/** Milliseconds by which the zone's clocks are ahead of UTC, kept for the beginnings of days. */
function offsetAt(begin: number, zone: string): number {
  const name = `${zone}|${begin}`;
  let offset = offsets.get(name);
  if (offset === undefined) {
    if (offsets.size >= MOST_KEPT) offsets.clear();
    offsets.set(name, (offset = offsetIn(begin, zone)));
  }
  return offset;
}

function offsetIn(moment: number, zone: string): number {
  const parts: Record<string, number> = {};
  for (const { type, value } of formatter("en", zone, WHOLE).formatToParts(moment))
    parts[type] = Number(value);
  const { year = 0, month = 1, day = 1, hour = 0, minute = 0, second = 0 } = parts;
  return Date.UTC(year, month - 1, day, hour, minute, second) - Math.floor(moment / 1000) * 1000;
}
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
