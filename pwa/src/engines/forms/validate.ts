// What is wrong with answers: a list of {path, rule_id, params} in the order of the form, equal to the byte to what the server says.
// Pure; twin of server/forms/engine/validate.py.

import * as masks from "../expressions/masks";
import { ONE } from "../expressions/numbers";
import { byCodePoint, characters, orderOf, type Context, type Value } from "../expressions/values";
import type { Choice, Definition, Field } from "./definition";
import { FormState } from "./state";
import {
  boundText,
  canonical,
  decimalsOf,
  isBlank,
  isDate,
  isFile,
  isMoment,
  isNumber,
  isObject,
  isSha,
  isText,
  own,
  type Answers,
  type FileRef,
} from "./values";

export const MOST_ROWS = 500;
export const MOST_PHOTOS = 30;
export const MOST_TEXT = 5000;
const MOST_REASONS = 2_000;

export interface FormError {
  path: string;
  rule_id: string;
  params: Record<string, unknown>;
}
/** SHA-256 of a text as lower-case hex: what a signature binds. */
export type BoundSha = string | null;

const error = (path: string, rule_id: string, params: FormError["params"] = {}): FormError => ({
  path,
  rule_id,
  params,
});

/** Answers of the wrong type, to unknown questions, or larger than anything may be. */
export function shapeErrors(definition: Definition, answers: unknown): FormError[] {
  if (!isObject(answers)) return [error("", "type")];
  return [...shapes(definition.fields, answers, "")];
}

/** Everything that keeps the form from being finished. `boundSha`: the hash of `boundText`, null when nobody has signed. `inputs`: what the
 *  form reads of its surroundings. */
export function errors(
  definition: Definition,
  answers: unknown,
  boundSha: BoundSha = null,
  inputs: Context = {},
): FormError[] {
  if (!isObject(answers)) return [error("", "type")];
  return verdict(new FormState(definition, inputs, answers), answers, boundSha);
}

/** The same of a form that is computed already; only what changed since is judged again. */
export function verdict(state: FormState, answers: Answers, boundSha: BoundSha): FormError[] {
  const { definition } = state;
  const judging = new Judging(state, answers);
  const found = definition.fields.flatMap((field) => judging.judge(field));
  const odd = [...unknown(definition.fields, answers, "")];
  return [...found, ...odd, ...bindings(state, boundSha)];
}

function* shapes(fields: readonly Field[], answers: Answers, prefix: string): Generator<FormError> {
  for (const item of fields) {
    const value = own(answers, item.id);
    if (value !== null && value !== undefined && item.type !== "note")
      yield* shape(item, value, prefix + item.id);
  }
  yield* unknown(fields, answers, prefix);
}

function* unknown(
  fields: readonly Field[],
  answers: Answers,
  prefix: string,
): Generator<FormError> {
  const known = new Set(fields.flatMap((item) => (item.type === "note" ? [] : [item.id])));
  const why = prefix ? undefined : own(answers, "$why");
  if (why !== undefined) {
    known.add("$why");
    if (!isReasons(why)) yield error("$why", "type");
  }
  for (const name of Object.keys(answers).sort(byCodePoint)) {
    if (!known.has(name)) yield error(prefix + name, "unknown");
  }
}

/** {path: {rule: text}}: why an answer stands against a warning. */
function isReasons(value: unknown): boolean {
  const all = isObject(value) ? Object.values(value) : null;
  const isReason = (why: unknown) => isText(why) && characters(why) <= MOST_TEXT;
  return (
    !!all &&
    all.length <= MOST_REASONS &&
    all.every((one) => isObject(one) && Object.values(one).every(isReason))
  );
}

function* shape(item: Field, value: unknown, path: string): Generator<FormError> {
  if (item.type === "note") return;
  if (item.type !== "repeat") {
    if (!SHAPES[item.type](item, value)) yield error(path, "type");
    return;
  }
  if (!Array.isArray(value) || value.length > MOST_ROWS || !value.every(isObject)) {
    yield error(path, "type");
    return;
  }
  for (const [at, row] of value.entries()) {
    if (READABLE.get(row) === item) continue;
    const found = [...shapes(item.items, row, `${path}.${at}.`)];
    if (!found.length) READABLE.set(row, item);
    yield* found;
  }
}
/** Rows that were looked at already: a letter in one of two hundred asks for that one. */
const READABLE = new WeakMap<Answers, Field>();

