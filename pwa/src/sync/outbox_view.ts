// The outbox as a person reads it: one item per act, each in one state of a small vocabulary. Words are the screen's; a sentence here
// is the server's own.

import type { Args } from "./line";
import type { Delivered, Item, Model } from "./model";
import type { SyncState } from "./state";
import { isDue } from "./plan";

export type ItemState =
  "on_phone" | "queued" | "sending" | "stopped" | "retrying" | "delivered" | "conflict" | "parked";
export interface OutboxItem {
  mid: number;
  id: string;
  name: string;
  entity: string;
  entity_id: string;
  args: Args;
  /** The phone's time of the act. */
  at: string;
  /** When the server confirmed it; null while it waits. */
  delivered_at: number | null;
  state: ItemState;
  /** With `retrying`: until the next attempt. */
  seconds: number | null;
  /** The server's code (PROTOCOL 5.6), or why it is stopped: login, upgrade, revoked, a code of PROTOCOL 2. */
  code: string | null;
  sentence: string | null;
}

export function outboxItems(model: Model, state: SyncState, now: number): OutboxItem[] {
  return [
    ...model.delivered.map(delivered),
    ...model.unsent.map((item) => unsent(item, state, now)),
  ];
}

function common({ mid, mutation }: Item) {
  const { id, name, entity, entity_id, args, clock } = mutation;
  return { mid, id, name, entity, entity_id, args, at: clock.wall_at };
}

function delivered(item: Delivered): OutboxItem {
  const { state, code, sentence } = item.result;
  return {
    ...common(item),
    delivered_at: item.acked_at,
    state: state === "parked" || state === "conflict" ? state : "delivered",
    seconds: null,
    code,
    sentence,
  };
}

function unsent(item: Item, state: SyncState, now: number): OutboxItem {
  return {
    ...common(item),
    delivered_at: null,
    seconds: null,
    code: null,
    sentence: null,
    ...stateOf(item.mid, state, now),
  };
}

function stateOf(
  mid: number,
  state: SyncState,
  now: number,
): Partial<OutboxItem> & { state: ItemState } {
  if (state.sending.includes(mid)) return { state: "sending" };
  if (!state.online) return { state: "on_phone" };
  if (state.stopped !== null) return { state: "stopped", code: state.stopped };
  if (state.paused === "login" || state.paused === "revoked")
    return { state: "stopped", code: state.paused };
  const waitMs = Math.max(waitOf(state, "hello"), waitOf(state, "push")) - now;
  if (waitMs > 0) return { state: "retrying", seconds: Math.ceil(waitMs / 1000) };
  return { state: "queued" };
}

function waitOf(state: SyncState, kind: "hello" | "push"): number {
  return isDue(state, kind) && state.lanes[kind].req === null ? state.lanes[kind].notBefore : 0;
}
