// Every function of the language: what it takes, and how. Signatures as in server/expressions/functions.py, its twin. Pure.

import * as calendar from "./calendar";
import * as geo from "./geo";
import * as masks from "./masks";
import * as numbers from "./numbers";
import { ONE } from "./numbers";
import * as v from "./values";
import { Day, isList, isRow, isSame, member, Moment, type Row, type Value } from "./values";

/** What a function may tell the evaluation that asks it. */
export interface Run {
  /** Work beyond the one step of the node itself. */
  spend(steps: number): void;
  /** Why the answer is null. Answers null. */
  note(code: string): null;
}
type Apply = (run: Run, ...args: never[]) => Value;
/** Types of what it takes; `?` may be left out, `*` any number of times, `any` takes all and null too, `when` is a date or a datetime. */
export type Function = readonly [takes: string, apply: Apply];

const num = (whole: number): bigint => BigInt(whole) * ONE;

/** Values and the members of lists, without nulls. */
function flat(run: Run, args: readonly Value[]): Value[] {
  const found: Value[] = [];
  for (const one of args) {
    const members = isList(one) ? one : [one];
    run.spend(members.length);
    for (const value of members) if (value !== null) found.push(value);
  }
  return found;
}

function numbersOf(run: Run, args: Value[]): bigint[] | null {
  const found = flat(run, args);
  return found.every((one) => typeof one === "bigint") ? found : run.note("type");
}
const inRange = (run: Run, scaled: bigint): Value => numbers.within(scaled) ?? run.note("overflow");
const total = (found: bigint[]): bigint => found.reduce((sum, one) => sum + one, 0n);

function average(run: Run, ...args: Value[]): Value {
  const found = numbersOf(run, args);
  return found?.length ? inRange(run, numbers.divided(total(found), BigInt(found.length))) : null;
}

const extreme =
  (sign: number) =>
  (run: Run, ...args: Value[]): Value => {
    let best: Value = null;
    for (const one of flat(run, args)) {
      const order = v.orderOf(one, best ?? one);
      if (order === null) return run.note("type");
      if (best === null || order * sign > 0) best = one;
    }
    return best;
  };

/** A whole number between two; else the answer is null. */
function whole(run: Run, number: bigint, least: number, most: number): number | null {
  const found = numbers.wholeOf(number);
  return found === null || found < least || found > most ? run.note("argument") : found;
}

function round(run: Run, number: bigint, places = 0n): Value {
  const wanted = whole(run, places, -15, numbers.PLACES);
  if (wanted === null) return null;
  const step = 10n ** BigInt(numbers.PLACES - wanted);
  return inRange(run, numbers.divided(number, step) * step);
}

/** Of the sign of the divisor. */
const rest = (number: bigint, by: bigint): bigint => ((number % by) + by) % by;

const length = (text: string): number => v.characters(text);
function text(run: Run, made: string): Value {
  const count = length(made);
  run.spend(Math.floor(count / 100));
  if (count > v.MOST_TEXT) run.note("too_long");
  return v.text(made);
}

// named one by one: what else is a blank differs between languages
const BLANKS = " \t\n\r\u00a0\u3000";
/** Walked, not matched: a pattern that is anchored at the end tries every blank within a text, and hangs on a long row of them. */
function trimmed(of: string): string {
  let [begin, end] = [0, of.length];
  while (begin < end && BLANKS.includes(of.charAt(begin))) begin++;
  while (begin < end && BLANKS.includes(of.charAt(end - 1))) end--;
  return of.slice(begin, end);
}

/** From the `first`-th code point (0 is the first) on, `count` of them; from the end when `first` is null. */
function cut(run: Run, of: string, first: number | null, count: bigint): Value {
  const most = whole(run, count, 0, v.MOST_TEXT);
  if (most === null) return null;
  const all = [...of];
  const begin = first ?? Math.max(0, all.length - most);
  return text(run, all.slice(begin, begin + most).join(""));
}