const isListOf = (value: unknown, most: number, each: (one: unknown) => boolean): boolean =>
  Array.isArray(value) && value.length <= most && value.every(each);

const SHAPES: Record<
  Exclude<Field["type"], "repeat" | "note">,
  (item: Field, value: unknown) => boolean
> = {
  text: (_, value) => isText(value) && characters(value) <= MOST_TEXT,
  scan: (_, value) => isText(value) && characters(value) <= masks.MOST,
  number: (_, value) => isNumber(value),
  bool: (_, value) => typeof value === "boolean",
  date: (_, value) => value === "" || isDate(value),
  datetime: (_, value) => value === "" || isMoment(value),
  // Anything that its formula made; what it is now is computed again.
  calc: (_, value) => typeof value === "boolean" || isText(value) || Number.isFinite(value),
  select: (_, value) => isText(value),
  multi: (_, value) => isListOf(value, MOST_ROWS, isText),
  photo: (_, value) => isListOf(value, MOST_PHOTOS, isFile),
  signature: (item, value) =>
    isFile(value) && (item.slots.binds === undefined || isSha(own(value, "answers_sha256"))),
};

/** The rules of a form, asked of its answers as they stand. A verdict is kept with its cell until something that it asks for changes. */
class Judging {
  private readonly why: Answers;
  constructor(
    private readonly state: FormState,
    private readonly answers: Answers,
  ) {
    const why = own(answers, "$why");
    this.why = isObject(why) ? why : {};
  }

  /** A field outside of rows, or a repeat with its rows. */
  judge(field: Field): readonly FormError[] {
    const cell = this.state.cellAt(field.id);
    if (!cell?.shown || field.type === "note") return [];
    const value = own(this.answers, field.id);
    cell.verdict ??= this.wrong(field, value) ?? [
      ...(field.type === "repeat" ? this.repeat(field, value) : this.one(field, value, field.id)),
    ];
    // Too few rows or too many are rows all the same.
    const isReadable = cell.verdict.every((one) => ["min", "max"].includes(one.rule_id));
    if (field.type !== "repeat" || !isReadable || isBlank(value)) return cell.verdict;
    return [...cell.verdict, ...this.rows(field, value as Answers[])];
  }

  /** An answer that cannot be read is said to be so and judged no further; the others are. */
  private wrong(field: Field, value: unknown): FormError[] | null {
    if (value === null || value === undefined || field.type === "calc") return null;
    const found = [...shape(field, value, field.id)];
    return found.length ? found : null;
  }

  private *one(field: Field, value: unknown, path: string): Generator<FormError> {
    const { state } = this;
    state.inRow(path);
    if (field.type === "calc") {
      if (state.cellAt(path)?.value !== null) yield* this.ownRules(field, path);
      return;
    }
    if (isBlank(value)) {
      const isWanted = field.type === "photo" && this.state.least(field) > 0n;
      if (state.flag(field, "required") || isWanted) yield error(path, "required");
      return;
    }
    if (field.type === "select" || field.type === "multi")
      if (!this.isOffered(field, value as string | string[], path)) yield error(path, "choice");
    yield* RULES[field.type]?.(field, value as never, path) ?? [];
    yield* this.bounds(field, value, path);
    yield* this.ownRules(field, path);
  }

  private *bounds(field: Field, value: unknown, path: string): Generator<FormError> {
    const size = this.sizeOf(field, value, path);
    for (const name of ["min", "max"] as const) {
      const found = this.state.bound(field, name);
      const order = found ? orderOf(size, found.value) : null;
      if (found && order !== null && (name === "min" ? order < 0 : order > 0))
        yield error(path, name, { [name]: found.shown });
    }
  }

  private sizeOf(field: Field, value: unknown, path: string): Value {
    if (field.type === "text") return BigInt(characters(value as string)) * ONE;
    if (Array.isArray(value)) return BigInt(value.length) * ONE;
    return this.state.cellAt(path)?.value ?? null;
  }

  private *ownRules(field: Field, path: string): Generator<FormError> {
    for (const { id, level, must } of field.rules) {
      if (this.state.isTrue(must)) continue;
      const reasons = own(this.why, path);
      if (level === "error") yield error(path, "rule", { rule: id });
      else if (isBlank(isObject(reasons) ? own(reasons, id) : null))
        yield error(path, "reason", { rule: id });
    }
  }

