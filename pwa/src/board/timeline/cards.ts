/* The timeline's rows as a pure function of the cards that were read and what the live stream says: which orders belong to the day,
   the visits of each engineer, what nobody is sent to yet. Knows neither network nor screen. */
import type { BoardVisit, OrderCard, QueuedOrder } from "../../api/views";
import type { Span } from "../../i18n/zones";
import { comparing, type Line } from "../live/rows";
import { OVER, spanOf } from "./scale";

export type Cards = ReadonlyMap<string, OrderCard>;

/** What a bar needs of its order, with the visit's own fields over it. */
const barOf = (order: OrderCard, visit: OrderCard["visits"][number]): BoardVisit => ({
  ...visit,
  work_order_id: order.id,
  order,
});

/** The visit that waits for somebody: taken back, declined, or one more that nobody is sent to yet. */
const waiting = (card: OrderCard) =>
  card.visits.find((one) => one.status === "planned" && one.engineer_id === null) ?? null;
export const isToPlan = (card: OrderCard): boolean =>
  card.category === "new" || (card.category !== "cancelled" && waiting(card) !== null);

/** Whether an order is to be planned, or has a visit that touches the span. */
export function belongs(card: OrderCard, span: Span, now: number): boolean {
  if (isToPlan(card)) return true;
  return card.visits.some((visit) => {
    const at = visit.engineer_id ? spanOf(visit, now) : null;
    return at !== null && at.start < span.end && at.end > span.start;
  });
}

/** Puts the lines of a page into the cards; the same map where nothing changed. */
export function taken(cards: Cards, lines: readonly Line[], span: Span, now: number): Cards {
  let next: Map<string, OrderCard> | null = null;
  for (const line of lines) {
    if (line.e !== "order_card") continue;
    const known = cards.get(line.id);
    const made = (next ??= new Map(cards));
    if (line.t === "remove") made.delete(line.id);
    // Equal versions pass: a visit may change while its order's row does not.
    else if (!known || known.version <= line.v) {
      const card = { ...known, ...line.f, id: line.id, version: line.v } as OrderCard;
      if (belongs(card, span, now)) made.set(line.id, card);
      else made.delete(line.id);
    }
  }
  return next ?? cards;
}

/** Every engineer's visits, in the order of their cards. */
export function visitsByEngineer(cards: Cards): Map<string, BoardVisit[]> {
  const found = new Map<string, BoardVisit[]>();
  for (const card of cards.values())
    for (const visit of card.visits)
      if (visit.engineer_id) {
        const list = found.get(visit.engineer_id) ?? [];
        list.push(barOf(card, visit));
        found.set(visit.engineer_id, list);
      }
  return found;
}

/** What nobody is sent to, most urgent first; with the visit that was taken back, if there is one. */
export function queueOf(cards: Cards): QueuedOrder[] {
  return [...cards.values()]
    .filter(isToPlan)
    .sort(comparing.urgent)
    .map((order) => ({ order, visit: waiting(order) }));
}

/** A card as it will be once what was put down has been written. */
export function withVisit(
  card: OrderCard,
  id: string,
  change: Partial<OrderCard["visits"][number]>,
): OrderCard {
  const known = card.visits.find((one) => one.id === id);
  const next = { ...(known ?? blank(id)), ...change };
  const visits = known
    ? card.visits.map((one) => (one.id === id ? next : one))
    : [...card.visits, next];
  const isPlanned = next.engineer_id !== null && !OVER.has(next.status);
  return {
    ...card,
    visits,
    category: isPlanned && card.category === "new" ? "scheduled" : card.category,
  };
}

const blank = (id: string): OrderCard["visits"][number] => ({
  id,
  version: 0,
  status: "dispatched",
  outcome: null,
  engineer_id: null,
  engineer: null,
  planned_start: null,
  planned_end: null,
  promised_from: null,
  promised_until: null,
  travel_started_at: null,
  arrived_at: null,
  status_changed_at: null,
  completed_at: null,
  reach: null,
});
