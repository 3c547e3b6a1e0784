// Decimals with ten places as whole numbers of 10^-10. Pure; twin of server/expressions/numbers.py.

export const PLACES = 10;
export const ONE = 10n ** 10n;
const LIMIT = 10n ** 25n;
const DIGITS = /^(-?)([0-9]{1,15})(?:\.([0-9]{0,10}))?$/;
const WRITTEN = /^(-?)(\d+)(?:\.(\d+))?(?:e([+-]\d+))?$/;

export const size = (number: bigint): bigint => (number < 0n ? -number : number);

/** Null when it is too large to be a number here. */
export const within = (scaled: bigint): bigint | null =>
  scaled < LIMIT && scaled > -LIMIT ? scaled : null;

/** Rounded half away from zero; the denominator is not zero. */
export function divided(numerator: bigint, denominator: bigint): bigint {
  const by = size(denominator);
  const of = size(numerator);
  const quotient = of / by + ((of % by) * 2n >= by ? 1n : 0n);
  return numerator < 0n === denominator < 0n ? quotient : -quotient;
}

/** A JSON number as the shortest text that means it says; null when it is none or too large. */
export function fromJson(value: number): bigint | null {
  if (!(Math.abs(value) < 1e15)) return null;
  if (Number.isInteger(value)) return BigInt(value) * ONE;
  const [, sign, whole = "", part = "", exponent = "0"] = WRITTEN.exec(String(value)) ?? [];
  const digits = BigInt(whole + part);
  const shift = BigInt(PLACES + Number(exponent) - part.length);
  const scaled = shift >= 0n ? digits * 10n ** shift : divided(digits, 10n ** -shift);
  return within(sign ? -scaled : scaled);
}

/** -12.50: up to 15 digits before the point and 10 behind it. */
export function parse(text: string): bigint | null {
  const found = DIGITS.exec(text);
  if (!found) return null;
  const [, sign, whole = "", part = ""] = found;
  const scaled = BigInt(whole + part.padEnd(PLACES, "0"));
  return sign ? -scaled : scaled;
}

/** Without an exponent or trailing zeros. */
export const textOf = (number: bigint): string =>
  fixed(number, PLACES).replace(/0+$/, "").replace(/\.$/, "");

/** With so many places behind the point, 0 to 10. */
export function fixed(number: bigint, places: number): string {
  const scaled = divided(number, 10n ** BigInt(PLACES - places));
  const digits = String(size(scaled)).padStart(places + 1, "0");
  const at = digits.length - places;
  const text = places ? `${digits.slice(0, at)}.${digits.slice(at)}` : digits;
  return scaled < 0n ? `-${text}` : text;
}

/** As a plain whole number; null when it has a fraction. */
export const wholeOf = (number: bigint): number | null =>
  number % ONE === 0n ? Number(number / ONE) : null;
