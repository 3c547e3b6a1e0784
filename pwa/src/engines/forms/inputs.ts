// What a form reads of where it is filled in: captured when it is begun and kept with its answers, so whoever computes again computes the
// same. Pure; twin of server/forms/engine/inputs.py.

import { fromJson, type Context } from "../expressions/values";
import type { Definition, Field } from "./definition";
import { valueOf } from "./state";
import { isObject, own, type Answers } from "./values";

/** A tree of the names that the form reads and no others: {"asset": {"serial": "CH204187"}}. */
export function taken(definition: Definition, given: Answers): Answers {
  const kept: Answers = {};
  for (const path of definition.inputs) {
    let [from, to]: unknown[] = [given, kept];
    const names = path.split(".");
    for (const [at, name] of names.entries()) {
      from = isObject(from) ? own(from, name) : null;
      // A name that is read whole has its parts in it.
      if (!isObject(to) || from === null || from === undefined) break;
      // Rows of the last time are taken whole.
      if (at === names.length - 1 || Array.isArray(from)) to[name] = from;
      else to = to[name] ??= {};
    }
  }
  return kept;
}

/** What was kept, as values that formulas read. */
export const contextOf = (kept: Answers): Context =>
  Object.fromEntries(Object.entries(kept).map(([name, one]) => [name, fromJson(one)]));

/** Answers of another time as formulas read them under `last`: by the questions of this form. */
export function lastOf({ fields }: Pick<Definition, "fields">, answers: Answers): Answers {
  return Object.fromEntries(
    fields.map((field) => [field.id, lastAt(field, own(answers, field.id))]),
  );
}

function lastAt(field: Field, given: unknown): unknown {
  const { type, items } = field;
  if (type === "repeat")
    return Array.isArray(given)
      ? given.filter(isObject).map((row) => lastOf({ fields: items }, row))
      : null;
  const value = valueOf(field, given);
  if (value === null) return null;
  if (type === "date" || type === "datetime") return { [`$${type}`]: given };
  return typeof value === "bigint" ? given : value;
}
