// Computes an expression: total, bounded, without a clock or a place of its own. Compiled once, asked often; no eval, closures only. Pure;
// twin of server/expressions/evaluate.py. What cannot be computed is null; notes say why and where, for who writes the expression.

import { isOf, STRICT, type Function, type Run } from "./functions";
import { joined, negated, TWO, type Operator } from "./operators";
import { fromJson, isList, isRow, isSame, member, type Context, type Value } from "./values";

export const MOST_DEPTH = 64;
export const MOST_NODES = 2_000;
export const MOST_STEPS = 100_000;

/** Why something is null: a code, and the way to the node through the JSON of the expression. */
export interface Note {
  code: string;
  place: readonly number[];
}
export interface Outcome {
  value: Value;
  steps: number;
  notes: readonly Note[];
}

const SPENT = new Error();

class Computation implements Run {
  steps = 0;
  notes: Note[] = [];
  /** The node that is asked. */
  place: readonly number[] = [];
  constructor(readonly context: Context) {}
  spend(steps: number): void {
    this.steps += steps;
    if (this.steps > MOST_STEPS) throw SPENT;
  }
  note(code: string): null {
    this.notes.push({ code, place: this.place });
    return null;
  }
}
type Compiled = (run: Computation) => Value;
type Place = readonly number[];

/** An expression that can be computed. `names` are the paths that it reads. */
export class Expression {
  readonly names: ReadonlySet<string>;
  private readonly fault: Note | null;
  private readonly compiled: Compiled;
  constructor(ast: unknown) {
    const compiling = new Compiling();
    this.compiled = compiling.node(ast, [], 1);
    this.fault = compiling.fault;
    this.names = compiling.names;
  }

  /** Value, steps and notes in a context of values. */
  outcome(context: Context): Outcome {
    if (this.fault) return { value: null, steps: 0, notes: [this.fault] };
    const run = new Computation(context);
    try {
      const value = this.compiled(run);
      return { value, steps: run.steps, notes: run.notes };
    } catch (error) {
      if (error !== SPENT) throw error;
      run.place = [];
      run.note("budget");
      return { value: null, steps: MOST_STEPS, notes: run.notes };
    }
  }

  value(context: Context): Value {
    return this.outcome(context).value;
  }
}

/** What is known while an expression is compiled. The first fault makes all of it null. */
class Compiling {
  fault: Note | null = null;
  readonly names = new Set<string>();
  private nodes = 0;

  private wrong(code: string, place: Place): Compiled {
    this.fault ??= { code, place };
    return () => null;
  }

  node(ast: unknown, place: Place, depth: number): Compiled {
    this.nodes += 1;
    if (depth > MOST_DEPTH || this.nodes > MOST_NODES) return this.wrong("too_large", place);
    if (!Array.isArray(ast)) return this.literal(ast, place);
    const [name, ...given] = ast as unknown[];
    if (typeof name !== "string") return this.wrong("malformed", place);
    if (name === "get") return this.name(given, place);
    const args = given.map((one, at) => this.node(one, [...place, at + 1], depth + 1));
    return this.call(name, args, place);
  }

  private literal(ast: unknown, place: Place): Compiled {
    const isPlain = ast === null || ["boolean", "number", "string"].includes(typeof ast);
    const value = isPlain ? fromJson(ast) : null;
    if (!isPlain || (value === null && ast !== null && ast !== ""))
      return this.wrong("malformed", place);
    return (run) => {
      run.spend(1);
      return value;
    };
  }

  private name([path, ...more]: unknown[], place: Place): Compiled {
    if (typeof path !== "string" || path === "" || more.length)
      return this.wrong("malformed", place);
    this.names.add(path);
    const [root = "", ...rest] = path.split(".");
    return (run) => {
      run.spend(1);
      let found = member(run.context, root);
      for (const name of rest) found = walked(run, found, name);
      return found;
    };
  }

