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

function countField(state: FormState, field: Field, answers: Answers): Count {
  if (!isAsked(field) || !state.isShown(field.id)) return NOTHING;
  if (field.type !== "repeat") return countOne(own(answers, field.id));
  const rows = state.rowsAt(field.id);
  if (!field.seed && rows.length === 0) {
    const least = state.inRow(field.id).bound(field, "min")?.value;
    return { answered: 0, total: typeof least === "bigint" && least > 0n ? 1 : 0 };
  }
  const found = { answered: 0, total: 0 };
  for (const inner of field.items.filter(isAsked))
    for (const [at, { shown }] of state.column(field, inner).entries()) {
      if (!shown || own(field.seed?.[at] ?? {}, inner.id) !== undefined) continue;
      found.total += 1;
      if (!isBlank(own(rows[at] ?? {}, inner.id))) found.answered += 1;
    }
  return found;
}

const NOTHING: Count = { answered: 0, total: 0 };
const countOne = (value: unknown): Count => ({ answered: isBlank(value) ? 0 : 1, total: 1 });
const sum = (counts: Count[]): Count =>
  counts.reduce(
    (all, one) => ({ answered: all.answered + one.answered, total: all.total + one.total }),
    NOTHING,
  );

/** Fixed rows that nobody has begun are one error and as many missing answers as they require. */
function notBegun(state: FormState, path: string): string[] {
  const field = state.definition.fields.find((one) => one.id === path);
  const wanted = (field?.seed ?? []).flatMap((seed, at) =>
    (field?.items ?? [])
      .filter((inner) => own(seed, inner.id) === undefined)
      .map((inner) => ({ inner, cell: `${path}.${at}.${inner.id}` }))
      .filter(({ inner, cell }) => state.isShown(cell) && state.inRow(cell).flag(inner, "required"))
      .map(({ cell }) => cell),
  );
  return wanted.length ? wanted : [path];
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
  const at = (path: string) => path.split(".")[0];
  const sections = state.definition.sections.map((section) => {
    const ids = new Set(section.fields.map((field) => field.id));
    const isOpen = found.some((one) => ids.has(at(one.path) ?? ""));
    return {
      id: section.id,
      isOpen,
      ...sum(section.fields.map((one) => countField(state, one, answers))),
    };
  });
  return { ...sum(sections), missing, wrong, sections };
}