function mid(run: Run, of: string, start: bigint, count: bigint): Value {
  const first = whole(run, start, 1, v.MOST_TEXT);
  if (first !== null) return cut(run, of, first - 1, count);
  whole(run, count, 0, v.MOST_TEXT);
  return null;
}

function asText(run: Run, value: Value, places: Value = null): Value {
  if (places !== null) {
    const wanted = typeof places === "bigint" ? whole(run, places, 0, numbers.PLACES) : null;
    if (wanted === null || typeof value !== "bigint") return null;
    return text(run, numbers.fixed(value, wanted));
  }
  const found = written(value);
  if (found === null) return value === null ? null : run.note("type");
  return text(run, found);
}

/** A single value as `&` and TEXT write it; null of null, lists, rows and durations. */
export function written(value: Value): string | null {
  if (typeof value === "boolean" || typeof value === "string") return String(value);
  if (typeof value === "bigint") return numbers.textOf(value);
  if (value instanceof Day) return v.writeDate(value);
  return value instanceof Moment ? v.writeMoment(value) : null;
}

function isIn(run: Run, one: Value, of: Value): Value {
  if (isList(of)) {
    run.spend(of.length);
    return one !== null && of.some((each) => isSame(one, each));
  }
  if (typeof of !== "string" || typeof one !== "string") return false;
  run.spend(Math.floor(length(of) / 100));
  return contains(of, one);
}

/** Whether a text has another in it, in time linear in both (Knuth, Morris, Pratt): what browsers do with long ones can be their product. */
function contains(of: string, part: string): boolean {
  if (part.length < 100 || part.length > of.length) return of.includes(part);
  /** How much of the beginning of `part` ends at each of its places. */
  const known = new Uint32Array(part.length);
  const longer = (found: number, unit: number): number => {
    while (found > 0 && part.charCodeAt(found) !== unit) found = known[found - 1] ?? 0;
    return part.charCodeAt(found) === unit ? found + 1 : found;
  };
  for (let at = 1; at < part.length; at++)
    known[at] = longer(known[at - 1] ?? 0, part.charCodeAt(at));
  let found = 0;
  for (let at = 0; at < of.length && found < part.length; at++)
    found = longer(found, of.charCodeAt(at));
  return found === part.length;
}

function lookup(run: Run, rows: Value[], column: string, wanted: Value, answer: string): Value {
  for (const row of rows) {
    run.spend(1);
    if (wanted !== null && isRow(row) && isSame(member(row, column), wanted))
      return member(row, answer);
  }
  return null;
}

function date(run: Run, ...parts: [bigint, bigint, bigint]): Value {
  const [year, month, number] = parts.map(numbers.wholeOf);
  if (year == null || month == null || number == null) return run.note("no_such_day");
  return calendar.made(year, month, number) ?? run.note("no_such_day");
}

const dayOf = (when: Day | Moment): Day =>
  when instanceof Moment ? new Day(v.localDay(when.seconds, when.offset)) : when;
const part =
  (at: 0 | 1 | 2) =>
  (_: Run, when: Day | Moment): Value =>
    num(calendar.parts(dayOf(when))[at]);

function edate(run: Run, start: Day, months: bigint): Value {
  const count = whole(run, months, -120_000, 120_000);
  return count === null ? null : (calendar.monthsLater(start, count) ?? run.note("overflow"));
}

/** A list of dates; nothing is none of them. */
function days(run: Run, given: Value): Set<number> | null {
  const found = flat(run, [given]);
  return found.every((one) => one instanceof Day)
    ? new Set(found.map((one) => one.ordinal))
    : run.note("type");
}

function workday(run: Run, start: Day, count: bigint, off?: Value, on?: Value): Value {
  const [holidays, extra] = [days(run, off ?? null), days(run, on ?? null)];
  const wanted = whole(run, count, -4_000_000, 4_000_000);
  if (!holidays || !extra || wanted === null) return null;
  return calendar.workingDay(start, wanted, holidays, extra) ?? run.note("overflow");
}

