// A form as it stands: what is shown, what is computed, and the answers that count. Computed again only where something changed.
// Pure; twin of server/forms/engine/state.py, which computes the whole each time.

import type { Expression } from "../expressions/evaluate";
import { divided, fromJson as numberOf, PLACES, textOf, within } from "../expressions/numbers";
import {
  Day,
  Duration,
  fromJson,
  isSame,
  Moment,
  readDate,
  readMoment,
  text,
  writeDate,
  writeMoment,
  type Context,
  type Value,
} from "../expressions/values";
import type { Definition, Field, Rule, SlotName } from "./definition";
import type { Step } from "./plan";
import { isBlank, isFile, isNumber, isObject, isText, own, type Answers } from "./values";
import type { FormError } from "./validate";

/** One field, or one column in one row. `verdict` is null until somebody asks. */
export interface Cell {
  shown: boolean;
  value: Value;
  calc: unknown;
  verdict: FormError[] | null;
}
const empty = (): Cell => ({ shown: false, value: null, calc: null, verdict: null });
type Row = Record<string, Value>;
/** Rows that have to be computed again; null is all of them. */
type Dirty = Set<number> | null;

/** The rows of a repeat as they stand: fixed ones are there before anybody answers. */
export function rowsOf(field: Field, answers: Answers): Answers[] {
  const given = own(answers, field.id);
  const rows = Array.isArray(given) ? given.filter(isObject) : [];
  return field.seed && rows.length !== field.seed.length
    ? field.seed.map((seed, at) => ({ ...rows[at], ...seed }))
    : rows;
}

/** An answer as a value of the language; what cannot be read is null, the verdict on it is another's. */
export function valueOf({ type }: Field, given: unknown): Value {
  if (isBlank(given)) return null;
  switch (type) {
    case "number":
      return isNumber(given) ? numberOf(given) : null;
    case "bool":
      return typeof given === "boolean" ? given : null;
    case "date":
    case "datetime":
      return literalOf(type, given);
    case "signature":
      return isFile(given) ? given.id : null;
    case "multi":
      return Array.isArray(given) && given.every(isText) ? given.map(text) : null;
    case "photo":
      return Array.isArray(given) && given.every(isFile) ? given.map((one) => one.id) : null;
    default:
      return isText(given) ? text(given) : null;
  }
}

/** A literal bound as a value of the language. */
export function literalOf(type: Field["type"], value: unknown): Value {
  if (type === "date") return readDate(value);
  return type === "datetime" ? readMoment(value) : fromJson(value);
}

/** A value as an answer or a parameter holds it: numbers as numbers, dates and moments as text, a duration as its seconds. */
export function plain(value: Value): unknown {
  if (typeof value === "bigint") return Number(textOf(value));
  if (value instanceof Day) return writeDate(value);
  if (value instanceof Moment) return writeMoment(value);
  if (value instanceof Duration) return value.seconds;
  return typeof value === "object" ? null : value;
}

/** What is the same in both is the same object, so a change is seen without looking into it. */
const isChanged = (before: Answers, after: Answers, id: string): boolean =>
  own(before, id) !== own(after, id);

export class FormState {
  private given: Answers = {};
  private readonly context: Row;
  private readonly cells: Cell[][];
  private readonly rows = new Map<string, Answers[]>();
  private readonly values = new Map<string, Row[]>();
  private readonly at: ReadonlyMap<string, number>;
  private dirty: (Dirty | undefined)[];

  constructor(
    readonly definition: Definition,
    inputs: Context = {},
    answers: Answers = {},
  ) {
    this.context = { ...inputs };
    this.at = new Map(definition.plan.map((step, n) => [step.id, n]));
    this.cells = definition.plan.map((step) => (step.repeat ? [] : [empty()]));
    this.dirty = definition.plan.map(() => null);
    this.given = answers;
    this.run();
  }

  /** Other answers. Answers are never changed in place: what is the same object is the same answer. */
  update(answers: Answers): void {
    const before = this.given;
    if (before === answers) return;
    this.given = answers;
    for (const [n, { field, repeat }] of this.definition.plan.entries())
      if (field && !repeat && isChanged(before, answers, field.id)) this.dirty[n] = null;
    if (isChanged(before, answers, "$why")) this.forgetRules();
    this.run();
  }

  private forgetRules(): void {
    for (const [n, { field }] of this.definition.plan.entries())
      if (field?.rules.length) for (const cell of this.cells[n] ?? []) cell.verdict = null;
  }

  private run(): void {
    for (const [n, step] of this.definition.plan.entries()) {
      const rows = this.dirty[n];
      if (rows === undefined) continue;
      this.dirty[n] = undefined;
      if (step.box) this.open(n, step);
      else if (step.repeat) this.fill(n, step, rows);
      else if (step.field?.type === "repeat") this.unroll(n, step);
      else this.settle(n, step);
    }
  }

