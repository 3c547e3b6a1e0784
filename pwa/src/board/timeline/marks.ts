/* What stands on the map: each order once, with the visit that it is there for; an engineer's way through his day. Pure. */
import type { BoardVisit, OrderCard, QueuedOrder } from "../../api/views";
import type { Span } from "../../i18n/zones";
import type { Point } from "./geo";
import { OVER, placed } from "./scale";
import { travel } from "./travel";

export interface Mark extends Point {
  order: OrderCard;
  /** Null: it is to be planned. */
  visit: BoardVisit | null;
}
const pointOf = ({ lat, lon }: OrderCard): Point | null =>
  lat === null || lon === null ? null : { lat, lon };

/** `placeless`: their sites have no coordinates. */
export function marksOf(
  queue: readonly QueuedOrder[],
  visits: readonly BoardVisit[],
  span: Span,
  now: number,
): { marks: Mark[]; placeless: OrderCard[] } {
  const found = new Map<string, { order: OrderCard; visit: BoardVisit | null }>();
  for (const { key: visit } of placed(visits, span, now)) {
    const known = found.get(visit.work_order_id)?.visit;
    // Of several the one that is not over yet says where the order stands.
    if (!known || (OVER.has(known.status) && !OVER.has(visit.status)))
      found.set(visit.work_order_id, { order: visit.order, visit });
  }
  for (const { order } of queue) found.set(order.id, { order, visit: null });
  const all = [...found.values()];
  return {
    marks: all.flatMap((one) => {
      const at = pointOf(one.order);
      return at ? [{ ...one, ...at }] : [];
    }),
    placeless: all.flatMap((one) => (pointOf(one.order) ? [] : [one.order])),
  };
}

export interface Stop extends Point {
  visit: BoardVisit;
  /** From the stop before; null at the first. */
  way: { km: number; minutes: number } | null;
}
/** An engineer's visits of the span in the order of their times, as far as they have a place. */
export function routeOf(visits: readonly BoardVisit[], span: Span, now: number): Stop[] {
  const stops: Stop[] = [];
  const sorted = placed(visits, span, now).sort((a, b) => a.span.start - b.span.start);
  for (const { key: visit } of sorted) {
    const at = pointOf(visit.order);
    if (!at) continue;
    const before = stops.at(-1)?.visit.order;
    stops.push({ ...at, visit, way: before ? travel(before, visit.order) : null });
  }
  return stops;
}
