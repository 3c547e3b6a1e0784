// A job that this engineer took on himself: one act makes the order, his accepted visit and whatever had to be entered for them, under
// ids of this phone. The visit goes through the same machine as on the server.

import { step } from "../../engines/visits/machine";
import { NEW_VISIT, type Visit } from "../../engines/visits/visit";
import type { Fields, Json } from "../../store/rows";
import { actedAt, type Args } from "../line";
import type { Births, OverlayEffect, Records } from "../overlay";

const MINUTE_MS = 60_000;
const NEW = ["customer", "site", "contact", "asset"] as const;
export const takeOn: OverlayEffect = (records, args, mutation) => {
  if (records.get("work_order", mutation.entity_id)) return; // the server has it already, with its number
  const at = actedAt(mutation.clock);
  enterNew(records, args);
  const kind = records.get("work_type", textOf(args.work_type_id));
  records.put("work_order", mutation.entity_id, {
    ...named(args),
    summary: args.summary ?? null,
    description: args.description ?? null,
    priority: kind?.priority ?? null,
    category: "scheduled",
    channel: "engineer",
    reported_at: at,
  });
  records.put("visit", textOf(args.visit_id), {
    ...accepted(textOf(args.engineer_id), at),
    work_order_id: mutation.entity_id,
    planned_start: at,
    planned_end: later(at, Number(kind?.duration_minutes ?? 0)),
    dispatched_at: at,
    status_changed_at: at,
  });
};

/** What the act brings into being: nobody else may know of it before the act has been applied. */
export const bornOfTakeOn: Births = ({ entity_id, args }) => {
  const others = NEW.filter((one) => args[one] && args[`${one}_id`]).map(
    (one): [string, string] => [one, textOf(args[`${one}_id`])],
  );
  return [["work_order", entity_id], ["visit", textOf(args.visit_id)], ...others];
};

function enterNew(records: Records, args: Args): void {
  const { customer_id = null, site_id = null } = args;
  const places: Record<(typeof NEW)[number], Fields> = {
    customer: {},
    site: { customer_id },
    contact: { customer_id },
    asset: { customer_id, site_id },
  };
  for (const entity of NEW) {
    const [entered, id] = [args[entity], args[`${entity}_id`]];
    if (typeof id !== "string" || entered === null || typeof entered !== "object") continue;
    if (!records.get(entity, id))
      records.put(entity, id, { ...(entered as Fields), ...places[entity] });
  }
}

const named = (args: Args): Fields =>
  Object.fromEntries(
    ["work_type_id", "customer_id", "site_id", "contact_id", "asset_id"].map((one) => [
      one,
      args[one] ?? null,
    ]),
  );

/** Sent to himself and accepted in one: nobody else has to be asked. */
function accepted(engineer_id: string, at: string): Fields {
  return (["visit.dispatch", "visit.accept"] as const).reduce<Visit>((visit, command) => {
    const answer = step(visit, command, { engineer_id }, at);
    return answer.state === "ok" ? { ...visit, ...answer.changes } : visit;
  }, NEW_VISIT) as unknown as Fields;
}

const later = (at: string, minutes: number): string =>
  new Date(Date.parse(at) + minutes * MINUTE_MS).toISOString();
const textOf = (value: Json | undefined): string => (typeof value === "string" ? value : "");
