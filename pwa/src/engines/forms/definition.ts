// Reads a template that the server has accepted: its fields in their order, its sections, its choices, its formulas, and the plan by which
// they are computed. The server refuses faulty templates (server/forms/engine/definition.py); a phone that meets one from a newer server
// says so instead of showing half a form. Pure.

import { Expression } from "../expressions/evaluate";
import { planned, type Step } from "./plan";
import { isObject, own, type Answers } from "./values";

export type Words = Record<string, string>;
const TYPES = [
  "text",
  "number",
  "bool",
  "date",
  "datetime",
  "select",
  "multi",
  "photo",
  "signature",
  "scan",
  "calc",
  "note",
  "repeat",
] as const;
export type FieldType = (typeof TYPES)[number];

/** The literals of a field; what computes in their place is among its formulas. */
export interface Slots {
  visible?: boolean;
  required?: boolean;
  readonly?: boolean;
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
  /** The question of choices above this one. */
  parent?: string;
  default?: unknown;
}
export type SlotName = keyof Slots | "calc";
export interface Choice {
  v: string;
  l: Words;
  retired?: boolean;
  /** The choices of the question above under which this one is offered; none means under all. */
  of?: string[];
  /** The colour it takes once chosen: good news green, bad news red. */
  tone?: "ok" | "bad";
}
/** What must be true of an answer; a warning asks for a reason instead of refusing it. */
export interface Rule {
  id: string;
  level: "error" | "warning";
  must: Expression;
  msg: Words;
}
export interface Field {
  id: string;
  type: FieldType;
  label: Words;
  hint: Words | null;
  slots: Slots;
  formulas: Partial<Record<SlotName, Expression>>;
  rules: readonly Rule[];
  /** What may be chosen; what is retired may not, but is still read. */
  choices: readonly string[];
  options: readonly Choice[];
  items: readonly Field[];
  seed: readonly Answers[] | null;
  /** The container that it stands in. */
  box: string | null;
}
/** A page or a section: what is in it is hidden with it. */
export interface Box {
  id: string;
  within: string | null;
  isPage: boolean;
  isVisible: boolean;
  visible: Expression | null;
}
export interface Section {
  id: string;
  label: Words | null;
  /** The name of the page that begins with it. */
  page: Words | null;
  box: string | null;
  fields: readonly Field[];
}
export interface Definition {
  key: string;
  version: number;
  title: Words;
  fields: readonly Field[];
  sections: readonly Section[];
  boxes: readonly Box[];
  plan: readonly Step[];
  /** The paths that are read of the surroundings. */
  inputs: readonly string[];
}

// As one text each: lists of words weigh more.
const STRUCTURE = "id type label hint items rows seed list rules".split(" ");
const SLOTS =
  "visible required readonly report internal min max decimals unit lines mask is_serial binds parent default".split(
    " ",
  );
const CONTAINER = "id type label hint items layout visible".split(" ");

/** Null when this app cannot show the template as it is meant: it needs a newer app. */
export function load(template: unknown): Definition | null {
  if (!isObject(template) || template.$fmt !== "callout-form/1") return null;
  const reading = new Reading(isObject(template.lists) ? template.lists : {});
  reading.items(template.items, null, null);
  if (reading.isOdd) return null;
  const { sections, boxes } = reading;
  const fields = sections.flatMap((one) => one.fields);
  const made = planned(fields, boxes);
  return (
    made && {
      key: String(template.key),
      version: Number(template.version ?? 0),
      title: (template.title ?? {}) as Words,
      fields,
      sections,
      boxes,
      ...made,
    }
  );
}

const isComputed = (value: unknown): value is { ast: unknown } =>
  isObject(value) && Object.hasOwn(value, "ast");

/** A property that this app does not know makes the whole odd: without it the form would mean something else. */
class Reading {
  isOdd = false;
  readonly sections: (Section & { fields: Field[] })[] = [];
  readonly boxes: Box[] = [];
  private loose: Field[] | null = null;
  /** The page that has begun and not yet named a section. */
  private page: Words | null = null;
  constructor(private readonly lists: Answers) {}