  private call(name: string, args: Compiled[], place: Place): Compiled {
    const two = own(TWO, name);
    const many = own(MANY, name);
    const lazy = own(LAZY, name);
    const strict = own(STRICT, name);
    if (lazy)
      return lazy[0] <= args.length && args.length <= lazy[1]
        ? placed(lazy[2], args)
        : this.wrong("arity", place);
    if (strict && takes(strict, args.length)) return asked(strict, args, place);
    const [left, right] = args;
    if (two && left && right && args.length === 2) return compared(two, left, right, place);
    if (many && args.length >= many[0] && args.length <= many[1])
      return gathered(many[2], args, place);
    return this.wrong(two || many || strict ? "arity" : "unknown", place);
  }
}

const own = <T>(of: Record<string, T>, name: string): T | undefined =>
  Object.hasOwn(of, name) ? of[name] : undefined;

function takes([kinds]: Function, count: number): boolean {
  const all = kinds.split(" ");
  const least = all.filter((kind) => !/[?*]$/.test(kind)).length;
  return least <= count && (kinds.endsWith("*") || count <= all.length);
}

function walked(run: Computation, found: Value, name: string): Value {
  if (!isList(found)) return isRow(found) ? member(found, name) : null;
  run.spend(found.length);
  return found.flatMap((row) => (isRow(row) ? member(row, name) : null));
}

function asked([kinds, apply]: Function, args: Compiled[], place: Place): Compiled {
  const all = kinds.replace(/[?*]/g, "").split(" ");
  const wanted = args.map((_, at) => all[Math.min(at, all.length - 1)] ?? "any");
  return (run) => {
    run.spend(1);
    const found = args.map((one) => one(run));
    run.place = place;
    for (const [at, kind] of wanted.entries()) {
      const one = found[at] ?? null;
      if (kind === "any") continue;
      if (one === null) return null;
      if (!isOf(one, kind)) return run.note("type");
    }
    return apply(run, ...(found as never[]));
  };
}

function compared(operator: Operator, left: Compiled, right: Compiled, place: Place): Compiled {
  return (run) => {
    run.spend(1);
    const a = left(run);
    const b = right(run);
    run.place = place;
    return operator(run, a, b);
  };
}

function gathered(
  apply: (run: Run, args: Value[]) => Value,
  args: Compiled[],
  place: Place,
): Compiled {
  return (run) => {
    run.spend(1);
    const found = args.map((one) => one(run));
    run.place = place;
    return apply(run, found);
  };
}

function placed(apply: Lazy, args: Compiled[]): Compiled {
  return (run) => {
    run.spend(1);
    return apply(run, args);
  };
}

/** The fewest and the most arguments, and how. */
const MANY: Record<string, [number, number, (run: Run, args: Value[]) => Value]> = {
  neg: [1, 1, negated],
  "&": [1, Infinity, joined],
  list: [0, Infinity, (_, found) => found],
};

type Lazy = (run: Computation, args: Compiled[]) => Value;
const LAZY: Record<string, [number, number, Lazy]> = {
  and: [0, Infinity, (run, args) => args.every((one) => one(run) === true)],
  or: [0, Infinity, (run, args) => args.some((one) => one(run) === true)],
  if: [2, 3, (run, [test, then, other]) => (test?.(run) === true ? then : other)?.(run) ?? null],
  switch: [
    3,
    Infinity,
    (run, [of, ...pairs]) => {
      const wanted = of?.(run) ?? null;
      for (let at = 0; at + 1 < pairs.length; at += 2)
        if (isSame(pairs[at]?.(run) ?? null, wanted)) return pairs[at + 1]?.(run) ?? null;
      return pairs.length % 2 ? (pairs.at(-1)?.(run) ?? null) : null;
    },
  ],
  coalesce: [
    1,
    Infinity,
    (run, args) => {
      for (const one of args) {
        const found = one(run);
        if (found !== null) return found;
      }
      return null;
    },
  ],
};
