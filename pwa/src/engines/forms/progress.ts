// How far a form is: "12 of 18, 2 required left", per section, and where the next missing answer is. Pure.

import type { Field } from "./definition";
import type { FormError } from "./validate";
import type { FormState } from "./state";
import { isBlank, own, type Answers } from "./values";

export interface Count {
  answered: number;
  total: number;
}
export interface Progress extends Count {
  /** Paths of required answers that are missing, in the order of the form. */
  missing: string[];
  /** Paths of answers that are there and wrong. */
  wrong: string[];
  sections: (Count & { id: string; isOpen: boolean })[];
}

/** Somebody answers it: neither computed nor only shown. */
export const isAsked = ({ type }: Field): boolean => type !== "calc" && type !== "note";

/** Of the questions that are there: how many, and how many answered. A repeat counts its cells, an empty one that needs rows as one. */
function tally(state: FormState, fields: readonly Field[], answers: Answers): Count {
  const found = { answered: 0, total: 0 };
  const add = (value: unknown): void => {
    found.total += 1;
    if (!isBlank(value)) found.answered += 1;
  };
  for (const field of fields.filter((one) => isAsked(one) && state.isShown(one.id))) {
    if (field.type !== "repeat") {
      add(own(answers, field.id));
      continue;
    }
    const rows = state.rowsAt(field.id);
    if (!field.seed && !rows.length && state.inRow(field.id).least(field) > 0n) add(null);
    for (const inner of field.items.filter(isAsked))
      for (const [at, { shown }] of state.column(field, inner).entries())
        if (shown && own(field.seed?.[at] ?? {}, inner.id) === undefined)
          add(own(rows[at] ?? {}, inner.id));
  }
  return found;
}

/** Fixed rows that nobody has begun are one error and as many missing answers as they require. */
function notBegun(state: FormState, path: string): string[] {
  const field = state.definition.fields.find((one) => one.id === path);
  const cells = field?.seed?.flatMap((seed, at) =>
    field.items.flatMap((inner) => {
      const cell = `${path}.${at}.${inner.id}`;
      const isAsked = own(seed, inner.id) === undefined && state.isShown(cell);
      return isAsked && state.inRow(cell).flag(inner, "required") ? [cell] : [];
    }),
  );
  return cells?.length ? cells : [path];
}

export function progress(
  state: FormState,
  answers: Answers,
  found: readonly FormError[],
): Progress {
  const missing = found
    .filter((one) => one.rule_id === "required")
    .flatMap((one) => notBegun(state, one.path));
  const wrong = found.filter((one) => one.rule_id !== "required").map((one) => one.path);
  const open = new Set(found.map((one) => one.path.split(".")[0]));
  const sections = state.definition.sections.map(({ id, fields }) => ({
    id,
    isOpen: fields.some((field) => open.has(field.id)),
    ...tally(state, fields, answers),
  }));
  const all = (name: keyof Count) => sections.reduce((sum, one) => sum + one[name], 0);
  return { answered: all("answered"), total: all("total"), missing, wrong, sections };
}