function networkDays(run: Run, first: Day, last: Day, off?: Value, on?: Value): Value {
  const [holidays, extra] = [days(run, off ?? null), days(run, on ?? null)];
  return holidays && extra ? num(calendar.workingDays(first, last, holidays, extra)) : null;
}

function distance(run: Run, start: Row, end: Row): Value {
  const found = [start, end].flatMap((place) => [member(place, "lat"), member(place, "lon")]);
  if (found.includes(null)) return null;
  const [a, b, c, d] = found;
  if (typeof a !== "bigint" || typeof b !== "bigint" || typeof c !== "bigint")
    return run.note("type");
  if (typeof d !== "bigint") return run.note("type");
  const metres = geo.metres(a, b, c, d);
  return metres === null ? run.note("argument") : metres * ONE;
}

export const STRICT: Record<string, Function> = {
  not: ["any", (_, one: Value) => one !== true],
  round: ["num num?", round],
  floor: ["num", (run, one: bigint) => inRange(run, one - rest(one, ONE))],
  abs: ["num", (_, one: bigint) => numbers.size(one)],
  mod: [
    "num num",
    (run, one: bigint, by: bigint) => (by ? rest(one, by) : run.note("divided_by_zero")),
  ],
  sum: [
    "any any*",
    (run, ...args: Value[]) => {
      const found = numbersOf(run, args);
      return found && inRange(run, total(found));
    },
  ],
  count: ["any any*", (run, ...args: Value[]) => num(flat(run, args).length)],
  countif: [
    "any any",
    (run, of: Value, wanted: Value) =>
      num(flat(run, [of]).filter((one) => isSame(one, wanted)).length),
  ],
  average: ["any any*", average],
  min: ["any any*", extreme(-1)],
  max: ["any any*", extreme(1)],
  len: [
    "any",
    (run, one: Value) =>
      one === null || typeof one === "string" ? num(length(one ?? "")) : run.note("type"),
  ],
  upper: [
    "text",
    (run, one: string) =>
      text(
        run,
        one.replace(/[a-z]+/g, (part) => part.toUpperCase()),
      ),
  ],
  trim: ["text", (run, one: string) => text(run, trimmed(one))],
  left: ["text num", (run, one: string, count: bigint) => cut(run, one, 0, count)],
  right: ["text num", (run, one: string, count: bigint) => cut(run, one, null, count)],
  mid: ["text num num", mid],
  text: ["any num?", asText],
  value: ["text", (run, one: string) => numbers.parse(trimmed(one)) ?? run.note("argument")],
  fits: [
    "text text",
    (run, one: string, mask: string) => {
      run.spend(length(mask));
      return masks.fits(mask, one);
    },
  ],
  in: ["any any", isIn],
  lookup: ["list text any text", lookup],
  date: ["num num num", date],
  year: ["when", part(0)],
  month: ["when", part(1)],
  day: ["when", part(2)],
  hour: [
    "datetime",
    (_, { seconds, offset }: Moment) => {
      const shown = seconds + offset * 60;
      return num(Math.floor((shown - Math.floor(shown / v.DAY) * v.DAY) / 3600));
    },
  ],
  weekday: ["when", (_, when: Day | Moment) => num(calendar.weekday(dayOf(when).ordinal))],
  edate: ["date num", edate],
  workday: ["date num any? any?", workday],
  networkdays: ["date date any? any?", networkDays],
  dateof: ["when", (_, when: Day | Moment) => dayOf(when)],
  hours: [
    "num",
    (run, count: bigint) =>
      v.duration(Number(numbers.divided(count * 3600n, ONE))) ?? run.note("overflow"),
  ],
  distance: ["row row", distance],
};

/** Whether a value may come where a signature wants this kind, other than `any`. */
export const isOf = (value: Value, kind: string): boolean =>
  kind === "when" ? value instanceof Day || value instanceof Moment : v.typeOf(value) === kind;
