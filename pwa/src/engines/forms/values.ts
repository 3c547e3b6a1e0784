// Single values as answers hold them: numbers as fixed-point text, dates, texts, files, and the one hash of all answers. Pure; twin of
// server/forms/engine/values.py. Hashing itself comes in: it is asynchronous in a browser.

import { byCodePoint, HALF, readDate, readMoment, writeMoment } from "../expressions/values";

export type Answers = Record<string, unknown>;
export interface FileRef {
  id: string;
  sha256: string;
}

export const MOST_NUMBER = 1e15;
export const MOST_DECIMALS = 10;
const BLANKS = " \t\n\r\u00a0\u3000";
const HEX64 = /^[0-9a-f]{64}$/;
const UUID = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/;

/** A member of its own, never one that every object inherits: a field may be called `constructor`. */
export const own = (of: object, name: string): unknown =>
  Object.hasOwn(of, name) ? (of as Answers)[name] : undefined;
export const isObject = (value: unknown): value is Answers =>
  typeof value === "object" && value !== null && !Array.isArray(value);

/** 1985, 0.00001, -7.25: no exponent, no trailing zeros; one text for one number in both languages. */
export function numberText(value: number): string {
  const text = String(value === 0 ? 0 : value);
  const at = text.indexOf("e");
  if (at < 0) return text;
  const sign = text.startsWith("-") ? "-" : "";
  const [whole = "", part = ""] = text.slice(sign.length, at).split(".");
  const places = part.length - Number(text.slice(at + 1));
  const digits = (whole + part).replace(/^0+/, "");
  if (places <= 0) return sign + digits + "0".repeat(-places);
  const padded = digits.padStart(places + 1, "0");
  return `${sign}${padded.slice(0, -places)}.${padded.slice(-places)}`;
}
export const decimalsOf = (value: number): number => (numberText(value).split(".")[1] ?? "").length;
export const isNumber = (value: unknown): value is number =>
  typeof value === "number" &&
  Number.isFinite(value) &&
  Math.abs(value) < MOST_NUMBER &&
  decimalsOf(value) <= MOST_DECIMALS;

/** A day that exists, as YYYY-MM-DD. */
export const isDate = (value: unknown): value is string => readDate(value) !== null;

/** A second that exists, with the offset of its clock: 2026-11-27T09:00:00+08:00. */
export function isMoment(value: unknown): value is string {
  const found = readMoment(value);
  return found !== null && writeMoment(found) === value;
}

/** A text that a database can hold: no NUL, no half characters. */
export const isText = (value: unknown): value is string =>
  typeof value === "string" && !value.includes("\0") && !HALF.test(value);
export const isSha = (value: unknown): boolean => typeof value === "string" && HEX64.test(value);
export const isFile = (value: unknown): value is FileRef => {
  if (!isObject(value)) return false;
  const id = own(value, "id");
  return typeof id === "string" && UUID.test(id) && isSha(own(value, "sha256"));
};

/** Nothing was answered: null, a text of blanks, an empty list. */
export function isBlank(value: unknown): boolean {
  if (value === null || value === undefined) return true;
  if (Array.isArray(value)) return value.length === 0;
  return typeof value === "string" && [...value].every((one) => BLANKS.includes(one));
}

/** JSON with sorted keys, no blanks, numbers as numberText; null members are left out. */
export function canonical(value: unknown): string {
  if (typeof value === "number") return numberText(value);
  if (Array.isArray(value)) return `[${value.map(canonical).join(",")}]`;
  if (!isObject(value)) return JSON.stringify(value ?? null);
  const members = Object.keys(value)
    .filter((key) => value[key] !== null && value[key] !== undefined)
    .sort(byCodePoint);
  return `{${members.map((key) => `${JSON.stringify(key)}:${canonical(value[key])}`).join(",")}}`;
}

/** What a signature binds: all answers but the signatures themselves, as the text that is hashed. */
export function boundText(answers: Answers, signatures: ReadonlySet<string>): string {
  const bound = Object.entries(answers).filter(
    ([key, value]) => !signatures.has(key) && !isBlank(value),
  );
  return canonical(Object.fromEntries(bound));
}
