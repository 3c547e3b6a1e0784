// What is wrong with answers: a list of {path, rule_id, params} in the order of the form, equal to the byte to what the server says.
// Pure; twin of server/forms/engine/validate.py.

import type { Definition, Field } from "./definition";
import * as masks from "../expressions/masks";
import {
  byCodePoint,
  boundText,
  canonical,
  characters,
  decimalsOf,
  isBlank,
  isDate,
  isFile,
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

/** Everything that keeps the form from being finished. `boundSha`: the hash of `boundText`, null when nobody has signed. */
export function errors(
  definition: Definition,
  answers: unknown,
  boundSha: BoundSha = null,
): FormError[] {
  if (!isObject(answers)) return [error("", "type")];
  const found = definition.fields.flatMap((item) => judge(item, own(answers, item.id)));
  const odd = [...unknown(definition.fields, answers, "")];
  const isReadable = shapeErrors(definition, answers).length === 0;
  return [...found, ...odd, ...(isReadable ? bindings(definition, answers, boundSha) : [])];
}

/** An answer that cannot be read is said to be so and judged no further; the others are. */
function judge(item: Field, value: unknown): FormError[] {
  const isThere = value !== null && value !== undefined;
  const wrong = isThere ? [...shape(item, value, item.id)] : [];
  return wrong.length ? wrong : [...rules(item, value, item.id)];
}

function* shapes(fields: readonly Field[], answers: Answers, prefix: string): Generator<FormError> {
  for (const item of fields) {
    const value = own(answers, item.id);
    if (value !== null && value !== undefined) yield* shape(item, value, prefix + item.id);
  }
  yield* unknown(fields, answers, prefix);
}

function* unknown(
  fields: readonly Field[],
  answers: Answers,
  prefix: string,
): Generator<FormError> {
  const known = new Set(fields.map((item) => item.id));
  for (const name of Object.keys(answers).sort(byCodePoint)) {
    if (!known.has(name)) yield error(prefix + name, "unknown");
  }
}

function* shape(item: Field, value: unknown, path: string): Generator<FormError> {
  if (item.type !== "repeat") {
    if (!SHAPES[item.type](item, value)) yield error(path, "type");
    return;
  }
  if (!Array.isArray(value) || value.length > MOST_ROWS || !value.every(isObject)) {
    yield error(path, "type");
    return;
  }
  for (const [at, row] of value.entries()) yield* shapes(item.items, row, `${path}.${at}.`);
}

const isListOf = (value: unknown, most: number, each: (one: unknown) => boolean): boolean =>
  Array.isArray(value) && value.length <= most && value.every(each);

const SHAPES: Record<Exclude<Field["type"], "repeat">, (item: Field, value: unknown) => boolean> = {
  text: (_, value) => isText(value) && characters(value) <= MOST_TEXT,
  scan: (_, value) => isText(value) && characters(value) <= masks.MOST,
  number: (_, value) => isNumber(value),
  bool: (_, value) => typeof value === "boolean",
  date: (_, value) => value === "" || isDate(value),
  select: (_, value) => isText(value),
  multi: (_, value) => isListOf(value, MOST_ROWS, isText),
  photo: (_, value) => isListOf(value, MOST_PHOTOS, isFile),
  signature: (item, value) =>
    isFile(value) && (item.slots.binds === undefined || isSha(own(value, "answers_sha256"))),
};

function* rules(item: Field, value: unknown, path: string): Generator<FormError> {
  if (isBlank(value)) {
    const counts = item.type === "photo" || item.type === "repeat";
    const isWanted = counts && typeof item.slots.min === "number" && item.slots.min > 0;
    if (item.slots.required || isWanted || item.seed) yield error(path, "required");
    return;
  }
  yield* RULES[item.type](item, value as never, path);
}

function* bounds(item: Field, size: number | string, path: string): Generator<FormError> {
  const { min, max } = item.slots;
  if (min !== undefined && size < min) yield error(path, "min", { min });
  if (max !== undefined && size > max) yield error(path, "max", { max });
}

function* number(item: Field, value: number, path: string): Generator<FormError> {
  const { decimals } = item.slots;
  if (decimals !== undefined && decimalsOf(value) > decimals)
    yield error(path, "decimals", { decimals });
  yield* bounds(item, value, path);
}

function* multi(item: Field, value: string[], path: string): Generator<FormError> {
  if (!value.every((one) => item.choices.includes(one))) yield error(path, "choice");
  if (new Set(value).size < value.length) yield error(path, "unique");
  yield* bounds(item, value.length, path);
}

function* photo(item: Field, value: FileRef[], path: string): Generator<FormError> {
  if (new Set(value.map((one) => one.id)).size < value.length) yield error(path, "unique");
  yield* bounds(item, value.length, path);
}

function* repeat(item: Field, value: Answers[], path: string): Generator<FormError> {
  if (item.seed && value.length !== item.seed.length) {
    yield error(path, "rows", { rows: item.seed.length });
    return;
  }
  yield* bounds(item, value.length, path);
  for (const [at, row] of value.entries()) {
    for (const inner of item.items) {
      const here = `${path}.${at}.${inner.id}`;
      const seeded = own(item.seed?.[at] ?? {}, inner.id);
      const given = own(row, inner.id);
      if (seeded !== undefined && canonical(given) !== canonical(seeded)) yield error(here, "seed");
      else yield* rules(inner, given, here);
    }
  }
}

/** The shape of each was checked before its rules are asked. */
type Rule = (item: Field, value: never, path: string) => Generator<FormError>;
const RULES: Record<Field["type"], Rule> = {
  text: (item, value: string, path) => bounds(item, characters(value), path),
  number,
  bool: function* () {},
  date: bounds,
  select: function* (item, value: string, path) {
    if (!item.choices.includes(value)) yield error(path, "choice");
  },
  multi,
  photo,
  signature: function* () {},
  scan: function* (item, value: string, path) {
    const { mask } = item.slots;
    if (mask !== undefined && !masks.fits(mask, value)) yield error(path, "mask", { mask });
  },
  repeat,
};

export const signaturesOf = (definition: Definition): ReadonlySet<string> =>
  new Set(definition.fields.filter((item) => item.type === "signature").map((item) => item.id));

/** The text whose hash a signature binds, or null when nobody has signed. */
export function textToBind(definition: Definition, answers: Answers): string | null {
  const signed = bound(definition, answers);
  return signed.length ? boundText(answers, signaturesOf(definition)) : null;
}
const bound = (definition: Definition, answers: Answers): Field[] =>
  definition.fields.filter((item) => item.slots.binds && !isBlank(own(answers, item.id)));

function* bindings(
  definition: Definition,
  answers: Answers,
  boundSha: BoundSha,
): Generator<FormError> {
  for (const item of bound(definition, answers)) {
    const signature = own(answers, item.id) as Answers;
    if (signature.answers_sha256 !== boundSha) yield error(item.id, "binds");
  }
}
