/* Numbers as people type them: 1,985 or 1985 or １９８５, a comma for a point where only one can be meant. */
const FULL_WIDTH = /[\uff0b-\uff19]/g;

/** The number, null for nothing, or the text as it was typed when it is none: it is kept and said to be wrong. */
export function parseNumber(typed: string): number | string | null {
  const plain = typed
    .replace(FULL_WIDTH, (one) => String.fromCharCode(one.charCodeAt(0) - 0xfee0))
    .replaceAll("。", ".")
    .replaceAll("，", ",")
    .replace(/[\s\u00a0\u2009\u202f]/g, "")
    .replace(/^\u2212/, "-");
  if (plain === "") return null;
  const text = /^[+-]?\d{1,3}(,\d{3})+(\.\d*)?$/.test(plain)
    ? plain.replaceAll(",", "")
    : plain.replace(/^([+-]?\d*),(\d+)$/, "$1.$2");
  return /^[+-]?(\d+\.?\d*|\.\d+)$/.test(text) ? Number(text) : typed;
}

export const shownNumber = (value: unknown, locale: string): string =>
  typeof value === "number"
    ? new Intl.NumberFormat(locale, { maximumFractionDigits: 10 }).format(value)
    : typeof value === "string"
      ? value
      : "";
