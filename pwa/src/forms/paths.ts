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

/** A row less. The reasons that were given in the rows below go up with them. */
export function withoutRow(answers: Answers, id: string, gone: number, rows: Answers[]): Answers {
  const left = rows.filter((_, at) => at !== gone);
  const { [id]: _rows, $why, ...rest } = answers;
  const reasons = isObject($why) ? Object.entries($why).flatMap((one) => moved(one, id, gone)) : [];
  return {
    ...rest,
    ...(left.length && { [id]: left }),
    ...(reasons.length && { $why: Object.fromEntries(reasons) }),
  };
}

function moved([path, why]: [string, unknown], id: string, gone: number): [string, unknown][] {
  const [root, at, ...inner] = path.split(".");
  if (root !== id || at === undefined || Number(at) < gone) return [[path, why]];
  return Number(at) === gone ? [] : [[[root, Number(at) - 1, ...inner].join("."), why]];
}

/** The answers with some members as they were. */
export const withMembers = (answers: Answers, before: Answers, names: string[]): Answers =>
  names.reduce((all, name) => set(all, name, own(before, name)), answers);

/** The answers with the reason for one of them; an empty one takes it away. */
export function withReason(answers: Answers, path: string, rule: string, text: string): Answers {
  const all = own(answers, "$why");
  const mine = isObject(all) ? own(all, path) : null;
  const here = set(isObject(mine) ? mine : {}, rule, text);
  const why = set(isObject(all) ? all : {}, path, Object.keys(here).length ? here : null);
  return set(answers, "$why", Object.keys(why).length ? why : null);
}

/** The address of a question on the page, for jumping to it. */
export const anchorOf = (path: string): string => `q-${path.replaceAll(".", "-")}`;
