// How far a form is: "12 of 18, 2 required left", per section, and where the next missing answer is. Pure.

import type { Definition, Field } from "./definition";
import type { FormError } from "./validate";
import { isBlank, isObject, own, type Answers } from "./values";

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

/** The rows of a repeat as they stand: fixed ones are there before anybody answers. */
export function rowsOf(field: Field, answers: Answers): Answers[] {
  const given = own(answers, field.id);
  const rows = Array.isArray(given) ? given.filter(isObject) : [];
  return field.seed && rows.length !== field.seed.length
    ? field.seed.map((seed, at) => ({ ...rows[at], ...seed }))
    : rows;
}

function countField(field: Field, answers: Answers): Count {
  if (field.type !== "repeat")
    return { answered: isBlank(own(answers, field.id)) ? 0 : 1, total: 1 };
  const rows = rowsOf(field, answers);
  if (!field.seed && rows.length === 0)
    return { answered: 0, total: Number(field.slots.min ?? 0) > 0 ? 1 : 0 };
  return sum(
    rows.flatMap((row, at) =>
      field.items
        .filter((inner) => own(field.seed?.[at] ?? {}, inner.id) === undefined)
        .map((inner) => countField(inner, row)),
    ),
  );
}

const sum = (counts: Count[]): Count =>
  counts.reduce(
    (all, one) => ({ answered: all.answered + one.answered, total: all.total + one.total }),
    { answered: 0, total: 0 },
  );

/** Fixed rows that nobody has begun are one error and as many missing answers as they require. */
function notBegun(definition: Definition, path: string): string[] {
  const field = definition.fields.find((one) => one.id === path);
  const wanted = (field?.seed ?? []).flatMap((seed, at) =>
    (field?.items ?? [])
      .filter((inner) => inner.slots.required && own(seed, inner.id) === undefined)
      .map((inner) => `${path}.${at}.${inner.id}`),
  );
  return wanted.length ? wanted : [path];
}

export function progress(
  definition: Definition,
  answers: Answers,
  found: readonly FormError[],
): Progress {
  const missing = found
    .filter((one) => one.rule_id === "required")
    .flatMap((one) => notBegun(definition, one.path));
  const wrong = found.filter((one) => one.rule_id !== "required").map((one) => one.path);
  const at = (path: string) => path.split(".")[0];
  const sections = definition.sections.map((section) => {
    const ids = new Set(section.fields.map((field) => field.id));
    const isOpen = found.some((one) => ids.has(at(one.path) ?? ""));
    return {
      id: section.id,
      isOpen,
      ...sum(section.fields.map((one) => countField(one, answers))),
    };
  });
  return { ...sum(sections), missing, wrong, sections };
}
