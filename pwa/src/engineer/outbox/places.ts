/* Where an entry of the outbox was made: the way back to it, to look at it or to say it otherwise. Pure over the phone's lists. */
import { bareName } from "../../sync/line";
import type { OutboxItem } from "../../sync/outbox_view";
import { lookUp, type Lists } from "../jobs";
import { router } from "../routes";

/** Undefined when its job has left this phone. */
export function placeOf(
  item: Pick<OutboxItem, "name" | "entity" | "entity_id" | "args">,
  lists: Lists,
): string | undefined {
  const { args } = item;
  const named = item.entity === "visit" ? item.entity_id : args.visit_id;
  const own = lookUp(lists, item.entity, item.entity_id);
  // A site, a contact, a device: of the job that brought somebody there.
  const naming = lists("work_order").find((one) => one[`${item.entity}_id`] === item.entity_id);
  const order = args.work_order_id ?? own?.work_order_id ?? naming?.id ?? item.entity_id;
  const visit =
    lookUp(lists, "visit", named) ?? lists("visit").find((one) => one.work_order_id === order);
  if (!visit) return undefined;
  if (bareName(item.name) !== "submission.save") return router.href("job", { visitId: visit.id });
  const unit = typeof args.asset_id === "string" ? `?unit=${args.asset_id}` : "";
  return router.href("form", { visitId: visit.id }) + unit;
}
