/* Whether an order is still as it was when its planning was opened: two dispatchers may have the same form open. */
import type { Visit } from "../../api/views";

export interface Seen {
  id: string;
  engineer_id: string | null;
  status: string;
  planned_start: string | null;
  planned_end: string | null;
}

/** What a planner decides on: the open visit, null when there is none. */
export const seenOf = (visit: Visit | null): Seen | null =>
  visit && {
    id: visit.id,
    engineer_id: visit.engineer_id,
    status: visit.status,
    planned_start: visit.planned_start,
    planned_end: visit.planned_end,
  };

export const isSame = (a: Seen | null, b: Seen | null): boolean =>
  JSON.stringify(a) === JSON.stringify(b);
