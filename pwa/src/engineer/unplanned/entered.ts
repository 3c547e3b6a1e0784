/* A job that nobody planned, as it is being entered: what was chosen or typed, what is still missing, and the act it becomes. Pure:
   lists come in. The keeping is in entry.svelte.ts. */
import type { Args } from "../../sync/line";
import type { Shown } from "../../sync/model";
import { isObject } from "../../engines/forms/values";
import { lookUp, textOf, type Lists } from "../jobs";

/** What stands for the device: a known unit's id, one whose plate is entered, none. */
export type Device = string;
export const OTHER = "other";
export const NONE = "none";

export interface Entered {
  /** Ids of what the act will make, given once: however often it is sent, it is one job. */
  ids: Record<"order" | "visit" | "customer" | "site" | "contact" | "asset", string>;
  /** A place this phone knows; null: typed below. */
  site: string | null;
  isElsewhere: boolean;
  /** Whom to call at the known place: the contact of the job one comes from. */
  contact: string | null;
  customerName: string;
  address: string;
  callerName: string;
  callerPhone: string;
  device: Device;
  serial: string;
  product: string;
  workType: string | null;
  words: string;
}
export type Missing =
  "site" | "customerName" | "address" | "serial" | "product" | "workType" | "words";

const SUMMARY = 120;

export function blank(newId: () => string): Entered {
  const names = ["order", "visit", "customer", "site", "contact", "asset"] as const;
  return {
    ids: Object.fromEntries(names.map((one) => [one, newId()])) as Entered["ids"],
    site: null,
    isElsewhere: false,
    contact: null,
    customerName: "",
    address: "",
    callerName: "",
    callerPhone: "",
    device: NONE,
    serial: "",
    product: "",
    workType: null,
    words: "",
  };
}

/** Nothing that anybody would miss. */
export const isUntouched = (one: Entered): boolean =>
  [one.customerName, one.address, one.callerName, one.callerPhone, one.serial, one.words].every(
    (text) => text.trim() === "",
  );

/** What was typed, for whoever reads the draft of a phone that was shut out: a draft's words stand in its `text`. */
export const saidIn = (one: Entered): string =>
  [one.customerName, one.address, one.callerName, one.callerPhone, one.serial, one.words]
    .map((text) => text.trim())
    .filter(Boolean)
    .join("\n");

export function enteredOf(value: unknown): Entered | null {
  if (!isObject(value) || !isObject(value.ids) || typeof value.words !== "string") return null;
  return { ...blank(() => ""), ...(value as unknown as Entered) };
}

/** What is still missing, in the order in which it is asked for. */
export function missingOf(one: Entered): Missing[] {
  const isBlank = (name: "customerName" | "address" | "serial" | "words") => !one[name].trim();
  return [
    ...(!one.isElsewhere && one.site === null ? ["site" as const] : []),
    ...(one.isElsewhere && isBlank("customerName") ? ["customerName" as const] : []),
    ...(one.isElsewhere && isBlank("address") ? ["address" as const] : []),
    ...(one.device === OTHER && isBlank("serial") ? ["serial" as const] : []),
    ...(one.device === OTHER && one.product === "" ? ["product" as const] : []),
    ...(one.workType === null ? ["workType" as const] : []),
    ...(isBlank("words") ? ["words" as const] : []),
  ];
}

/** The act's arguments; only of what nothing is missing. */
export function argsOf(one: Entered, lists: Lists, engineer: string): Args {
  const [summary, description] = inTwo(one.words);
  return {
    visit_id: one.ids.visit,
    engineer_id: engineer,
    work_type_id: one.workType,
    summary,
    description,
    ...placeOf(one, lists),
    ...deviceOf(one),
  };
}

function placeOf(one: Entered, lists: Lists): Args {
  const site = one.isElsewhere ? null : lookUp(lists, "site", one.site);
  if (site)
    return { site_id: site.id, customer_id: textOf(site, "customer_id"), contact_id: one.contact };
  const name = one.customerName.trim();
  const address = one.address.trim();
  const known = customerNamed(lists, name);
  const caller = one.callerName.trim() || one.callerPhone.trim();
  return {
    customer_id: known?.id ?? one.ids.customer,
    ...(!known && { customer: { name } }),
    site_id: one.ids.site,
    site: { name: address, address },
    ...(caller && {
      contact_id: one.ids.contact,
      contact: { name: caller, phone: one.callerPhone.trim() || null },
    }),
  };
}

function deviceOf(one: Entered): Args {
  if (one.device === NONE) return { asset_id: null };
  if (one.device !== OTHER) return { asset_id: one.device };
  const { product: product_id } = one;
  return { asset_id: one.ids.asset, asset: { product_id, serial: one.serial.trim() } };
}

/** The first line says what it is, the others say more; a first line too long for a title stands whole among them. */
function inTwo(words: string): [summary: string, description: string | null] {
  const [first = "", ...rest] = words.trim().split("\n");
  const letters = [...first.trim()];
  const isWhole = letters.length <= SUMMARY;
  const more = isWhole ? rest.join("\n").trim() : words.trim();
  return [letters.slice(0, SUMMARY).join(""), more || null];
}

/** A customer whom this phone knows by that very name. */
function customerNamed(lists: Lists, name: string): Shown | null {
  const wanted = name.toLowerCase();
  const isHis = (row: Shown) =>
    [textOf(row, "name"), textOf(row, "short_name")].some((one) => one?.toLowerCase() === wanted);
  return lists("customer").find(isHis) ?? null;
}

/** The units at a place, by what is written on them. */
export const unitsAt = (lists: Lists, site: string | null): Shown[] =>
  lists("asset")
    .filter((row) => site !== null && row.site_id === site)
    .sort((a, b) => (unitName(a) < unitName(b) ? -1 : 1));
export const unitName = (unit: Shown): string =>
  [textOf(unit, "label"), textOf(unit, "serial")].filter(Boolean).join(" · ");

/** The unit with this plate, wherever it stands. */
export function unitWith(lists: Lists, serial: string): Shown | null {
  const wanted = serial.trim().toUpperCase();
  if (!wanted) return null;
  return lists("asset").find((row) => String(row.serial).toUpperCase() === wanted) ?? null;
}

export interface GoingOn {
  /** His own. */
  orders: Shown[];
  /** How many are with colleagues or the office: what they are is not his to see. */
  others: number;
}
const CLOSED = ["done", "cancelled"];

/** Orders about a unit that are not closed. What he took on himself a moment ago the server has not counted: it has no number yet. */
export function goingOn(lists: Lists, unit: string, history: Shown | null): GoingOn {
  const orders = lists("work_order").filter(
    (row) => row.asset_id === unit && !CLOSED.includes(String(row.category)),
  );
  const counted = orders.filter((row) => textOf(row, "number")).length;
  const all = typeof history?.open_count === "number" ? history.open_count : 0;
  return { orders, others: Math.max(0, all - counted) };
}

/** The contact whom his newest job at a place names. */
export function contactAt(lists: Lists, site: string): string | null {
  const there = lists("work_order").filter(
    (row) => row.site_id === site && lookUp(lists, "contact", row.contact_id),
  );
  const at = (row: Shown) => textOf(row, "reported_at") ?? "";
  const [newest] = there.sort((a, b) => (at(a) < at(b) ? 1 : -1));
  return textOf(newest, "contact_id");
}
