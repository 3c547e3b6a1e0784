/* What a dispatcher does to an order: the write, the row that changes at once, the sentence with its undo.
   A refusal is thrown to the form that asked; here nothing is shown about it. */
import { perform, type Args } from "../../api/commands";
import type { CardVisit, OrderCard, Visit } from "../../api/views";
import { w } from "../../i18n/board";
import { locale } from "../../i18n/locale.svelte";
import { o } from "../../i18n/order";
import { t } from "../../i18n/shared";
import { toast } from "../../ui/toast.svelte";
import { live } from "../live/stream.svelte";
import { orders } from "../orders/list.svelte";
import { writeRefusal } from "../say";

export interface Subject {
  id: string;
  number: string;
}
export interface Plan {
  engineer_id: string;
  engineer: string;
  planned_start: string;
  planned_end: string;
  promised_from: string | null;
  promised_until: string | null;
}

const times = ({
  planned_start,
  planned_end,
  promised_from,
  promised_until,
}: Omit<Plan, "engineer" | "engineer_id">) => ({
  planned_start,
  planned_end,
  promised_from,
  promised_until,
});

/** Without the stream nobody tells us what our own write did to the list. */
function settle(): void {
  if (live.state === "off") orders.refetch();
}

/** Whether the row still lets it be taken back; a row that is not in the list says nothing, the server decides then. */
function isIn(order: string, visit: string, states: readonly string[]): boolean {
  const card = orders.find(order);
  if (card?.category === "cancelled") return false;
  return card?.visit?.id !== visit || states.includes(card.visit.status);
}
/** An engineer who has accepted has decided too. */
const NOT_ANSWERED = ["planned", "dispatched"];
const BEFORE_TRAVEL = ["planned", "dispatched", "accepted"];
const OPEN = [...BEFORE_TRAVEL, "travelling", "on_site", "paused"];

const undoing = (isPossible: () => boolean, act: () => Promise<unknown>) => ({
  word: t().act.undo,
  isPossible,
  act: () => void act().then(settle, (error: unknown) => toast.error(writeRefusal(error))),
});

function visitPatch(
  card: OrderCard | undefined,
  visit: Partial<CardVisit>,
  status: "dispatched" | "planned",
): Partial<OrderCard> {
  const before = card?.visit ?? ({} as CardVisit);
  return {
    category: status === "planned" ? "new" : "scheduled",
    status_label: {
      ...card?.status_label,
      [locale()]: status === "planned" ? w().orders.tabs.plan : t().visit[status],
    },
    visit: { ...before, ...visit, status },
  };
}

/** What moving needs to know of a visit, from its drawer or its bar. */
export type Movable = Pick<
  CardVisit,
  "id" | "version" | "planned_start" | "planned_end" | "promised_from" | "promised_until"
>;

/** Sends `visit` (or a new one under `visitId`) to an engineer. `base`: the version that was decided on, 0 where the order had no open
 *  visit; undefined: whatever else is planned. Answers the visit's version now. */
export async function assign(
  order: Subject,
  visitId: string,
  plan: Plan,
  key: string,
  base: number | undefined,
  /** As it was before, where it is taken from somebody: Undo gives it back to him. */
  former: (Movable & Pick<CardVisit, "engineer_id">) | null = null,
): Promise<number> {
  const args: Args<"visit.assign"> = {
    work_order_id: order.id,
    engineer_id: plan.engineer_id,
    ...times(plan),
  };
  const patch = visitPatch(orders.find(order.id), { id: visitId, ...plan }, "dispatched");
  const { record } = await orders.optimistically(order.id, patch, () =>
    perform("visit.assign", visitId, args, key, base),
  );
  settle();
  // Undone is only this very decision: what somebody has decided since is not overwritten but told.
  const undo = undoing(
    () => isIn(order.id, visitId, NOT_ANSWERED),
    () =>
      former?.engineer_id
        ? perform(
            "visit.assign",
            visitId,
            { work_order_id: order.id, engineer_id: former.engineer_id, ...kept(former) },
            crypto.randomUUID(),
            record.version,
          )
        : perform("visit.unassign", visitId, {}, crypto.randomUUID(), record.version),
  );
  toast.show(o().done.assigned(order.number, plan.engineer), undo);
  return record.version ?? 0;
}

/** The times to go back to; a visit that had none keeps those it has. */
const kept = ({ planned_start, planned_end, ...promise }: Movable) =>
  planned_start && planned_end ? times({ ...promise, planned_start, planned_end }) : {};

/** Other times, same engineer. Answers the visit's version now. */
export async function move(
  order: Subject,
  visit: Movable,
  plan: Plan,
  key: string,
): Promise<number> {
  const card = orders.find(order.id);
  const patch = card?.visit?.id === visit.id ? { visit: { ...card.visit, ...times(plan) } } : {};
  const { record } = await orders.optimistically(order.id, patch, () =>
    perform("visit.move", visit.id, times(plan), key, visit.version),
  );
  settle();
  const { planned_start, planned_end } = visit;
  // A visit that had no time cannot be moved back to none.
  if (planned_start && planned_end) {
    const before = times({ ...visit, planned_start, planned_end });
    toast.show(
      o().done.changed(order.number),
      undoing(
        () => isIn(order.id, visit.id, OPEN),
        () => perform("visit.move", visit.id, before, crypto.randomUUID(), record.version),
      ),
    );
  } else toast.show(o().done.changed(order.number));
  return record.version ?? visit.version;
}

export async function unassign(order: Subject, visit: Visit): Promise<void> {
  const patch = visitPatch(
    orders.find(order.id),
    { id: visit.id, engineer: null, engineer_id: null },
    "planned",
  );
  const { record } = await orders.optimistically(order.id, patch, () =>
    perform("visit.unassign", visit.id, {}),
  );
  settle();
  const back: Args<"visit.assign"> = { work_order_id: order.id, engineer_id: visit.engineer_id };
  toast.show(
    o().done.unassigned(order.number),
    undoing(
      () => isIn(order.id, visit.id, BEFORE_TRAVEL),
      () => perform("visit.assign", visit.id, back, crypto.randomUUID(), record.version),
    ),
  );
}

export async function cancelVisit(order: Subject, visit: Visit, reason: string): Promise<void> {
  await perform("visit.cancel", visit.id, { reason });
  settle();
  toast.show(o().done.visitCancelled(order.number));
}

export async function cancelOrder(order: Subject, reason: string): Promise<void> {
  await perform("work_order.cancel", order.id, { reason });
  settle();
  toast.show(o().done.cancelled(order.number));
}
