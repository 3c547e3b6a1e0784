/* A job that the server could not take as it was, entered again from what was said then: under the same ids, because nothing of it has come
   into being and what was done since names them; with what this phone still knows of it. Pure. */
import { isObject } from "../../engines/forms/values";
import type { Args } from "../../sync/line";
import type { Shown } from "../../sync/model";
import { lookUp, textOf, type Lists } from "../jobs";
import { blank, NONE, OTHER, type Entered } from "./entered";

export function enteredFrom(order: string, args: Args, lists: Lists, newId: () => string): Entered {
  const said = args as unknown as Shown;
  const fresh = blank(newId);
  const site = lookUp(lists, "site", args.site_id);
  return {
    ...fresh,
    ids: { ...fresh.ids, ...idsOf(order, said) },
    words: wordsOf(textOf(said, "summary") ?? "", textOf(said, "description") ?? ""),
    workType: lookUp(lists, "work_type", args.work_type_id)?.id ?? null,
    ...(site ? { site: site.id, contact: contactOf(args, lists) } : elsewhere(args, lists)),
    ...deviceOf(args, lists),
  };
}

/** Of what it would have made: the job, and what was entered for it. Anything else it names is not its own. */
function idsOf(order: string, said: Shown): Partial<Entered["ids"]> {
  const entered = (["customer", "site", "contact", "asset"] as const).filter((one) =>
    isObject(said[one]),
  );
  const ids = entered.map((one) => [one, textOf(said, `${one}_id`)]);
  return {
    order,
    ...Object.fromEntries([["visit", textOf(said, "visit_id")], ...ids].filter(([, id]) => id)),
  };
}

/** As they were typed: a title that was cut stands whole in what follows it. */
const wordsOf = (summary: string, description: string): string =>
  description.startsWith(summary) ? description : `${summary}\n${description}`.trim();

const inner = (args: Args, name: string): Shown | null =>
  isObject(args[name]) ? (args[name] as unknown as Shown) : null;

const contactOf = (args: Args, lists: Lists): string | null =>
  lookUp(lists, "contact", args.contact_id)?.id ?? null;

function elsewhere(args: Args, lists: Lists): Partial<Entered> {
  const customer = inner(args, "customer") ?? lookUp(lists, "customer", args.customer_id);
  const contact = inner(args, "contact");
  const address = textOf(inner(args, "site"), "address");
  return {
    isElsewhere: address !== null,
    customerName: textOf(customer, "name") ?? "",
    address: address ?? "",
    callerName: textOf(contact, "name") ?? "",
    callerPhone: textOf(contact, "phone") ?? "",
  };
}

function deviceOf(args: Args, lists: Lists): Partial<Entered> {
  const known = lookUp(lists, "asset", args.asset_id);
  if (known) return { device: known.id };
  const entered = inner(args, "asset");
  if (!entered) return { device: NONE };
  const product = textOf(entered, "product_id") ?? "";
  return { device: OTHER, serial: textOf(entered, "serial") ?? "", product };
}
