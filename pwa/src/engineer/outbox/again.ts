/* What was parked, taken up again: its words go back into the field they came from, its answers into the form, and are kept there like
   anything else that is being written. Pure: which draft, with what in it, and where its field is. Null when the job is not open here. */
import type { Json } from "../../store/rows";
import { bareName, type Args } from "../../sync/line";
import type { Shown } from "../../sync/model";
import type { VisitState } from "../../engines/visits/visit";
import { accessKey, commentKey, draftOf, findingsKey } from "../drafts";
import { formKey } from "../form/units";
import { isOver, lookUp, type Lists } from "../jobs";

export interface Again {
  key: string;
  /** The draft as it shall be, given the one that is there; null: what is there is newer and stays. */
  draft: (before: Json | undefined) => Json | null;
  visit: string;
  /** What the address of the field needs beside the visit. */
  place: { name: "job" | "form"; query: string };
}
interface Entry {
  name: string;
  entity_id: string;
  args: Args;
}

export function againOf(entry: Entry, lists: Lists, me: string): Again | null {
  const { entity_id, args } = entry;
  const set = isRecord(args.set) ? args.set : {};
  switch (bareName(entry.name)) {
    case "visit.edit":
      return words(
        set.findings,
        findingsKey(entity_id),
        mine(lists, me, "id", entity_id),
        "?write=1",
      );
    case "comment.add": {
      const order = args.work_order_id;
      return words(
        args.text,
        commentKey(String(order)),
        mine(lists, me, "work_order_id", order),
        "",
      );
    }
    case "site.edit":
      return words(
        set.access_notes,
        accessKey(entity_id),
        atSite(lists, me, entity_id),
        "?access=1",
      );
    case "submission.save":
      return answers(entry, lists, me);
    default:
      return null;
  }
}

/** One's own visit that is not over. */
function mine(lists: Lists, me: string, field: string, value: unknown): Shown | null {
  const isOpen = (one: Shown): boolean =>
    one.engineer_id === me &&
    one.is_detached !== true &&
    !isOver({ status: one.status as VisitState });
  return lists("visit").find((one) => one[field] === value && isOpen(one)) ?? null;
}

function atSite(lists: Lists, me: string, site: string): Shown | null {
  const orders = lists("work_order").filter((one) => one.site_id === site);
  const found = orders.map((one) => mine(lists, me, "work_order_id", one.id));
  return found.find((one) => one !== null) ?? null;
}

function words(text: unknown, key: string, visit: Shown | null, query: string): Again | null {
  if (typeof text !== "string" || text.trim() === "" || !visit) return null;
  const draft = (before: Json | undefined): Json => {
    const kept = draftOf(before)?.text ?? "";
    // Nothing that is being written is replaced: the words come after it.
    const all = kept.trim() === "" || kept === text ? text : `${kept}\n${text}`;
    return { text: all, caret: all.length };
  };
  return { key, draft, visit: visit.id, place: { name: "job", query } };
}

function answers({ entity_id, args }: Entry, lists: Lists, me: string): Again | null {
  const visit = mine(lists, me, "id", args.visit_id);
  const version = lookUp(lists, "form_version", args.form_version_id);
  const asset = typeof args.asset_id === "string" ? args.asset_id : null;
  if (!visit || !version || !isRecord(args.answers)) return null;
  const made: Json = {
    submission: entity_id,
    order: String(args.work_order_id),
    visit: visit.id,
    version: version.id,
    asset,
    answers: args.answers,
    files: {},
    at: null,
  };
  return {
    key: formKey(visit.id, asset),
    draft: (before) => (before === undefined ? made : null),
    visit: visit.id,
    place: { name: "form", query: asset ? `?unit=${asset}` : "" },
  };
}

const isRecord = (value: Json | undefined): value is Args =>
  typeof value === "object" && value !== null && !Array.isArray(value);
