/* When somebody comes, as a row says it: the planned time, else the promised one, on the site's clock. */
import type { OrderCard } from "../../api/views";
import { span } from "../say";

export const plannedWords = ({ visit, zone }: OrderCard, now: number): string =>
  visit && visit.status !== "cancelled"
    ? span(visit.planned_start ?? visit.promised_from, visit.planned_end, zone, now)
    : "";
