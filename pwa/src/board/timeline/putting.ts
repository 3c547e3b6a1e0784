/* Putting down what was carried: a new visit, another engineer, or other times; the same writes as the form's, with their undo. */
import { uuid7 } from "../../session/device";
import { assign, move, type Plan } from "../order/doing";
import { wasRefused } from "../say";
import type { Load } from "./carry.svelte";
import { plan as shown } from "./plan.svelte";

export interface Put {
  engineer_id: string;
  engineer: string;
  start: number;
  end: number;
}

/** Orders whose first visit may or may not have arrived: put down again it is the same visit, never a second one. */
const unsure = new Map<string, string>();

/** Shows it at once; a refusal takes it back and is thrown on. */
export async function put({ order, visit, isNew }: Load, to: Put): Promise<void> {
  const id = visit?.id ?? unsure.get(order.id) ?? uuid7();
  const times = {
    planned_start: new Date(to.start).toISOString(),
    planned_end: new Date(to.end).toISOString(),
  };
  const { engineer_id, engineer } = to;
  const isMove = visit !== null && !isNew && visit.engineer_id === engineer_id;
  const status = isMove ? visit.status : "dispatched";
  const change = { ...times, engineer_id, engineer, status };
  unsure.set(order.id, id);
  try {
    await shown.optimistically(order.id, id, change, () => write());
    unsure.delete(order.id);
  } catch (error) {
    if (wasRefused(error)) unsure.delete(order.id);
    throw error;
  }

  async function write(): Promise<number> {
    const subject = { id: order.id, number: order.number ?? "" };
    const asked: Plan = {
      engineer_id,
      engineer,
      ...times,
      promised_from: visit?.promised_from ?? null,
      promised_until: visit?.promised_until ?? null,
    };
    const key = crypto.randomUUID();
    if (isMove && visit) return move(subject, visit, asked, key);
    return assign(subject, id, asked, key, visit?.version ?? 0, isNew ? null : visit);
  }
}
