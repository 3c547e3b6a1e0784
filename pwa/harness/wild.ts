/* Expressions grown from below, without a word about types: whatever is put together from what there is, and what comes to something is built on. */
import { Expression } from "../src/engines/expressions/evaluate";
import { STRICT } from "../src/engines/expressions/functions";
import { TWO } from "../src/engines/expressions/operators";
import { fromJson, type Context } from "../src/engines/expressions/values";
import { computed } from "./computed";

type Chance = () => number;
export interface Case {
  ast: unknown;
  context: Record<string, unknown>;
}
/** The fewest and the most arguments of what has no signature. */
const LOOSE: Record<string, readonly [number, number]> = {
  and: [0, 4],
  or: [0, 4],
  if: [2, 3],
  switch: [3, 7],
  coalesce: [1, 4],
  neg: [1, 1],
  "&": [1, 4],
  list: [0, 5],
};
const CALLS: [string, number, number][] = [
  ...Object.entries(STRICT).map(([name, [kinds]]): [string, number, number] => {
    const all = kinds.split(" ");
    const least = all.filter((kind) => !/[?*]$/.test(kind)).length;
    return [name, least, kinds.endsWith("*") ? least + 3 : all.length];
  }),
  ...Object.keys(TWO).map((name): [string, number, number] => [name, 2, 2]),
  ...Object.entries(LOOSE).map(([name, [least, most]]): [string, number, number] => [
    name,
    least,
    most,
  ]),
];
const UNITS = [..."aZz09A{}*-+. \t\n,油é\u3000\u00a0😀🛠\u0000ß"];
const NAMES = ["a", "b", "lat", "lon", "__proto__", "toString", "油", "0"];
const MOST_SIZE = 250;

/** Mulberry32: the same seed, the same numbers in every engine. */
function chance(seed: number): Chance {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}
const below = (some: Chance, most: number): number => Math.floor(some() * most);
const of = <T>(some: Chance, all: readonly T[]): T => all[below(some, all.length)] as T;
const several = <T>(some: Chance, most: number, make: () => T): T[] =>
  Array.from({ length: below(some, most + 1) }, make);
const padded = (number: number, size: number): string => String(number).padStart(size, "0");

/** Of any size: small whole ones, some with places, some at the edges. */
function number(some: Chance): number {
  const size = 10 ** below(some, 16);
  const whole = below(some, size);
  const found = some() < 0.5 ? whole % 40 : some() < 0.5 ? whole : whole / 10 ** below(some, 13);
  return some() < 0.3 ? -found : found;
}
const text = (some: Chance): string => {
  const told = several(some, 6, () => of(some, UNITS)).join("");
  return some() < 0.2 ? String(number(some)) : some() < 0.05 ? told.repeat(200) : told;
};
/** Mostly one that there is. */
function date(some: Chance): string {
  const year = of(some, [1, 1969, 1970, 2000, 2024, 2026, 2026, 9999]);
  return `${padded(year, 4)}-${padded(1 + below(some, 12), 2)}-${padded(1 + below(some, 31), 2)}`;
}
function moment(some: Chance): string {
  const [hour, minute, second] = [24, 60, 60].map((most) => padded(below(some, most), 2));
  const zone = `${of(some, ["+", "-"])}${padded(below(some, 19), 2)}:${padded(below(some, 60), 2)}`;
  return `${date(some)}T${hour}:${minute}:${second}${of(some, ["Z", zone])}`;
}

/** Data of a context; what is deeper is smaller. */
function data(some: Chance, left: number): unknown {
  const kind = below(some, left > 0 ? 11 : 7);
  if (kind < 2) return number(some);
  if (kind === 2) return text(some);
  if (kind === 3) return of(some, [true, false, null]);
  if (kind === 4) return { $date: date(some) };
  if (kind === 5) return { $datetime: moment(some) };
  if (kind === 6) return { $duration: Math.trunc(number(some)) };
  if (kind < 9) return several(some, 4, () => data(some, left - 1));
  const entries = several(some, 4, () => [of(some, NAMES), data(some, left - 1)] as const);
  return Object.fromEntries(entries);
}

interface Grown {
  ast: unknown;
  size: number;
}
function leaf(some: Chance, names: readonly string[]): Grown {
  const kind = below(some, 10);
  if (kind < 6) {
    const path = [of(some, names), ...several(some, some() < 0.4 ? 2 : 0, () => of(some, NAMES))];
    return { ast: ["get", path.join(".")], size: 1 };
  }
  const literals = [number(some), number(some), text(some), some() < 0.5];
  return { ast: literals[kind - 6], size: 1 };
}

type Call = (typeof CALLS)[number];
function call(some: Chance, [name, least, most]: Call, pool: readonly Grown[]): Grown {
  // what was grown last is what is built on most
  const one = (): Grown => of(some, some() < 0.6 ? pool.slice(-5) : pool);
  const args = Array.from({ length: least + below(some, most - least + 1) }, one);
  const size = args.reduce((sum, one) => sum + one.size, 1);
  return { ast: [name, ...args.map(({ ast }) => ast)], size };
}

/** The last of what was grown: of several tries each the first that is not null, a null now and then. */
export function grown(seed: number): Case {
  const some = chance(seed);
  const names = ["a", "b", "c", "d", "e", "f", "g", "h"];
  const context = Object.fromEntries(names.map((name) => [name, data(some, 3)]));
  const values = Object.entries(context).map(([name, one]) => [name, fromJson(one)] as const);
  const known: Context = Object.fromEntries(values);
  const pool = Array.from({ length: 14 }, () => leaf(some, names));
  for (let rounds = 4 + below(some, 16); rounds > 0; rounds--) {
    // the function stays while its arguments are tried: one that is hard to please would never be seen
    const wanted = of(some, CALLS);
    let made = call(some, wanted, pool);
    for (let tries = some() < 0.85 ? 40 : 0; tries > 0; tries--) {
      if (made.size <= MOST_SIZE && new Expression(made.ast).value(known) !== null) break;
      made = call(some, wanted, pool);
    }
    if (made.size <= MOST_SIZE) pool.push(made);
  }
  return { ast: pool.at(-1)?.ast, context };
}

interface Asked extends Partial<Case> {
  seed?: number;
  from?: number;
  count?: number;
}
/** The lines that answer a line. */
export function* answered(line: string): Generator<string> {
  const { seed = 0, from = 0, count } = JSON.parse(line) as Asked;
  if (count === undefined) yield computed(line);
  for (let at = 0; at < (count ?? 0); at++) {
    const made = JSON.stringify(grown(Math.imul(seed, 0x9e3779b1) + from + at));
    yield `{"case":${made},"there":${computed(made)}}`;
  }
}
