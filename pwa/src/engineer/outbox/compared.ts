/* What differs between two values, for the eye. Pure. */

/** Two values in pieces, with the part that differs marked. */
export function compared(
  a: string,
  b: string,
): [{ text: string; differs: boolean }[], { text: string; differs: boolean }[]] {
  if (a === b) return [plain(a), plain(b)];
  const [x, y] = [[...a], [...b]];
  let from = 0;
  while (from < Math.min(x.length, y.length) && x[from] === y[from]) from++;
  let tail = 0;
  const room = Math.min(x.length, y.length) - from;
  while (tail < room && x[x.length - 1 - tail] === y[y.length - 1 - tail]) tail++;
  // Digits belong together: 4477 and 4417 differ as numbers, not by one figure.
  while (from > 0 && /[\p{L}\p{N}]/u.test(x[from - 1] ?? "") && isLatin(x[from - 1])) from--;
  while (tail > 0 && isLatin(x[x.length - tail])) tail--;
  const cut = (all: string[]) =>
    [
      { text: all.slice(0, from).join(""), differs: false },
      { text: all.slice(from, all.length - tail).join(""), differs: true },
      { text: tail ? all.slice(all.length - tail).join("") : "", differs: false },
    ].filter((piece) => piece.text !== "");
  return [cut(x), cut(y)];
}

const plain = (text: string) => (text ? [{ text, differs: false }] : []);
const isLatin = (char: string | undefined): boolean => /[A-Za-z0-9]/.test(char ?? "");
