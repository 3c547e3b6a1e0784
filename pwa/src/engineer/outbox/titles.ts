/* Which job an entry belongs to, as its title. Pure over the lists; null when the job has left this phone. */
import { lookUp, textOf, type Lists } from "../jobs";
import type { Args } from "../../sync/line";

interface Entry {
  entity: string;
  entity_id: string;
  args: Args;
}

export function titleOf({ entity, entity_id, args }: Entry, lists: Lists): string | null {
  const own = lookUp(lists, entity, entity_id);
  const order = lookUp(lists, "work_order", own?.work_order_id ?? args.work_order_id ?? entity_id);
  if (order) return textOf(order, "summary");
  // a job that this phone made itself and the server could not take says its name itself
  if (typeof args.summary === "string") return args.summary;
  return entity === "site" || entity === "contact" ? textOf(own, "name") : null;
}