  /** Every choice is one of the list, and offered under what is chosen above it. */
  private isOffered(field: Field, value: string | string[], path: string): boolean {
    const offered = new Set(offeredAt(this.state, field, path).map((one) => one.v));
    return [value].flat().every((one) => offered.has(one));
  }

  private *repeat(field: Field, value: unknown): Generator<FormError> {
    this.state.inRow(field.id);
    if (isBlank(value)) {
      if (this.state.least(field) > 0n || field.seed) yield error(field.id, "required");
    } else if (field.seed && (value as unknown[]).length !== field.seed.length)
      yield error(field.id, "rows", { rows: field.seed.length });
    else yield* this.bounds(field, value, field.id);
  }

  private rows(field: Field, rows: readonly Answers[]): FormError[] {
    const found: FormError[] = [];
    const columns = field.items.map((one) => [one, this.state.column(field, one)] as const);
    for (const [at, row] of rows.entries())
      for (const [column, cells] of columns) {
        const cell = cells[at];
        if (!cell?.shown || column.type === "note") continue;
        cell.verdict ??= [...this.inRow(field, column, own(row, column.id), at)];
        found.push(...cell.verdict);
      }
    return found;
  }

  private *inRow(repeat: Field, field: Field, value: unknown, at: number): Generator<FormError> {
    const path = `${repeat.id}.${at}.${field.id}`;
    const seeded = own(repeat.seed?.[at] ?? {}, field.id);
    if (seeded !== undefined && canonical(value) !== canonical(seeded)) yield error(path, "seed");
    else yield* this.one(field, value, path);
  }
}

/** The choices that are offered at a place: those of the list that are not retired, under what is chosen above. */
export function offeredAt(state: FormState, field: Field, path: string): Choice[] {
  const { parent } = field.slots;
  const inRow = path.includes(".") ? `${path.slice(0, path.lastIndexOf("."))}.${parent}` : "";
  const above = parent === undefined ? null : (state.cellAt(inRow) ?? state.cellAt(parent))?.value;
  const chosen = [above].flat();
  return field.options.filter(
    (one) => one.retired !== true && (!one.of?.length || one.of.some((v) => chosen.includes(v))),
  );
}

function* unique(_: Field, value: (string | FileRef)[], path: string): Generator<FormError> {
  const all = new Set(value.map((one) => (typeof one === "string" ? one : one.id)));
  if (all.size < value.length) yield error(path, "unique");
}

/** The shape of each was checked before its rules are asked. */
type OwnRule = (field: Field, value: never, path: string) => Generator<FormError>;
const RULES: Partial<Record<Field["type"], OwnRule>> = {
  *number({ slots: { decimals } }: Field, value: number, path) {
    if (decimals !== undefined && decimalsOf(value) > decimals)
      yield error(path, "decimals", { decimals });
  },
  multi: unique,
  photo: unique,
  *scan({ slots: { mask } }: Field, value: string, path) {
    if (mask !== undefined && !masks.fits(mask, value)) yield error(path, "mask", { mask });
  },
};

export const signaturesOf = (definition: Definition): ReadonlySet<string> =>
  new Set(definition.fields.filter((item) => item.type === "signature").map((item) => item.id));

/** The text whose hash a signature binds, or null when nobody has signed: the answers that count, what is computed among them. */
export function textToBind(state: FormState): string | null {
  const answers = bindable(state);
  return signed(state, answers).length ? boundText(answers, signaturesOf(state.definition)) : null;
}
/** The answers that count; nothing where nobody signs, so that they are not gathered at each letter. */
const bindable = (state: FormState): Answers =>
  state.definition.fields.some((item) => item.slots.binds) ? state.answers : {};
const signed = ({ definition }: FormState, answers: Answers): Field[] =>
  definition.fields.filter((item) => item.slots.binds && !isBlank(own(answers, item.id)));

/** What is hidden voids no signature and excuses none. */
function* bindings(state: FormState, boundSha: BoundSha): Generator<FormError> {
  const answers = bindable(state);
  const all = signed(state, answers);
  if (!all.length || shapeErrors(state.definition, answers).length) return;
  for (const { id } of all)
    if ((own(answers, id) as Answers).answers_sha256 !== boundSha) yield error(id, "binds");
}
