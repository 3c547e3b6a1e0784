// The values of the language: their types, their JSON form, when two are the same and which comes first. Pure; twin of
// server/expressions/values.py.

import * as numbers from "./numbers";

export const MOST_TEXT = 100_000;
const MOST_DEEP = 64;
const MOST_SECONDS = 1e15;
export const LAST = 3_652_059;
export const DAY = 86_400;
/** The number of 1 January 1970. */
export const EPOCH = 719_163;

/** A date as its number: 1 is 1 January of the year 1. */
export class Day {
  constructor(readonly ordinal: number) {}
}
/** Seconds since 1970 in UTC, and the minutes by which the clock that showed it was ahead. */
export class Moment {
  constructor(
    readonly seconds: number,
    readonly offset: number,
  ) {}
}
/** Whole seconds. */
export class Duration {
  constructor(readonly seconds: number) {}
}
export interface Row {
  readonly [name: string]: Value;
}
/** A number is a bigint of 10^-10. */
export type Value =
  null | boolean | bigint | string | Day | Moment | Duration | readonly Value[] | Row;
export type Context = Row;

/** A member of its own, never one that every object inherits. */
export const member = (row: Row, name: string): Value =>
  Object.hasOwn(row, name) ? (row[name] ?? null) : null;
export const isList = (value: Value): value is readonly Value[] => Array.isArray(value);

export type Type =
  "null" | "bool" | "num" | "text" | "date" | "datetime" | "duration" | "list" | "row";
export function typeOf(value: Value): Type {
  switch (typeof value) {
    case "boolean":
      return "bool";
    case "bigint":
      return "num";
    case "string":
      return "text";
  }
  if (value === null) return "null";
  if (value instanceof Day) return "date";
  if (value instanceof Moment) return "datetime";
  if (value instanceof Duration) return "duration";
  return isList(value) ? "list" : "row";
}
export const isRow = (value: Value): value is Row => typeOf(value) === "row";

/** Code points. */
export function characters(text: string): number {
  let count = text.length;
  for (let at = 0; at < text.length - 1; at++)
    if (text.charCodeAt(at) >> 10 === 54 && text.charCodeAt(at + 1) >> 10 === 55) count--;
  return count;
}

/** A text of the language: an empty one is null, so is one that is too long. */
export const text = (value: string): string | null =>
  value !== "" && (value.length <= MOST_TEXT || characters(value) <= MOST_TEXT) ? value : null;
/** Null outside the years 1 to 9999. */
export const day = (ordinal: number): Day | null =>
  ordinal >= 1 && ordinal <= LAST ? new Day(ordinal) : null;
/** The number of the day that the clock shows. */
export const localDay = (seconds: number, offset: number): number =>
  Math.floor((seconds + offset * 60) / DAY) + EPOCH;
/** Null when its date would leave the years 1 to 9999. */
export const moment = (seconds: number, offset: number): Moment | null =>
  day(localDay(seconds, offset)) && new Moment(seconds, offset);
/** Null when it is too long to be one. */
export const duration = (seconds: number): Duration | null =>
  Math.abs(seconds) < MOST_SECONDS ? new Duration(seconds) : null;

/** Half a character: with the `u` flag the halves of a whole one are not met. */
/** Half a character. */
export const HALF = /[\ud800-\udfff]/u;
const DATE = /^(\d{4})-(\d\d)-(\d\d)$/;
const MOMENT = /^(\d{4}-\d\d-\d\d)T(\d\d):(\d\d):(\d\d)(?:\.\d+)?(?:Z|([+-])(\d\d):(\d\d))$/;

/** The number of a day of the calendar; null where there is no such day. */
export function ordinalOf(year: number, month: number, number: number): number | null {
  const date = new Date(0);
  date.setUTCFullYear(year, month - 1, number);
  const isThere = date.getUTCFullYear() === year && date.getUTCMonth() === month - 1;
  return isThere && year >= 1 && year <= 9999 && date.getUTCDate() === number
    ? date.getTime() / (DAY * 1000) + EPOCH
    : null;
}
export const dateOf = (ordinal: number): Date => new Date((ordinal - EPOCH) * DAY * 1000);

/** YYYY-MM-DD; null when there is no such day. */
export function readDate(written: unknown): Day | null {
  const [, year, month, number] = DATE.exec(typeof written === "string" ? written : "") ?? [];
  const ordinal = ordinalOf(Number(year), Number(month), Number(number));
  return ordinal === null ? null : new Day(ordinal);
}

