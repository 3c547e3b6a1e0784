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
  const why = reasonsMoved(answers, id, (at) => (at === gone ? null : at > gone ? at - 1 : at));
  return set(set(answers, id, left.length ? left : null), "$why", why);
}

interface Gone {
  /** The rows as they are now. */
  rows: Answers[];
  gone: Answers;
  /** The reasons that were given in it. */
  why: Answers;
}
/** The row in its place again, among what was answered since. */
export function withRow(
  answers: Answers,
  id: string,
  at: number,
  { rows, gone, why }: Gone,
): Answers {
  const back = [...rows.slice(0, at), gone, ...rows.slice(at)];
  const moved = reasonsMoved(answers, id, (row) => (row >= at ? row + 1 : row));
  const all = { ...moved, ...why };
  return set(set(answers, id, back), "$why", Object.keys(all).length ? all : null);
}

/** The reasons that were given in a row. */
export function reasonsOfRow(answers: Answers, id: string, at: number): Answers {
  const why = own(answers, "$why");
  const mine = Object.entries(isObject(why) ? why : {});
  return Object.fromEntries(mine.filter(([path]) => path.startsWith(`${id}.${at}.`)));
}

/** The reasons with the rows of a repeat at other places; null where there are none left. */
function reasonsMoved(
  answers: Answers,
  id: string,
  to: (at: number) => number | null,
): Answers | null {
  const why = own(answers, "$why");
  const moved = Object.entries(isObject(why) ? why : {}).flatMap(([path, one]) => {
    const [root, at, ...inner] = path.split(".");
    const place = root === id && at !== undefined ? to(Number(at)) : undefined;
    if (place === null) return [];
    return [[place === undefined ? path : [root, place, ...inner].join("."), one] as const];
  });
  return moved.length ? Object.fromEntries(moved) : null;
}

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
