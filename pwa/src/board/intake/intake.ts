/* What is entered while somebody is on the telephone, what of it is still missing, and the commands that it becomes. Pure.
   Every record has its id before the first try: a second try makes nobody twice. */
import type { Locale } from "../../i18n/locale.svelte";

/** The choice "not in the list: made here". */
export const NEW = "new";
export type Part = "customer" | "contact" | "site" | "asset" | "order";

export interface Entered {
  ids: Record<Part, string>;
  /** In the field that finds the customer: his name once he is chosen. */
  words: string;
  customer: string;
  site: string;
  contact: string;
  asset: string;
  /** Of whatever is new. */
  made: {
    customer: string;
    person: string;
    phone: string;
    address: string;
    place: string;
    region: string;
    product: string;
    serial: string;
  };
  type: string;
  priority: string;
  problem: string;
  description: string;
}

export interface Step {
  part: Part;
  name: "customer.add" | "contact.add" | "site.add" | "asset.add" | "work_order.create";
  id: string;
  args: Record<string, string | null>;
}

const nothing = { site: "", contact: "", asset: "" };
const unmade = {
  customer: "",
  person: "",
  phone: "",
  address: "",
  place: "",
  region: "",
  product: "",
  serial: "",
};

export function blank(newId: () => string): Entered {
  const [order, customer, contact, site, asset] = Array.from({ length: 5 }, () => newId()) as [
    string,
    string,
    string,
    string,
    string,
  ];
  return {
    ids: { order, customer, contact, site, asset },
    words: "",
    customer: "",
    ...nothing,
    made: { ...unmade },
    type: "",
    priority: "",
    problem: "",
    description: "",
  };
}

/** What was typed to find somebody says already who he is. */
export function callFrom(words: string): Partial<Entered["made"]> {
  const said = words.trim();
  if (!said) return {};
  return /^[\d\s()+./-]{3,}$/.test(said) ? { phone: said } : { customer: said };
}

/** Another customer is chosen: nothing of the one before belongs to him. */
export const chosen = (id: string, words: string, contact = ""): Partial<Entered> => ({
  customer: id,
  words,
  ...nothing,
  contact,
});

/** Which records are made with the order. */
function isMade(entered: Entered, part: Part): boolean {
  const { customer, made } = entered;
  const ofNew: Record<Part, boolean> = {
    customer: true,
    contact: Boolean(made.person.trim() || made.phone.trim()),
    site: true,
    asset: Boolean(made.product || made.serial.trim()),
    order: true,
  };
  if (customer === NEW) return ofNew[part];
  return part === "order" || (part !== "customer" && entered[part] === NEW);
}

/** Names of what is still missing, as `part.field`, in the order of the form. */
export function lacking(entered: Entered): string[] {
  const { customer, made } = entered;
  const isNew = customer === NEW;
  const needed: [boolean, string, string][] = [
    [true, "order.customer_id", customer],
    [isNew, "customer.name", made.customer],
    [Boolean(customer) && !isNew && entered.contact === NEW, "contact.name", made.person],
    [isMade(entered, "site"), "site.address", made.address],
    [Boolean(customer) && !isNew, "order.site_id", entered.site],
    [isMade(entered, "asset"), "asset.product_id", made.product],
    [isMade(entered, "asset"), "asset.serial", made.serial],
    [true, "order.work_type_id", entered.type],
    [true, "order.summary", entered.problem],
  ];
  return needed.flatMap(([isNeeded, name, value]) => (isNeeded && !value.trim() ? [name] : []));
}

/** The commands in their order: each names only what stands before it. */
export function stepsOf(entered: Entered, of: { zone: string; locale: Locale }): Step[] {
  const { ids, made } = entered;
  const idOf = (part: "customer" | "contact" | "site" | "asset") =>
    isMade(entered, part) ? ids[part] : (entered[part] === NEW ? "" : entered[part]) || null;
  const customer_id = idOf("customer");
  const address = made.address.trim();
  const steps: Step[] = [
    {
      part: "customer",
      name: "customer.add",
      id: ids.customer,
      args: { name: made.customer.trim(), locale: of.locale },
    },
    {
      part: "contact",
      name: "contact.add",
      id: ids.contact,
      args: {
        customer_id,
        name: made.person.trim() || made.customer.trim(),
        phone: made.phone.trim() || null,
      },
    },
    {
      part: "site",
      name: "site.add",
      id: ids.site,
      args: {
        customer_id,
        name: made.place.trim() || address.slice(0, 200),
        address,
        zone: of.zone,
        region_id: made.region || null,
      },
    },
    {
      part: "asset",
      name: "asset.add",
      id: ids.asset,
      args: {
        product_id: made.product,
        customer_id,
        site_id: idOf("site"),
        serial: made.serial.trim(),
      },
    },
    {
      part: "order",
      name: "work_order.create",
      id: ids.order,
      args: {
        customer_id,
        site_id: idOf("site"),
        contact_id: idOf("contact"),
        asset_id: idOf("asset"),
        work_type_id: entered.type,
        summary: entered.problem.trim(),
        description: entered.description.trim() || null,
        priority: entered.priority || null,
        channel: "phone",
      },
    },
  ];
  return steps.filter(({ part }) => isMade(entered, part));
}