  private only(item: Answers, known: readonly string[]): void {
    if (Object.keys(item).some((name) => !known.includes(name))) this.isOdd = true;
  }

  /** Fields between sections stand in one without a name. */
  items(items: unknown, box: string | null, into: Field[] | null): void {
    if (!Array.isArray(items)) return void (this.isOdd = true);
    for (const item of items as Answers[]) {
      if (item.type === "section" || item.type === "page") this.container(item, box);
      else {
        const field = this.field(item, box);
        if (field)
          (into ?? (this.loose ??= this.begun(`~${this.sections.length}`, null, box))).push(field);
      }
    }
  }

  private begun(id: string, label: Words | null, box: string | null): Field[] {
    const fields: Field[] = [];
    this.sections.push({ id, label, page: this.page, box, fields });
    this.page = null;
    return fields;
  }

  private container(item: Answers, within: string | null): void {
    this.only(item, CONTAINER);
    const { visible } = item;
    const isInPage = this.boxes.some((one) => one.id === within && one.isPage);
    if (within !== null && !(isInPage && item.type === "section")) this.isOdd = true;
    const id = String(item.id);
    this.boxes.push({
      id,
      within,
      isPage: item.type === "page",
      isVisible: visible !== false,
      visible: isComputed(visible) ? new Expression(visible.ast) : null,
    });
    this.loose = null;
    if (item.type === "page") {
      this.page = item.label as Words;
      this.items(item.items, id, null);
    } else this.items(item.items, id, this.begun(id, item.label as Words, id));
    this.loose = null;
  }

  private field(item: Answers, box: string | null): Field | null {
    const type = TYPES.find((one) => one === item.type);
    if (!type) return (void (this.isOdd = true), null);
    const given = Object.entries(item).filter(([name]) => !STRUCTURE.includes(name));
    const isKnown = (name: string) => SLOTS.includes(name) || (name === "calc" && type === "calc");
    if (given.some(([name]) => !isKnown(name))) this.isOdd = true;
    const options = ((typeof item.list === "string" ? own(this.lists, item.list) : null) ??
      []) as Choice[];
    const formulas = given.flatMap(([name, value]) =>
      isComputed(value) ? [[name, new Expression(value.ast)]] : [],
    );
    return {
      id: String(item.id),
      type,
      label: item.label as Words,
      hint: (item.hint as Words | undefined) ?? null,
      slots: Object.fromEntries(given.filter(([, value]) => !isComputed(value))),
      formulas: Object.fromEntries(formulas) as Field["formulas"],
      rules: this.rules(item.rules),
      choices: options.filter((one) => one.retired !== true).map((one) => one.v),
      options,
      items: type === "repeat" ? this.columns(item.items) : [],
      seed: item.rows === "fixed" ? (item.seed as Answers[]) : null,
      box,
    };
  }

  private columns(items: unknown): Field[] {
    const found: Field[] = [];
    if (!Array.isArray(items)) this.isOdd = true;
    else
      for (const one of items as Answers[]) {
        const field = this.field(one, null);
        if (field) found.push(field);
      }
    return found;
  }

  private rules(rules: unknown): Rule[] {
    if (rules === undefined) return [];
    if (!Array.isArray(rules)) return ((this.isOdd = true), []);
    return (rules as Answers[]).map(({ id, level, must, msg }) => ({
      id: String(id),
      level: level === "warning" ? "warning" : "error",
      must: new Expression(lenient(isComputed(must) ? must.ast : null)),
      msg: msg as Words,
    }));
  }
}

const ORDERED = ["<", "<=", ">", ">="];
/** A rule passes over a comparison with nothing on one side: what is not known breaks no rule. Only through AND; elsewhere it is as it is
 *  written. */
function lenient(ast: unknown): unknown {
  if (!Array.isArray(ast) || ast.length < 3) return ast;
  const [name, ...args] = ast as unknown[];
  if (name === "and") return ["and", ...args.map(lenient)];
  if (!ORDERED.includes(String(name)) || args.length !== 2) return ast;
  return ["or", ast, ...args.map((one) => ["==", one, null])];
}
