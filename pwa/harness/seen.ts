/* What a form shows of itself with some answers, as vectors and fuzz compare it with the server's (tests/server/forms/seen.py). */
import { createHash } from "node:crypto";
import { fromJson, type Context } from "../src/engines/expressions/values";
import { load, type Field } from "../src/engines/forms/definition";
import { defaults, FormState, rowsOf } from "../src/engines/forms/state";
import { textToBind, verdict } from "../src/engines/forms/validate";
import type { Answers } from "../src/engines/forms/values";

export const hash = (text: string): string => createHash("sha256").update(text).digest("hex");

/** What a form shows of itself with its answers, as the vectors say it. */
export function seen(state: FormState, answers: Answers, inputs: Context): unknown {
  const { fields } = state.definition;
  const places = fields.flatMap((field): [string, Field][] => [
    [field.id, field],
    ...(field.type === "repeat" ? rowsOf(field, answers) : []).flatMap((_, at) =>
      field.items.map((one): [string, Field] => [`${field.id}.${at}.${one.id}`, one]),
    ),
  ]);
  const where = (name: "required" | "readonly") =>
    places
      .filter(([path, field]) => state.isShown(path) && state.inRow(path).flag(field, name))
      .map(([path]) => path);
  const text = textToBind(state);
  return {
    answers: state.answers,
    errors: verdict(state, answers, text === null ? null : hash(text)),
    hidden: places.filter(([path]) => !state.isShown(path)).map(([path]) => path),
    required: where("required"),
    readonly: where("readonly"),
    defaults: defaults(fields, inputs),
    rows: Object.fromEntries(
      fields.flatMap((one) =>
        one.type === "repeat" ? [[one.id, defaults(one.items, inputs)]] : [],
      ),
    ),
  };
}

interface Case {
  template: unknown;
  inputs: Answers;
  /** Answers one after the other, each made of the one before. */
  steps: Answers[];
}

/** Each step as it is when it is computed at once, and whether step by step it is the same. */
export function stepped(line: string): string {
  const { template, inputs, steps } = JSON.parse(line) as Case;
  const definition = load(template);
  if (!definition) return JSON.stringify({ fault: "the phone does not read it" });
  const context = fromJson(inputs) as Context;
  const kept = new FormState(definition, context, {});
  let before: Answers = {};
  const found = steps.map((given) => {
    const answers = shared(before, given) as Answers;
    before = answers;
    kept.update(answers);
    const whole = seen(new FormState(definition, context, answers), answers, context);
    const isSame = JSON.stringify(seen(kept, answers, context)) === JSON.stringify(whole);
    return isSame
      ? whole
      : { fault: "step by step it is another", kept: seen(kept, answers, context), whole };
  });
  return JSON.stringify(found);
}

/** What did not change is the same object, as a screen leaves it. */
function shared(before: unknown, after: unknown): unknown {
  if (JSON.stringify(before) === JSON.stringify(after)) return before;
  if (Array.isArray(after))
    return after.map((one, at) => shared(Array.isArray(before) ? before[at] : null, one));
  if (typeof after !== "object" || after === null) return after;
  const old = (typeof before === "object" && before !== null ? before : {}) as Answers;
  return Object.fromEntries(
    Object.entries(after).map(([name, one]) => [name, shared(old[name], one)]),
  );
}
