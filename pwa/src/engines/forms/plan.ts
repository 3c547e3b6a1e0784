// In which order a form is computed, and what has to be asked again once something has changed: one step per container, field, repeat and
// column, each after what it reads. Pure; the order is that of server/forms/engine/formulas.py as far as it matters.

import type { Expression } from "../expressions/evaluate";
import type { Box, Field } from "./definition";

/** Who reads a step. `byRow`: by `row.…`, so a change in one row concerns that row alone. */
export interface Reader {
  at: number;
  byRow: boolean;
}
export interface Step {
  /** `s1`, `pressure`, `checks`, `checks.note` */
  id: string;
  box: Box | null;
  field: Field | null;
  /** The repeat that this is a column of. */
  repeat: Field | null;
  /** What becomes something else with it. */
  readers: Reader[];
  /** What is judged by it: its slots and rules ask for it. */
  askers: Reader[];
}

interface Reads {
  step: string;
  byRow: boolean;
}

const stepOf = (id: string, more: Partial<Step>): Step => ({
  id,
  box: null,
  field: null,
  repeat: null,
  readers: [],
  askers: [],
  ...more,
});

/** Null when something waits for itself: the server refuses that. */
export function planned(
  fields: readonly Field[],
  boxes: readonly Box[],
): { plan: Step[]; inputs: string[] } | null {
  const steps = new Map<string, Step>();
  const add = (step: Step) => steps.set(step.id, step);
  for (const box of boxes) add(stepOf(box.id, { box }));
  for (const field of fields) {
    add(stepOf(field.id, { field }));
    for (const one of field.items)
      add(stepOf(`${field.id}.${one.id}`, { field: one, repeat: field }));
  }
  const plan = inOrder(steps);
  if (!plan) return null;
  const at = new Map(plan.map((step, n) => [step.id, n]));
  for (const [n, step] of plan.entries()) {
    for (const { step: read, byRow } of decides(step, steps))
      steps.get(read)?.readers.push({ at: n, byRow });
    for (const { step: read, byRow } of asks(step, steps))
      steps.get(read)?.askers.push({ at: n, byRow });
  }
  return { plan, inputs: inputsOf(steps, at) };
}

function inOrder(steps: ReadonlyMap<string, Step>): Step[] | null {
  const plan: Step[] = [];
  const state = new Map<string, "open" | "done">();
  let isSound = true;
  const visit = (step: Step): void => {
    const known = state.get(step.id);
    if (known === "open") isSound = false;
    if (known) return;
    state.set(step.id, "open");
    for (const one of decides(step, steps)) {
      const before = steps.get(one.step);
      if (before) visit(before);
    }
    state.set(step.id, "done");
    plan.push(step);
  };
  for (const step of steps.values()) visit(step);
  return isSound ? plan : null;
}

/** What a step must wait for. */
function decides(step: Step, steps: ReadonlyMap<string, Step>): Reads[] {
  const around = step.box ? step.box.within : step.repeat ? step.repeat.id : step.field?.box;
  const own = around ? [{ step: around, byRow: false }] : [];
  const { visible, calc } = step.field?.formulas ?? {};
  return [...own, ...[step.box?.visible, visible, calc].flatMap((one) => reads(one, step, steps))];
}

/** What the verdict on a step asks for besides itself. */
function asks(step: Step, steps: ReadonlyMap<string, Step>): Reads[] {
  const { field, repeat } = step;
  if (!field) return [];
  const { required, readonly, min, max } = field.formulas;
  const rules = field.rules.map((one) => one.must);
  const found = [required, readonly, min, max, ...rules].flatMap((one) => reads(one, step, steps));
  const { parent } = field.slots;
  if (parent === undefined) return found;
  const isInRow = repeat?.items.some((one) => one.id === parent) ?? false;
  return [
    ...found,
    isInRow ? { step: `${repeat?.id}.${parent}`, byRow: true } : { step: parent, byRow: false },
  ];
}

function reads(
  expression: Expression | null | undefined,
  { repeat }: Step,
  steps: ReadonlyMap<string, Step>,
): Reads[] {
  return [...(expression?.names ?? [])].flatMap((name): Reads[] => {
    const [root = "", inner] = name.split(".");
    if (root === "row") return [{ step: `${repeat?.id}.${inner}`, byRow: true }];
    const found = steps.get(root);
    if (!found) return [];
    const columns = found.field?.items.map((one) => one.id) ?? [];
    return [root, ...(inner ? [`${root}.${inner}`] : columns.map((one) => `${root}.${one}`))].map(
      (step) => ({ step, byRow: false }),
    );
  });
}

function inputsOf(steps: ReadonlyMap<string, Step>, at: ReadonlyMap<string, number>): string[] {
  const names = new Set<string>();
  for (const { box, field } of steps.values()) {
    const all = [
      box?.visible,
      ...Object.values(field?.formulas ?? {}),
      ...(field?.rules ?? []).map((one) => one.must),
    ];
    for (const expression of all)
      for (const name of expression?.names ?? []) {
        const [root = ""] = name.split(".");
        if (root !== "row" && !at.has(root)) names.add(name);
      }
  }
  return [...names].sort();
}
