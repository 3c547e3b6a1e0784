// Masks of scanned texts, such as `A{2}9{6}`: A a letter A–Z, 9 a digit, * either; {n} repeats; anything else stands for itself.
// Walked once, no regular expressions. Pure; twin of server/expressions/masks.py.

export const MOST = 200;
const LETTERS = "ABCDEFGHIJKLMNOPQRSTUVWXYZ";
const DIGITS = "0123456789";
const KINDS = new Map([
  ["A", LETTERS],
  ["9", DIGITS],
  ["*", LETTERS + DIGITS],
]);

/** The mask with its repetitions written out, a character each; null when it is not one. */
export function expand(mask: string): string[] | null {
  const from = [...mask];
  const out: string[] = [];
  for (let at = 0; at < from.length; at++) {
    const one = from[at] ?? "";
    if (one === "{") {
      const end = from.indexOf("}", at + 1);
      const count = end > at + 1 ? from.slice(at + 1, end).join("") : "";
      const last = out.at(-1);
      if (last === undefined || !/^[0-9]{1,3}$/.test(count) || Number(count) === 0) return null;
      for (let n = 1; n < Number(count); n++) out.push(last);
      at = end;
    } else if (one === "}") return null;
    else out.push(one);
    if (out.length > MOST) return null;
  }
  return out.length ? out : null;
}

export const isMask = (value: unknown): value is string =>
  typeof value === "string" && [...value].length <= MOST && expand(value) !== null;

export function fits(mask: string, text: string): boolean {
  const wanted = expand(mask);
  const given = [...text];
  if (wanted?.length !== given.length) return false;
  return wanted.every((kind, at) => {
    const one = given[at] ?? "";
    return KINDS.get(kind)?.includes(one) ?? one === kind;
  });
}

/** Whether the mask wants capitals only: then small letters are typed as capitals. */
export const isUpper = (mask: string): boolean =>
  expand(mask)?.every((kind) => kind === kind.toUpperCase()) ?? false;
