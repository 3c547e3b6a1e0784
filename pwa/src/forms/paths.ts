/* Where an answer stands: `pressure`, or `checks.2.note` in the third row of a repeat. Answers are never changed in place. */
import type { Answers } from "../engines/forms/values";
import { isObject, own } from "../engines/forms/values";

export function answerAt(answers: Answers, path: string): unknown {
  let at: unknown = answers;
  for (const part of path.split(".")) {
    if (Array.isArray(at)) at = at[Number(part)] as unknown;
    else if (isObject(at)) at = own(at, part);
    else return undefined;
  }
  return at;
}

/** The answers with one of them changed; null or an empty text takes it away. `rows`: a repeat as it stands before its first answer. */
export function withAnswer(
  answers: Answers,
  path: string,
  value: unknown,
  rows: Answers[] = [],
): Answers {
  const [id = "", row, inner] = path.split(".");
  if (row === undefined || inner === undefined) return set(answers, id, value);
  const list = own(answers, id);
  const before = Array.isArray(list) && list.length ? (list as Answers[]) : rows;
  const next = before.map((one, at) => (at === Number(row) ? set(one, inner, value) : one));
  return { ...answers, [id]: next };
}

function set(of: Answers, id: string, value: unknown): Answers {
  const isNothing = value === null || value === undefined || value === "";
  const { [id]: _gone, ...rest } = of;
  return isNothing ? rest : { ...of, [id]: value };
}

/** The address of a question on the page, for jumping to it. */
export const anchorOf = (path: string): string => `q-${path.replaceAll(".", "-")}`;
