/* How an order's history is told on this screen: its words, its times on the site's clock, the names of its engineers. */
import type { Visit } from "../../api/views";
import { o } from "../../i18n/order";
import { span, text, when } from "../say";
import type { Tongue } from "./happened";

export function tongueOf(visits: readonly Visit[], zone: string): Tongue {
  const names = new Map(visits.map((one) => [one.engineer_id, one.engineer]));
  return {
    words: o(),
    text,
    when: (at) => when(at, zone),
    span: (start, end) => span(start, end, zone),
    name: (id) => names.get(id) ?? undefined,
  };
}
