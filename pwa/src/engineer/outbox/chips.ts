/* The sync state of an entry and of a job, in the one vocabulary of the kit. Pure. */
import type { ItemState, OutboxItem } from "../../sync/outbox_view";
import type { SyncState } from "../../ui/status";

const CHIP: Record<ItemState, SyncState> = {
  on_phone: "on_device",
  queued: "queued",
  sending: "sending",
  stopped: "queued",
  retrying: "retry",
  delivered: "delivered",
  conflict: "compare",
  parked: "attention",
};

/** The chip of an item. What was parked or clashed and has been dealt with since counts as delivered. */
export function chipOf(item: Pick<OutboxItem, "state">, isOpen: boolean): SyncState {
  const isSettled = (item.state === "parked" || item.state === "conflict") && !isOpen;
  return isSettled ? "delivered" : CHIP[item.state];
}

const ORDER: SyncState[] = ["attention", "compare", "retry", "sending", "queued", "on_device"];
/** The one chip of a job: the state that needs a person most. Null when all of it is delivered. */
export function worst(states: readonly SyncState[]): SyncState | null {
  return ORDER.find((state) => states.includes(state)) ?? null;
}
