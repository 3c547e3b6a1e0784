/* What is missing before a job can be completed, over everything, and what is there: the outcome, the findings, each question of each
   form, its photos, its signature. Pure: facts in, lines out; the words are the screen's. */
import type { Definition, Field } from "../../engines/forms/definition";
import { rowsOf, type Progress } from "../../engines/forms/progress";
import type { FormError } from "../../engines/forms/validate";
import { isBlank, isFile, own, type Answers, type FileRef } from "../../engines/forms/values";
import { questionAt } from "../../forms/named";
import type { FillingState } from "../form/filling.svelte";

export type Outcome = "done" | "needs_parts" | "cannot_complete";
export const OUTCOMES: readonly Outcome[] = ["done", "needs_parts", "cannot_complete"];

/** As much of a form that is being filled in as this list asks for. */
export interface FormFacts {
  state: FillingState;
  definition: Definition | null;
  answers: Answers;
  progress: Progress | null;
  found: readonly FormError[];
}
export type Why =
  /** An answer, a photo, a signature that is asked for and not there. */
  | "answer"
  | "photo"
  | "signature"
  /** There, and not as it must be: another answer; signed before answers were changed; a picture that did not get through. */
  | "wrong"
  | "void"
  | "photo_failed"
  /** Not asked for, worth having. */
  | "photo_advised";
export interface Question {
  path: string;
  why: Why;
  /** Without it the job is not done. */
  isNeeded: boolean;
}

/** The questions of one form that lack something, in its order. `failed`: ids of photos and signatures that cannot be shown or sent. */
export function questionsOf(form: FormFacts, failed: ReadonlySet<string>): Question[] {
  const { definition, progress } = form;
  if (!definition || !progress) return [];
  const isOpen = form.state === "open";
  const lacking = isOpen ? progress.missing.map((path) => missing(definition, path)) : [];
  const wrong = isOpen ? form.found.filter((one) => one.rule_id !== "required").map(odd) : [];
  const named = new Set([...lacking, ...wrong].map((one) => one.path));
  const files = filesOf(definition, form.answers, failed).filter((one) => !named.has(one.path));
  const advised = isOpen ? advisedOf(definition, form.answers) : [];
  return inOrder(definition, [...lacking, ...wrong, ...files, ...advised]);
}

function missing(definition: Definition, path: string): Question {
  const type = questionAt(definition, path)?.type;
  const why = type === "photo" || type === "signature" ? type : "answer";
  return { path, why, isNeeded: true };
}

const odd = ({ path, rule_id }: FormError): Question => ({
  path,
  why: rule_id === "binds" ? "void" : "wrong",
  isNeeded: true,
});

/** Photos that do not count: needed when too few are left without them. */
function filesOf(
  definition: Definition,
  answers: Answers,
  failed: ReadonlySet<string>,
): Question[] {
  return placed(definition, answers).flatMap(({ path, field, value }) => {
    const files = filesIn(value);
    const good = files.filter((one) => !failed.has(one.id)).length;
    if (good === files.length) return [];
    return [{ path, why: "photo_failed", isNeeded: good < leastOf(field) } as const];
  });
}

const advisedOf = (definition: Definition, answers: Answers): Question[] =>
  definition.fields
    .filter((one) => one.type === "photo" && leastOf(one) === 0 && isBlank(own(answers, one.id)))
    .map((one) => ({ path: one.id, why: "photo_advised", isNeeded: false }));

const leastOf = ({ slots }: Field): number =>
  Math.max(slots.required ? 1 : 0, typeof slots.min === "number" ? slots.min : 0);

const filesIn = (value: unknown): FileRef[] =>
  Array.isArray(value) ? value.filter(isFile) : isFile(value) ? [value] : [];

interface Placed {
  path: string;
  field: Field;
  value: unknown;
}
/** Every question with its answer, in rows too. */
function placed(definition: Definition, answers: Answers): Placed[] {
  return definition.fields.flatMap((field) => {
    if (field.type !== "repeat") return [{ path: field.id, field, value: own(answers, field.id) }];
    return rowsOf(field, answers).flatMap((row, at) =>
      field.items.map((inner) => ({
        path: `${field.id}.${at}.${inner.id}`,
        field: inner,
        value: own(row, inner.id),
      })),
    );
  });
}

function inOrder(definition: Definition, questions: Question[]): Question[] {
  const places = new Map(definition.fields.map((one, at) => [one.id, at]));
  const at = ({ path }: Question): number => places.get(path.split(".")[0] ?? "") ?? 0;
  return questions.sort((a, b) => at(a) - at(b)); // stable: rows keep their order
}

export interface Tally {
  taken: number;
  /** How many are asked for. */
  wanted: number;
}
/** Photos over all forms: how many there are and how many are asked for. */
export function photoTally(forms: readonly FormFacts[]): Tally {
  const all = forms.flatMap(({ definition, answers }) =>
    definition ? placed(definition, answers).filter((one) => one.field.type === "photo") : [],
  );
  return {
    taken: all.reduce((sum, one) => sum + filesIn(one.value).length, 0),
    wanted: all.reduce((sum, one) => sum + leastOf(one.field), 0),
  };
}

/** Whether anybody has signed, and all that is signed holds. */
export function isSigned(forms: readonly FormFacts[]): boolean {
  const signed = forms.flatMap(({ definition, answers, found }) =>
    definition
      ? placed(definition, answers)
          .filter((one) => one.field.type === "signature" && isFile(one.value))
          .map((one) => !found.some((error) => error.path === one.path))
      : [],
  );
  return signed.length > 0 && signed.every(Boolean);
}

/** Files of a form's answers: whose fate the screen looks up. */
export const filesOfForm = ({ definition, answers }: FormFacts): FileRef[] =>
  definition ? placed(definition, answers).flatMap((one) => filesIn(one.value)) : [];
