/* What is missing before a job can be completed, over everything, and what is there: the outcome, the findings, each question of each
   form, its photos, its signature. Pure: facts in, lines out; the words are the screen's. */
import type { Definition, Field } from "../../engines/forms/definition";
import type { Progress } from "../../engines/forms/progress";
import type { FormState } from "../../engines/forms/state";
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
  /** What it shows and asks for now; null before it is read. */
  formNow: FormState | null;
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
  const { definition, progress, formNow: shown } = form;
  if (!definition || !progress || !shown) return [];
  const isOpen = form.state === "open";
  const lacking = isOpen ? progress.missing.map((path) => missing(definition, path)) : [];
  const wrong = isOpen ? form.found.filter((one) => one.rule_id !== "required").map(odd) : [];
  const named = new Set([...lacking, ...wrong].map((one) => one.path));
  const files = filesOf(shown, failed).filter((one) => !named.has(one.path));
  const advised = isOpen ? advisedOf(shown) : [];
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
function filesOf(shown: FormState, failed: ReadonlySet<string>): Question[] {
  return placed(shown).flatMap(({ path, value, least }) => {
    const files = filesIn(value);
    const good = files.filter((one) => !failed.has(one.id)).length;
    if (good === files.length) return [];
    return [{ path, why: "photo_failed", isNeeded: good < least } as const];
  });
}

const advisedOf = (shown: FormState): Question[] =>
  placed(shown)
    .filter((one) => !one.isInRow && one.field.type === "photo" && one.least === 0)
    .filter((one) => isBlank(one.value))
    .map((one) => ({ path: one.path, why: "photo_advised", isNeeded: false }));

const filesIn = (value: unknown): FileRef[] =>
  Array.isArray(value) ? value.filter(isFile) : isFile(value) ? [value] : [];

interface Placed {
  path: string;
  field: Field;
  value: unknown;
  isInRow: boolean;
  /** How many photos are asked for. */
  least: number;
}
/** Every question that is shown, with its answer, in rows too. */
function placed(shown: FormState): Placed[] {
  const one = (field: Field, path: string, value: unknown, isInRow: boolean): Placed[] =>
    shown.isShown(path)
      ? [{ path, field, value, isInRow, least: leastOf(shown, field, path) }]
      : [];
  const { answers } = shown;
  return shown.definition.fields.flatMap((field) => {
    if (field.type !== "repeat") return one(field, field.id, own(answers, field.id), false);
    return shown
      .rowsAt(field.id)
      .flatMap((row, at) =>
        field.items.flatMap((inner) =>
          one(inner, `${field.id}.${at}.${inner.id}`, own(row, inner.id), true),
        ),
      );
  });
}

function leastOf(shown: FormState, field: Field, path: string): number {
  if (field.type !== "photo" && field.type !== "signature") return 0;
  const least = shown.inRow(path).bound(field, "min")?.shown;
  return Math.max(shown.flag(field, "required") ? 1 : 0, typeof least === "number" ? least : 0);
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
  const all = forms.flatMap(({ formNow: shown }) =>
    shown ? placed(shown).filter((one) => one.field.type === "photo") : [],
  );
  return {
    taken: all.reduce((sum, one) => sum + filesIn(one.value).length, 0),
    wanted: all.reduce((sum, one) => sum + one.least, 0),
  };
}

/** Whether anybody has signed, and all that is signed holds. */
export function isSigned(forms: readonly FormFacts[]): boolean {
  const signed = forms.flatMap(({ formNow: shown, found }) =>
    shown
      ? placed(shown)
          .filter((one) => one.field.type === "signature" && isFile(one.value))
          .map((one) => !found.some((error) => error.path === one.path))
      : [],
  );
  return signed.length > 0 && signed.every(Boolean);
}

/** Files of a form's answers: whose fate the screen looks up. */
export const filesOfForm = ({ formNow }: FormFacts): FileRef[] =>
  formNow ? placed(formNow).flatMap((one) => filesIn(one.value)) : [];