/** RFC 3339 with an offset; parts of a second are dropped. Null when it is none. */
export function readMoment(written: unknown): Moment | null {
  const found = MOMENT.exec(typeof written === "string" ? written : "");
  if (!found) return null;
  const [hour, minute, second] = [Number(found[2]), Number(found[3]), Number(found[4])];
  const ahead = Number(found[6] ?? 0) * 60 + Number(found[7] ?? 0);
  const offset = found[5] === "-" ? -ahead : ahead;
  const date = readDate(found[1]);
  if (!date || hour > 23 || minute > 59 || second > 59 || ahead > 1080) return null;
  const days = (date.ordinal - EPOCH) * DAY;
  return moment(days + hour * 3600 + minute * 60 + second - offset * 60, offset + 0);
}

export const writeDate = (value: Day): string => dateOf(value.ordinal).toISOString().slice(0, 10);
const two = (part: number): string => String(part).padStart(2, "0");
/** RFC 3339 with the offset of its clock. */
export function writeMoment({ seconds, offset }: Moment): string {
  const shown = new Date((seconds + offset * 60) * 1000).toISOString().slice(0, 19);
  const ahead = Math.abs(offset);
  return `${shown}${offset < 0 ? "-" : "+"}${two(Math.floor(ahead / 60))}:${two(ahead % 60)}`;
}

/** Plain JSON as a value; what the language has no value for is null. Special ones: `$num`, `$date`, `$datetime`, `$duration`. */
export const fromJson = (data: unknown): Value => read(data, MOST_DEEP);

function read(data: unknown, left: number): Value {
  if (typeof data === "boolean") return data;
  if (typeof data === "number") return numbers.fromJson(data);
  // half a character would become a whole one beside its other half in one language and not in the other
  if (typeof data === "string") return HALF.test(data) ? null : text(data);
  if (typeof data !== "object" || data === null) return null;
  const entries = Array.isArray(data) ? [] : Object.entries(data);
  const [name, written] = entries[0] ?? [""];
  if (entries.length === 1 && name.startsWith("$")) return special(name, written);
  if (left === 0) return null;
  if (Array.isArray(data)) return data.map((one) => read(one, left - 1));
  return Object.fromEntries(entries.map(([key, one]) => [key, read(one, left - 1)]));
}

function special(name: string, written: unknown): Value {
  if (name === "$date") return readDate(written);
  if (name === "$datetime") return readMoment(written);
  if (name === "$num") return typeof written === "string" ? numbers.parse(written) : null;
  return name === "$duration" && Number.isInteger(written) ? duration(written as number) : null;
}

/** The other way. A number that a JSON number would not say exactly goes as its digits. */
export function toJson(value: Value): unknown {
  switch (typeOf(value)) {
    case "num": {
      const written = numbers.textOf(value as bigint);
      const digits = written.replace(/[-.]/g, "").replace(/^0+/, "");
      return digits.length > 15 ? { $num: written } : Number(written);
    }
    case "date":
      return { $date: writeDate(value as Day) };
    case "datetime":
      return { $datetime: writeMoment(value as Moment) };
    case "duration":
      return { $duration: (value as Duration).seconds };
    case "list":
      return (value as readonly Value[]).map(toJson);
    case "row":
      return Object.fromEntries(
        Object.entries(value as Row).map(([name, one]) => [name, toJson(one)]),
      );
  }
  return value;
}

/** Same type and same value, members included. */
export function isSame(left: Value, right: Value): boolean {
  const type = typeOf(left);
  if (type !== typeOf(right)) return false;
  if (type === "list") {
    const [a, b] = [left as readonly Value[], right as readonly Value[]];
    return a.length === b.length && a.every((one, at) => isSame(one, b[at] ?? null));
  }
  if (type === "row") {
    const [a, b] = [left as Row, right as Row];
    const names = Object.keys(a);
    const isAll = names.every(
      (name) => Object.hasOwn(b, name) && isSame(member(a, name), member(b, name)),
    );
    return isAll && names.length === Object.keys(b).length;
  }
  return left === right || orderOf(left, right) === 0;
}

/** Negative, 0 or positive; null where there is no order between them. */
export function orderOf(left: Value, right: Value): number | null {
  const type = typeOf(left);
  if (type !== typeOf(right)) return null;
  switch (type) {
    case "num":
      return (left as bigint) < (right as bigint)
        ? -1
        : Number((left as bigint) > (right as bigint));
    case "text":
      return byCodePoint(left as string, right as string);
    case "date":
      return (left as Day).ordinal - (right as Day).ordinal;
    case "datetime":
    case "duration":
      return (left as Duration).seconds - (right as Duration).seconds;
  }
  return null;
}

/** As Python sorts: beyond the first plane the order of UTF-16 units differs. */
export function byCodePoint(a: string, b: string): number {
  for (let at = 0; at < a.length && at < b.length; at++) {
    const [left, right] = [a.charCodeAt(at), b.charCodeAt(at)];
    if (left === right) continue;
    // A half of a pair stands for something beyond all single ones.
    const [isLeft, isRight] = [left >> 11 === 27, right >> 11 === 27];
    return isLeft === isRight ? left - right : isLeft ? 1 : -1;
  }
  return a.length - b.length;
}
