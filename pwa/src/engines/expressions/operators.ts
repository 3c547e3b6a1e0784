// The operators: comparing, arithmetic on numbers and on time, joining texts. Pure; twin of server/expressions/operators.py.

import { written, type Run } from "./functions";
import * as numbers from "./numbers";
import { ONE } from "./numbers";
import * as v from "./values";
import type { Day, Moment } from "./values";
import { Duration, isSame, orderOf, typeOf, type Value } from "./values";

export type Operator = (run: Run, left: Value, right: Value) => Value;

const noted = (run: Run, found: Value): Value => (found === null ? run.note("overflow") : found);

function shifted(run: Run, { ordinal }: Day, days: bigint): Value {
  const whole = numbers.wholeOf(days);
  return whole === null ? run.note("argument") : noted(run, v.day(ordinal + whole));
}
const later = (run: Run, { seconds, offset }: Moment, by: number): Value =>
  noted(run, v.moment(seconds + by, offset));
const by = (run: Run, { seconds }: Duration, numerator: bigint, denominator: bigint): Value =>
  noted(run, v.duration(Number(numbers.divided(BigInt(seconds) * numerator, denominator))));
const quotient = (run: Run, left: bigint, right: bigint): Value =>
  right === 0n
    ? run.note("divided_by_zero")
    : noted(run, numbers.within(numbers.divided(left * ONE, right)));

type Pairs = Record<string, (run: Run, a: never, b: never) => Value>;
/** By operator and the first letters of the two types: numbers, days (date), moments (datetime), lengths (duration). */
const ARITHMETIC: Pairs = {
  "+nn": (run, a: bigint, b: bigint) => noted(run, numbers.within(a + b)),
  "-nn": (run, a: bigint, b: bigint) => noted(run, numbers.within(a - b)),
  "*nn": (run, a: bigint, b: bigint) => noted(run, numbers.within(numbers.divided(a * b, ONE))),
  "/nn": quotient,
  "+dn": shifted,
  "+nd": (run, a: bigint, b: Day) => shifted(run, b, a),
  "-dn": (run, a: Day, b: bigint) => shifted(run, a, -b),
  "-dd": (_, a: Day, b: Day) => BigInt(a.ordinal - b.ordinal) * ONE,
  "+ml": (run, a: Moment, b: Duration) => later(run, a, b.seconds),
  "+lm": (run, a: Duration, b: Moment) => later(run, b, a.seconds),
  "-ml": (run, a: Moment, b: Duration) => later(run, a, -b.seconds),
  "-mm": (run, a: Moment, b: Moment) => noted(run, v.duration(a.seconds - b.seconds)),
  "+ll": (run, a: Duration, b: Duration) => noted(run, v.duration(a.seconds + b.seconds)),
  "-ll": (run, a: Duration, b: Duration) => noted(run, v.duration(a.seconds - b.seconds)),
  "*ln": (run, a: Duration, b: bigint) => by(run, a, b, ONE),
  "*nl": (run, a: bigint, b: Duration) => by(run, b, a, ONE),
  "/ln": (run, a: Duration, b: bigint) => (b ? by(run, a, ONE, b) : run.note("divided_by_zero")),
  "/ll": (run, a: Duration, b: Duration) => quotient(run, BigInt(a.seconds), BigInt(b.seconds)),
};
const LETTERS: Partial<Record<v.Type, string>> = {
  num: "n",
  date: "d",
  datetime: "m",
  duration: "l",
};

/** `+ - * /`: null with a null, null with a note where the types do not go together. */
const arithmetic =
  (name: string): Operator =>
  (run, left, right) => {
    if (left === null || right === null) return null;
    const apply = ARITHMETIC[name + LETTERS[typeOf(left)] + LETTERS[typeOf(right)]];
    return apply ? apply(run, left as never, right as never) : run.note("type");
  };

/** Unary minus, of a number or a duration. */
export function negated(run: Run, [one = null]: Value[]): Value {
  if (typeof one === "bigint") return -one;
  if (one instanceof Duration) return new Duration(0 - one.seconds);
  return one === null ? null : run.note("type");
}

/** `&`: what there is, one after the other; null when there is nothing. */
export function joined(run: Run, args: Value[]): Value {
  const parts: string[] = [];
  for (const one of args) {
    const said = written(one);
    if (said === null && one !== null) return run.note("type");
    parts.push(said ?? "");
  }
  // counted before it is made: what nobody can pay for is not worth the memory
  let count = 0;
  for (const part of parts) {
    const before = Math.floor(count / 100);
    count += v.characters(part);
    run.spend(Math.floor(count / 100) - before);
  }
  return count > v.MOST_TEXT ? run.note("too_long") : v.text(parts.join(""));
}

const ordered =
  (test: (order: number) => boolean): Operator =>
  (_, left, right) => {
    const order = orderOf(left, right);
    return order !== null && test(order);
  };

export const TWO: Record<string, Operator> = {
  "==": (_, left, right) => isSame(left, right),
  "!=": (_, left, right) => !isSame(left, right),
  "<": ordered((order) => order < 0),
  "<=": ordered((order) => order <= 0),
  ">": ordered((order) => order > 0),
  ">=": ordered((order) => order >= 0),
  "+": arithmetic("+"),
  "-": arithmetic("-"),
  "*": arithmetic("*"),
  "/": arithmetic("/"),
};
