// What a form reads of where it is filled in: captured when it is begun and kept with its answers, so whoever computes again computes the
// same. Pure; twin of server/forms/engine/inputs.py.

import { fromJson, toJson, type Context } from "../expressions/values";
import type { Definition, Field } from "./definition";
import { valueOf } from "./state";
import { isObject, own, type Answers } from "./values";

/** A tree of the names that the form reads and no others: {"asset": {"serial": "CH204187"}}. */
export function taken(definition: Definition, given: Answers): Answers {
  const kept: Answers = {};
  for (const path of definition.inputs) {
    const names = path.split(".");
    const found = toJson(fromJson(at(given, names)));
    if (found !== null) put(kept, names, found);
  }
  return kept;
}

const at = (tree: unknown, names: string[]): unknown =>
  names.reduce((one, name) => (isObject(one) ? own(one, name) : undefined), tree) ?? null;

function put(tree: Answers, names: string[], value: unknown): void {
  const last = names.at(-1);
  let one = tree;
  for (const name of names.slice(0, -1)) {
    const next = own(one, name) ?? (one[name] = {});
    if (!isObject(next)) return; // a name that is read whole has this part in it
    one = next;
  }
  if (last !== undefined) one[last] = value;
}

/** What was kept, as values that formulas read. */
export const contextOf = (kept: Answers): Context =>
  Object.fromEntries(Object.entries(kept).map(([name, one]) => [name, fromJson(one)]));

/** Answers of another time as formulas read them under `last`: by the questions of this form. */
export function lastOf(definition: Definition, answers: Answers): Answers {
  const one = (field: Field, given: Answers): unknown =>
    field.type === "repeat"
      ? rows(own(given, field.id)).map((row) =>
          Object.fromEntries(field.items.map((inner) => [inner.id, one(inner, row)])),
        )
      : toJson(valueOf(field, own(given, field.id)));
  return Object.fromEntries(definition.fields.map((field) => [field.id, one(field, answers)]));
}
const rows = (given: unknown): Answers[] => (Array.isArray(given) ? given.filter(isObject) : []);
