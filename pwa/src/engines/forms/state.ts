// A form as it stands: what is shown, what is computed, and the answers that count. Computed again only where something changed.
// Pure; twin of server/forms/engine/state.py, which computes the whole each time.

import type { Expression } from "../expressions/evaluate";
import { divided, fromJson as numberOf, PLACES, textOf, within } from "../expressions/numbers";
import {
  Day,
  Duration,
  fromJson,
  isList,
  isRow,
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
import type { Box, Definition, Field, Rule, SlotName } from "./definition";
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

/** A step of the plan with what came of it. Rows and their values are those of a repeat. */
interface Node {
  step: Step;
  cells: Cell[];
  rows: Answers[];
  values: Row[];
  /** Nothing has to be done again where it is undefined. */
  dirty: Dirty | undefined;
}

export class FormState {
  private given: Answers = {};
  private readonly context: Row;
  private readonly nodes: Node[];
  private readonly byId: ReadonlyMap<string, Node>;

  constructor(
    readonly definition: Definition,
    inputs: Context = {},
    answers: Answers = {},
  ) {
    this.context = { ...inputs };
    this.nodes = definition.plan.map((step) => ({
      step,
      cells: step.repeat ? [] : [empty()],
      rows: [],
      values: [],
      dirty: null,
    }));
    this.byId = new Map(this.nodes.map((node) => [node.step.id, node]));
    this.given = answers;
    this.run();
  }

  /** Other answers. Answers are never changed in place: what is the same object is the same answer. */
  update(answers: Answers): void {
    const before = this.given;
    if (before === answers) return;
    this.given = answers;
    const isOther = (id: string) => own(before, id) !== own(answers, id);
    for (const node of this.nodes) {
      const { field, repeat } = node.step;
      if (field && !repeat && isOther(field.id)) node.dirty = null;
      if (field?.rules.length && isOther("$why"))
        for (const cell of node.cells) cell.verdict = null;
    }
    this.run();
  }

  private run(): void {
    for (const node of this.nodes) {
      const { dirty: rows, step } = node;
      if (rows === undefined) continue;
      node.dirty = undefined;
      if (step.box) this.open(node, step.box);
      else if (step.repeat) this.fill(node, step.repeat, rows);
      else if (step.field?.type === "repeat") this.unroll(node, step.field);
      else if (step.field) this.settle(node, step.field);
    }
  }

  /** Tells who reads a step that it is another now, in these rows or in all. */
  private told({ readers, askers }: Step, rows: Dirty): void {
    for (const { at, byRow } of readers) {
      const node = this.nodes[at];
      if (!node || node.dirty === null) continue;
      node.dirty = byRow && rows ? new Set([...(node.dirty ?? []), ...rows]) : null;
    }
    for (const { at, byRow } of askers)
      for (const [row, cell] of this.nodes[at]?.cells.entries() ?? [])
        if (!byRow || !rows || rows.has(row)) cell.verdict = null;
  }

  private open({ cells: [cell], step }: Node, { within, isVisible, visible }: Box): void {
    const shown = this.isOpen(within) && isVisible && (!visible || this.isTrue(visible));
    if (!cell || shown === cell.shown) return;
    cell.shown = shown;
    this.told(step, null);
  }

  private isOpen(box: string | null): boolean {
    return box === null || this.isShown(box);
  }
  private isThere(field: Field): boolean {
    return this.isOpen(field.box) && this.flag(field, "visible", true);
  }

  private settle({ cells: [cell], step }: Node, field: Field): void {
    if (!cell) return;
    const isOther = this.put(cell, field, this.isThere(field), own(this.given, field.id));
    this.context[field.id] = cell.value;
    if (isOther) this.told(step, null);
  }

  private put(cell: Cell, field: Field, shown: boolean, given: unknown): boolean {
    const isCalc = field.type === "calc";
    const value = !shown ? null : isCalc ? this.computed(field) : valueOf(field, given);
    const isOther = shown !== cell.shown || !isSame(value, cell.value);
    Object.assign(cell, { shown, value, calc: isCalc ? plain(value) : null, verdict: null });
    return isOther;
  }

  private computed(field: Field): Value {
    const found = field.formulas.calc?.value(this.context) ?? null;
    const { decimals } = field.slots;
    if (isList(found) || isRow(found)) return null;
    if (typeof found !== "bigint" || decimals === undefined) return found;
    const step = 10n ** BigInt(PLACES - decimals);
    return within(divided(found, step) * step);
  }

  private unroll(node: Node, field: Field): void {
    const { step, rows: before, values } = node;
    const [cell = empty()] = node.cells;
    const shown = this.isThere(field);
    const after = shown ? rowsOf(field, this.given) : [];
    const isOther = shown !== cell.shown || before.length !== after.length;
    Object.assign(cell, { shown, verdict: null });
    node.rows = after;
    values.length = Math.min(values.length, after.length);
    while (values.length < after.length) values.push({});
    this.context[field.id] = values.length ? values : null;
    const other = [...after.keys()].filter((at) => before[at] !== after[at]);
    if (isOther) this.told(step, null);
    for (const { id } of field.items) {
      const column = this.byId.get(`${field.id}.${id}`);
      if (!column) continue;
      this.compare(column, other, before, after);
      // There are more rows or fewer: whoever looks at all of them looks again.
      if (isOther) this.told(column.step, new Set());
    }
  }

  /** Which of these rows have another answer in a column than before. */
  private compare(node: Node, other: number[], before: Answers[], after: Answers[]): void {
    const { cells, dirty, step } = node;
    cells.length = Math.min(cells.length, after.length);
    const rows = new Set(dirty);
    const of = (row?: Answers) => own(row ?? {}, step.field?.id ?? "");
    for (const row of other) {
      const isKnown = cells[row] && before[row];
      cells[row] ??= empty();
      if (!isKnown || of(before[row]) !== of(after[row])) rows.add(row);
    }
    if (rows.size && dirty !== null) node.dirty = rows;
  }

  private fill({ cells, step }: Node, repeat: Field, rows: Dirty): void {
    const { field } = step;
    const of = this.byId.get(repeat.id);
    const changed = new Set<number>();
    for (const row of rows ?? cells.keys()) {
      const [cell, values, given] = [cells[row], of?.values[row], of?.rows[row]];
      if (!field || !cell || !values || !given) continue;
      this.context.row = values;
      const shown = this.flag(field, "visible", true);
      if (this.put(cell, field, shown, own(given, field.id))) changed.add(row);
      values[field.id] = cell.value;
    }
    this.context.row = null;
    if (changed.size) this.told(step, changed);
  }

  /** Whether a condition holds, or a rule is kept: only `true` is true. */
  isTrue(expression: Expression): boolean {
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
    this.context.row = this.byId.get(root)?.values[Number(row)] ?? null;
    return this;
  }

  /** Rules that warn and are not kept at a place. */
  warningsAt(field: Field, path: string): Rule[] {
    const cell = this.cellAt(path);
    if (!cell?.shown || cell.value === null) return [];
    this.inRow(path);
    return field.rules.filter((one) => one.level === "warning" && !this.isTrue(one.must));
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

  /** How many there must be at least. */
  least(field: Field): bigint {
    const found = this.bound(field, "min")?.value;
    return typeof found === "bigint" ? found : 0n;
  }

  /** The cell of a field (`pressure`, `checks.2.note`); undefined where there is none. */
  cellAt(path: string): Cell | undefined {
    const [root, row = 0, column] = path.split(".");
    return this.byId.get(column ? `${root}.${column}` : path)?.cells[Number(row)];
  }

  /** The cells of a column, a row each. */
  column(repeat: Field, column: Field): readonly Cell[] {
    return this.byId.get(`${repeat.id}.${column.id}`)?.cells ?? [];
  }

  /** Whether a field, a section or a page is there for its reader. */
  isShown(path: string): boolean {
    return this.cellAt(path)?.shown ?? false;
  }

  /** The rows of a repeat as they are computed: none where it is hidden. */
  rowsAt(repeat: string): readonly Answers[] {
    return this.byId.get(repeat)?.rows ?? [];
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