  /** Tells who reads a step that it is another now, in these rows or in all. */
  private told(step: Step, rows: Dirty): void {
    for (const { at, byRow } of step.readers) {
      const known = this.dirty[at];
      if (known === null) continue;
      if (!byRow || rows === null) this.dirty[at] = null;
      else this.dirty[at] = new Set([...(known ?? []), ...rows]);
    }
    for (const { at, byRow } of step.askers) {
      const cells = this.cells[at] ?? [];
      const concerned = byRow && rows ? [...rows].map((row) => cells[row]) : cells;
      for (const cell of concerned) if (cell) cell.verdict = null;
    }
  }

  private cell(n: number, row = 0): Cell {
    return this.cells[n]?.[row] ?? empty();
  }

  private open(n: number, step: Step): void {
    const cell = this.cell(n);
    const { within, isVisible, visible } = step.box ?? { within: null, isVisible: false };
    const shown = this.isOpen(within) && isVisible && (!visible || this.isTrue(visible));
    if (shown === cell.shown) return;
    cell.shown = shown;
    this.told(step, null);
  }

  private isOpen(box: string | null): boolean {
    return box === null || this.cell(this.at.get(box) ?? -1).shown;
  }

  private settle(n: number, step: Step): void {
    const { field } = step;
    if (!field) return;
    const cell = this.cell(n);
    const shown = this.isOpen(field.box) && this.flag(field, "visible", true);
    const isOther = this.put(cell, field, shown, own(this.given, field.id));
    this.context[field.id] = cell.value;
    if (isOther) this.told(step, null);
  }

  private put(cell: Cell, field: Field, shown: boolean, given: unknown): boolean {
    const found = !shown
      ? null
      : field.type === "calc"
        ? this.computed(field)
        : valueOf(field, given);
    const value = typeof found === "object" && field.type === "calc" ? scalar(found) : found;
    const isOther = shown !== cell.shown || !isSame(value, cell.value);
    cell.shown = shown;
    cell.value = value;
    cell.calc = field.type === "calc" ? plain(value) : null;
    cell.verdict = null;
    return isOther;
  }

  private computed(field: Field): Value {
    const found = field.formulas.calc?.value(this.context) ?? null;
    const { decimals } = field.slots;
    if (typeof found !== "bigint" || decimals === undefined) return found;
    const step = 10n ** BigInt(PLACES - decimals);
    return within(divided(found, step) * step);
  }

  private unroll(n: number, step: Step): void {
    const { field } = step;
    if (!field) return;
    const cell = this.cell(n);
    const before = this.rows.get(field.id) ?? [];
    const shown = this.isOpen(field.box) && this.flag(field, "visible", true);
    const after = shown ? rowsOf(field, this.given) : [];
    const isOther = shown !== cell.shown || before.length !== after.length;
    cell.shown = shown;
    cell.verdict = null;
    this.rows.set(field.id, after);
    const values = this.values.get(field.id) ?? [];
    values.length = Math.min(values.length, after.length);
    while (values.length < after.length) values.push({});
    this.values.set(field.id, values);
    this.context[field.id] = values.length ? values : null;
    const other = [...after.keys()].filter((at) => before[at] !== after[at]);
    for (const column of field.items) this.compare(field, column, before, after, other);
    if (isOther) this.resized(step);
  }

  /** Which of these rows have another answer in a column than before. */
  private compare(
    repeat: Field,
    column: Field,
    before: Answers[],
    after: Answers[],
    other: readonly number[],
  ): void {
    const n = this.at.get(`${repeat.id}.${column.id}`) ?? -1;
    const cells = this.cells[n] ?? [];
    cells.length = Math.min(cells.length, after.length);
    const rows = new Set<number>(this.dirty[n] ?? []);
    for (const row of other) {
      const [old, one] = [before[row], after[row] ?? {}];
      if (!cells[row]) cells[row] = empty();
      else if (old && !isChanged(old, one, column.id)) continue;
      rows.add(row);
    }
    if (rows.size && this.dirty[n] !== null) this.dirty[n] = rows;
  }

  /** There are more rows or fewer: whoever looks at all of them has to look again; the columns themselves know their rows. */
  private resized(step: Step): void {
    const of = (reader: { at: number }) => this.definition.plan[reader.at]?.repeat?.id === step.id;
    this.told({ ...step, readers: step.readers.filter((one) => !of(one)) }, null);
    for (const column of step.field?.items ?? []) {
      const one = this.definition.plan[this.at.get(`${step.id}.${column.id}`) ?? -1];
      if (!one) continue;
      const wide = ({ byRow }: { byRow: boolean }) => !byRow;
      this.told(
        { ...one, readers: one.readers.filter(wide), askers: one.askers.filter(wide) },
        null,
      );
    }
  }

