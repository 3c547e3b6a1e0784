// Reads a template that the server has accepted: its fields in their order, its sections, its choices. The server refuses faulty templates
// (server/forms/engine/definition.py); a phone that meets one from a newer server says so instead of showing half a form. Pure.

import { isObject, own, type Answers } from "./values";

export type Words = Record<string, string>;
export type FieldType =
  | "text"
  | "number"
  | "bool"
  | "date"
  | "select"
  | "multi"
  | "photo"
  | "signature"
  | "scan"
  | "repeat";

export interface Slots {
  required?: boolean;
  report?: boolean;
  /** For the company only: a customer's page never shows it. */
  internal?: boolean;
  min?: number | string;
  max?: number | string;
  decimals?: number;
  unit?: { code: string; display?: string[] };
  lines?: number;
  mask?: string;
  is_serial?: boolean;
  binds?: "answers_sha256";
}
export interface Choice {
  v: string;
  l: Words;
  retired?: boolean;
  /** The colour it takes once chosen: good news green, bad news red. */
  tone?: "ok" | "bad";
}
export interface Field {
  id: string;
  type: FieldType;
  label: Words;
  hint: Words | null;
  slots: Slots;
  choices: readonly string[];
  options: readonly Choice[];
  items: readonly Field[];
  seed: readonly Answers[] | null;
}
export interface Section {
  id: string;
  label: Words | null;
  fields: readonly Field[];
}
export interface Definition {
  key: string;
  version: number;
  title: Words;
  fields: readonly Field[];
  sections: readonly Section[];
}

const TYPES = new Set<string>([
  "text",
  "number",
  "bool",
  "date",
  "select",
  "multi",
  "photo",
  "signature",
  "scan",
  "repeat",
]);
const STRUCTURE = new Set(["id", "type", "label", "hint", "items", "rows", "seed", "list"]);
const SLOTS = new Set<string>([
  "required",
  "report",
  "internal",
  "min",
  "max",
  "decimals",
  "unit",
  "lines",
  "mask",
  "is_serial",
  "binds",
] satisfies (keyof Slots)[]);
const SECTION = new Set(["id", "type", "label", "hint", "items", "layout"]);

/** Null when this app cannot show the template as it is meant: it needs a newer app. */
export function load(template: unknown): Definition | null {
  if (!isObject(template) || template.$fmt !== "callout-form/1") return null;
  const lists = isObject(template.lists) ? template.lists : {};
  const sections = sectionsOf(template.items, lists);
  if (!sections) return null;
  return {
    key: String(template.key),
    version: Number(template.version ?? 0),
    title: (template.title ?? {}) as Words,
    fields: sections.flatMap((one) => one.fields),
    sections,
  };
}

/** Fields between sections stand in one without a name. */
function sectionsOf(items: unknown, lists: Answers): Section[] | null {
  if (!Array.isArray(items)) return null;
  const found: Section[] = [];
  let loose: Field[] | null = null;
  for (const item of items as Answers[]) {
    if (item.type === "section") {
      if (Object.keys(item).some((name) => !SECTION.has(name))) return null;
      const fields = fieldsOf(item.items, lists);
      if (!fields) return null;
      found.push({ id: String(item.id), label: item.label as Words, fields });
      loose = null;
      continue;
    }
    const field = fieldOf(item, lists);
    if (!field) return null;
    if (loose) loose.push(field);
    else found.push({ id: `~${found.length}`, label: null, fields: (loose = [field]) });
  }
  return found;
}

function fieldsOf(items: unknown, lists: Answers): Field[] | null {
  if (!Array.isArray(items)) return null;
  const found = items.map((item) => fieldOf(item as Answers, lists));
  return found.every((one) => one !== null) ? found : null;
}

function fieldOf(item: Answers, lists: Answers): Field | null {
  if (!TYPES.has(String(item.type))) return null;
  const slots = Object.entries(item).filter(([name]) => !STRUCTURE.has(name));
  // A property that this app does not know, or one that computes: without it the form would mean something else.
  const isOdd = ([name, value]: [string, unknown]) =>
    !SLOTS.has(name) || (isObject(value) && Object.hasOwn(value, "ast"));
  if (slots.some(isOdd)) return null;
  const options = (typeof item.list === "string" ? own(lists, item.list) : null) ?? [];
  const items = item.type === "repeat" ? fieldsOf(item.items, lists) : [];
  if (!items) return null;
  return {
    id: String(item.id),
    type: item.type as FieldType,
    label: item.label as Words,
    hint: (item.hint as Words | undefined) ?? null,
    slots: Object.fromEntries(slots),
    choices: (options as Choice[]).map((one) => one.v),
    options: options as Choice[],
    items,
    seed: item.rows === "fixed" ? (item.seed as Answers[]) : null,
  };
}
