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
const SLOTS =
  "visible required readonly report internal min max decimals unit lines mask is_serial binds parent default calc".split(
    " ",
  );
const FIELD = [..."id type label hint items rows seed list rules".split(" "), ...SLOTS];
const CONTAINER = "id type label hint items layout visible".split(" ");

/** Null when this app cannot show the template as it is meant: it needs a newer app. */
export function load(template: unknown): Definition | null {
  if (!isObject(template) || template.$fmt !== "callout-form/1") return null;
  try {
    const reading = new Reading(isObject(template.lists) ? template.lists : {});
    reading.items(template.items, null);
    const { sections, boxes } = reading;
    const fields = sections.flatMap((one) => one.fields);
    return {
      key: template.key as string,
      version: Number(template.version ?? 0),
      title: template.title as Words,
      fields,
      sections,
      boxes,
      ...(planned(fields, boxes) ?? odd()),
    };
  } catch (error) {
    if (error !== ODD) throw error;
    return null;
  }
}

/** What this app does not know: without it the form would mean something else. */
const ODD = new Error();
function odd(): never {
  throw ODD;
}
const listOf = (value: unknown): Answers[] => (Array.isArray(value) ? (value as Answers[]) : odd());
const only = (item: Answers, known: readonly string[]): void => {
  if (Object.keys(item).some((name) => !known.includes(name))) odd();
};
const isComputed = (value: unknown): value is { ast: unknown } =>
  isObject(value) && Object.hasOwn(value, "ast");

class Reading {
  readonly sections: (Section & { fields: Field[] })[] = [];
  readonly boxes: Box[] = [];
  /** The page that has begun and not yet named a section. */
  private page: Words | null = null;
  constructor(private readonly lists: Answers) {}

  /** Fields outside of sections stand in one without a name. `into`: the section that is being read. */
  items(items: unknown, box: Box | null, into?: Field[]): void {
    let fields = into;
    for (const item of listOf(items))
      if (item.type === "section" || item.type === "page") {
        this.container(item, box);
        fields = undefined;
      } else {
        fields ??= this.begun(`~${this.sections.length}`, null);
        fields.push(this.field(item, box));
      }
  }

  private begun(id: string, label: Words | null): Field[] {
    const fields: Field[] = [];
    this.sections.push({ id, label, page: this.page, fields });
    this.page = null;
    return fields;
  }

  private container(item: Answers, within: Box | null): void {
    only(item, CONTAINER);
    const { visible } = item;
    const [id, label, isPage] = [item.id as string, item.label as Words, item.type === "page"];
    if (within && (isPage || !within.isPage)) odd();
    const box = {
      id,
      within: within?.id ?? null,
      isPage,
      isVisible: visible !== false,
      visible: isComputed(visible) ? new Expression(visible.ast) : null,
    };
    this.boxes.push(box);
    if (isPage) this.page = label;
    this.items(item.items, box, isPage ? undefined : this.begun(id, label));
  }

  private field(item: Answers, box: Box | null): Field {
    const type = TYPES.find((one) => one === item.type) ?? odd();
    only(item, FIELD);
    const given = Object.entries(item).filter(([name]) => SLOTS.includes(name));
    const options = ((typeof item.list === "string" ? own(this.lists, item.list) : null) ??
      []) as Choice[];
    const formulas = given.flatMap(([name, value]) =>
      isComputed(value) ? [[name, new Expression(value.ast)]] : [],
    );
    return {
      id: item.id as string,
      type,
      label: item.label as Words,
      hint: (item.hint ?? null) as Words | null,
      slots: Object.fromEntries(given.filter(([, value]) => !isComputed(value))),
      formulas: Object.fromEntries(formulas) as Field["formulas"],
      rules: listOf(item.rules ?? []).map(ruleOf),
      choices: options.filter((one) => one.retired !== true).map((one) => one.v),
      options,
      items: type === "repeat" ? listOf(item.items).map((one) => this.field(one, null)) : [],
      seed: item.rows === "fixed" ? (item.seed as Answers[]) : null,
      box: box?.id ?? null,
    };
  }
}

const ruleOf = ({ id, level, must, msg }: Answers): Rule => ({
  id: id as string,
  level: (level ?? "error") as Rule["level"],
  must: new Expression(lenient(isComputed(must) ? must.ast : null)),
  msg: msg as Words,
});

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