  private fill(n: number, step: Step, rows: Dirty): void {
    const { field, repeat } = step;
    if (!field || !repeat) return;
    const all = this.rows.get(repeat.id) ?? [];
    const values = this.values.get(repeat.id) ?? [];
    const changed = new Set<number>();
    for (const row of rows ?? all.keys()) {
      const [cell, of, given] = [this.cells[n]?.[row], values[row], all[row]];
      if (!cell || !of || !given) continue;
      this.context.row = of;
      const shown = this.flag(field, "visible", true);
      if (this.put(cell, field, shown, own(given, field.id))) changed.add(row);
      of[field.id] = cell.value;
    }
    this.context.row = null;
    if (changed.size) this.told(step, changed);
  }

  private isTrue(expression: Expression): boolean {
    return expression.value(this.context) === true;
  }

  /** A flag of a field, computed or as it stands: computed only `true` is true. What reads `row` is asked after `inRow`. */
  flag(field: Field, name: SlotName & keyof Field["slots"], otherwise = false): boolean {
    const formula = field.formulas[name];
    return formula
      ? this.isTrue(formula)
      : ((field.slots[name] as boolean | undefined) ?? otherwise);
  }

  /** Makes `row` the row that a path stands in, for what is asked next. */
  inRow(path: string): this {
    const [root = "", row] = path.split(".");
    this.context.row = (row === undefined ? null : this.values.get(root)?.[Number(row)]) ?? null;
    return this;
  }

  /** Rules that warn and are not kept at a place. */
  warningsAt(field: Field, path: string): Rule[] {
    const cell = this.cellAt(path);
    if (!cell?.shown || cell.value === null) return [];
    this.inRow(path);
    return field.rules.filter((one) => one.level === "warning" && !this.keeps(one.must));
  }

  /** Whether a rule is kept. */
  keeps(must: Expression): boolean {
    return this.isTrue(must);
  }

  /** `min` or `max` as a value and as JSON; null where there is none, or nothing came of its formula. */
  bound(field: Field, name: "min" | "max"): { value: Value; shown: unknown } | null {
    const formula = field.formulas[name];
    const literal = field.slots[name];
    if (!formula)
      return literal === undefined
        ? null
        : { value: literalOf(field.type, literal), shown: literal };
    const value = formula.value(this.context);
    return value === null ? null : { value, shown: plain(value) };
  }

  /** The cell of a field (`pressure`, `checks.2.note`); undefined where there is none. */
  cellAt(path: string): Cell | undefined {
    const [root = "", row, column] = path.split(".");
    return column === undefined
      ? this.cells[this.at.get(root) ?? -1]?.[0]
      : this.cells[this.at.get(`${root}.${column}`) ?? -1]?.[Number(row)];
  }

  /** The cells of a column, a row each. */
  column(repeat: Field, column: Field): readonly Cell[] {
    return this.cells[this.at.get(`${repeat.id}.${column.id}`) ?? -1] ?? [];
  }

  /** Whether a field, a section or a page is there for its reader. */
  isShown(path: string): boolean {
    return this.cellAt(path)?.shown ?? false;
  }

  /** The rows of a repeat as they are computed: none where it is hidden. */
  rowsAt(repeat: string): readonly Answers[] {
    return this.rows.get(repeat) ?? [];
  }

  /** What counts, as JSON: the answers that are shown, and the calcs. Reasons (`$why`) stay for what is shown. */
  get answers(): Answers {
    const kept = this.members(this.definition.fields, this.given, "");
    const why = own(this.given, "$why");
    if (!isObject(why)) return kept;
    const reasons = Object.entries(why).filter(([path]) => this.isShown(path));
    return reasons.length ? { ...kept, $why: Object.fromEntries(reasons) } : kept;
  }

  private members(fields: readonly Field[], given: Answers, prefix: string): Answers {
    const found = fields.flatMap((field) => {
      const path = prefix + field.id;
      const cell = field.type === "note" ? undefined : this.cellAt(path);
      const one = cell?.shown ? this.member(field, cell, own(given, field.id), path) : null;
      return one === null || one === undefined ? [] : [[field.id, one] as const];
    });
    return Object.fromEntries(found);
  }

  private member(field: Field, cell: Cell, given: unknown, path: string): unknown {
    if (field.type === "calc") return cell.calc;
    if (field.type !== "repeat") return given;
    if (isBlank(given)) return null;
    return this.rowsAt(field.id).map((row, at) => this.members(field.items, row, `${path}.${at}.`));
  }
}

const scalar = (value: Value): Value =>
  value instanceof Day || value instanceof Moment || value instanceof Duration ? value : null;

/** The answers that a form, or a new row of a repeat, begins with. */
export function defaults(fields: readonly Field[], inputs: Context): Answers {
  const found = fields.flatMap((field) => {
    const formula = field.formulas.default;
    const one = formula ? answerOf(field, formula.value(inputs)) : (field.slots.default ?? null);
    return one === null ? [] : [[field.id, one] as const];
  });
  return Object.fromEntries(found);
}

function answerOf(field: Field, value: Value): unknown {
  if (field.type !== "multi") return plain(value);
  return Array.isArray(value) && value.length && value.every((one) => typeof one === "string")
    ? value
    : null;
}
