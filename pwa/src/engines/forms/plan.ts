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
type Read = readonly [step: string, byRow: boolean];

/** Null when something waits for itself: the server refuses that. */
export function planned(
  fields: readonly Field[],
  boxes: readonly Box[],
): { plan: Step[]; inputs: string[] } | null {
  const steps = new Map<string, Step>();
  const inputs = new Set<string>();
  const add = (id: string, field: Field | null, repeat: Field | null, box: Box | null) =>
    steps.set(id, { id, box, field, repeat, readers: [], askers: [] });
  for (const box of boxes) add(box.id, null, null, box);
  for (const field of fields) {
    add(field.id, field, null, null);
    for (const one of field.items) add(`${field.id}.${one.id}`, one, field, null);
  }

  const plan: Step[] = [];
  const places = new Map<Step, number>();
  let isSound = true;
  const visit = (step: Step): void => {
    if (places.has(step)) return void (isSound &&= places.get(step) !== -1);
    places.set(step, -1);
    const waits = step.box?.within ?? step.repeat?.id ?? step.field?.box;
    const { visible, calc, ...others } = step.field?.formulas ?? {};
    const deciding = named([step.box?.visible, visible, calc], step);
    const around: Read[] = waits ? [[waits, false]] : [];
    for (const [id] of [...deciding, ...around]) if (steps.has(id)) visit(steps.get(id) as Step);
    // A repeat tells its columns by itself which of their rows are others.
    if (!step.repeat) deciding.push(...around);
    const asking = named(
      [...Object.values(others), ...(step.field?.rules ?? []).map((one) => one.must)],
      step,
    );
    const parent = step.field?.slots.parent;
    const isInRow = !!step.repeat?.items.some((one) => one.id === parent);
    if (parent) asking.push([isInRow ? `${step.repeat?.id}.${parent}` : parent, isInRow]);
    places.set(step, plan.length);
    told.push([deciding, asking]);
    plan.push(step);
  };
  const told: [deciding: Read[], asking: Read[]][] = [];

  /** Steps that expressions read; what is no step is around the form. */
  const named = (expressions: (Expression | null | undefined)[], { repeat }: Step): Read[] =>
    expressions
      .flatMap((one) => [...(one?.names ?? [])])
      .flatMap((name): Read[] => {
        const [root = "", inner] = name.split(".");
        if (root === "row") return [[`${repeat?.id}.${inner}`, true]];
        const found = steps.get(root);
        if (!found) inputs.add(name);
        const columns = inner ? [inner] : (found?.field?.items ?? []).map((one) => one.id);
        return [[root, false], ...columns.map((one): Read => [`${root}.${one}`, false])];
      });

  for (const step of steps.values()) visit(step);
  for (const [at, [deciding, asking]] of told.entries()) {
    for (const [id, byRow] of deciding) steps.get(id)?.readers.push({ at, byRow });
    for (const [id, byRow] of asking) steps.get(id)?.askers.push({ at, byRow });
  }
  return isSound ? { plan, inputs: [...inputs] } : null;
}
