import { describe, expect, it } from "vitest";
import type { Shown } from "../../sync/model";
import type { Lists } from "../jobs";
import { enteredFrom } from "./again";
import {
  argsOf,
  blank,
  contactAt,
  enteredOf,
  goingOn,
  isUntouched,
  missingOf,
  NONE,
  OTHER,
  saidIn,
  unitsAt,
  unitWith,
  type Entered,
} from "./entered";

let made = 0;
const fresh = (changes: Partial<Entered> = {}): Entered => ({
  ...blank(() => `id-${++made}`),
  ...changes,
});
const rows: Record<string, Shown[]> = {
  site: [{ id: "s1", customer_id: "c1", name: "Plant" }],
  customer: [{ id: "c1", name: "Northway Precision", short_name: "Northway" }],
  contact: [{ id: "p1", name: "Cora" }],
  asset: [
    { id: "a2", site_id: "s1", serial: "CH2", label: "2#" },
    { id: "a1", site_id: "s1", serial: "CH1", label: "1#" },
    { id: "b1", site_id: "s2", serial: "SA1" },
  ],
  work_order: [
    {
      id: "o1",
      site_id: "s1",
      asset_id: "a1",
      category: "in_progress",
      summary: "Trips",
      number: "W1",
      contact_id: "gone",
      reported_at: "2",
    },
    {
      id: "o2",
      site_id: "s1",
      asset_id: "a1",
      category: "done",
      summary: "Old",
      contact_id: "p1",
      reported_at: "1",
    },
  ],
};
const lists: Lists = (entity) => rows[entity] ?? [];
const whole = { site: "s1", workType: "w1", words: "Oil leak" };

describe("what is missing", () => {
  it("is asked for from top to bottom", () => {
    expect(missingOf(fresh())).toEqual(["site", "workType", "words"]);
    expect(missingOf(fresh({ isElsewhere: true, device: OTHER }))).toEqual([
      "customerName",
      "address",
      "serial",
      "product",
      "workType",
      "words",
    ]);
    expect(missingOf(fresh(whole))).toEqual([]);
  });
  it("blanks are nothing", () => {
    expect(missingOf(fresh({ ...whole, words: " \n " }))).toEqual(["words"]);
    expect(isUntouched(fresh({ site: "s1", words: "  " }))).toBe(true);
    expect(isUntouched(fresh({ serial: "C" }))).toBe(false);
  });
});

describe("the act", () => {
  it("names a known place and unit, and makes nothing but the job", () => {
    const one = fresh({ ...whole, device: "a1", contact: "p1" });
    expect(argsOf(one, lists, "ben")).toEqual({
      visit_id: one.ids.visit,
      engineer_id: "ben",
      work_type_id: "w1",
      summary: "Oil leak",
      description: null,
      site_id: "s1",
      customer_id: "c1",
      contact_id: "p1",
      asset_id: "a1",
    });
  });
  it("makes customer, place, caller and device of what was typed", () => {
    const typed = {
      isElsewhere: true,
      customerName: " Delta ",
      address: "9 Long Road",
      callerPhone: "139",
    };
    const one = fresh({ ...whole, ...typed, device: OTHER, serial: " CH9 ", product: "m1" });
    expect(argsOf(one, lists, "ben")).toMatchObject({
      customer_id: one.ids.customer,
      customer: { name: "Delta" },
      site_id: one.ids.site,
      site: { name: "9 Long Road", address: "9 Long Road" },
      contact_id: one.ids.contact,
      contact: { name: "139", phone: "139" },
      asset_id: one.ids.asset,
      asset: { product_id: "m1", serial: "CH9" },
    });
  });
  it("knows a customer by his name, and makes no second one", () => {
    const one = fresh({ ...whole, isElsewhere: true, customerName: "northway", address: "x" });
    const args = argsOf(one, lists, "ben");
    expect(args.customer_id).toBe("c1");
    expect(args.customer).toBeUndefined();
    expect(args.contact).toBeUndefined();
  });
  it("takes the first line as the title and keeps every word", () => {
    const words = `${"长".repeat(130)}\nmore`;
    const { summary, description } = argsOf(fresh({ ...whole, words }), lists, "ben");
    expect([...String(summary)]).toHaveLength(120);
    expect(description).toBe(words);
    const two = argsOf(fresh({ ...whole, words: " Oil leak \n\nunder it\n" }), lists, "ben");
    expect([two.summary, two.description]).toEqual(["Oil leak", "under it"]);
  });
  it("is the same job however often it is made", () => {
    const one = fresh(whole);
    expect(argsOf(one, lists, "ben")).toEqual(argsOf(one, lists, "ben"));
  });
});

describe("what the phone knows", () => {
  it("the units of a place by their labels, and any unit by its plate", () => {
    expect(unitsAt(lists, "s1").map((one) => one.id)).toEqual(["a1", "a2"]);
    expect(unitsAt(lists, null)).toEqual([]);
    expect(unitWith(lists, " sa1 ")?.id).toBe("b1");
    expect(unitWith(lists, "")).toBeNull();
  });
  it("what goes on about a unit: his own, and how many of others", () => {
    const history = (open_count: number) => ({ id: "a1", open_count }) as Shown;
    const of = (unit: string, told: Shown | null) => {
      const { orders, others } = goingOn(lists, unit, told);
      return [orders.map((row) => row.id), others];
    };
    expect(of("a1", history(3))).toEqual([["o1"], 2]);
    expect(of("a1", history(0))).toEqual([["o1"], 0]);
    expect(of("a1", null)).toEqual([["o1"], 0]);
    expect(of("a2", history(1))).toEqual([[], 1]);
    const fresh_: Lists = () => [{ id: "new", asset_id: "a1", category: "scheduled" }];
    expect(goingOn(fresh_, "a1", history(1))).toMatchObject({ others: 1 });
  });
  it("the contact of the newest job whose contact is still known", () => {
    expect(contactAt(lists, "s1")).toBe("p1");
    expect(contactAt(lists, "s2")).toBeNull();
  });
});

describe("entered again", () => {
  const again = (one: Entered) =>
    enteredFrom(one.ids.order, argsOf(one, lists, "ben"), lists, () => "new");
  it("says the same under the same ids, and makes nothing of what it only named", () => {
    const one = fresh({ ...whole, device: "a1", contact: "p1", words: "Oil leak\nunder it" });
    const { order, visit } = one.ids;
    const ids = { ...blank(() => "new").ids, order, visit };
    const workType = null; // this phone knows none
    expect(again(one)).toEqual({ ...one, ids, workType });
  });
  it("keeps what was typed for a place that nobody knows", () => {
    const typed = { isElsewhere: true, customerName: "Delta", address: "Hall 3", callerName: "Wu" };
    const one = fresh({
      ...whole,
      ...typed,
      site: null,
      device: OTHER,
      serial: "CH9",
      product: "m",
    });
    const { ids } = one;
    expect(again(one)).toMatchObject({ ...typed, ids, device: OTHER, serial: "CH9", product: "m" });
  });
  it("asks anew for what has left this phone", () => {
    const args = { ...argsOf(fresh(whole), lists, "ben"), site_id: "gone", asset_id: "gone" };
    const one = enteredFrom("o", args, lists, () => "new");
    expect([one.site, one.device, one.isElsewhere]).toEqual([null, NONE, false]);
  });
});

describe("a draft", () => {
  it("comes back whole, also one that an older version kept", () => {
    const one = fresh({ ...whole, device: NONE });
    expect(enteredOf(JSON.parse(JSON.stringify(one)))).toEqual(one);
    expect(enteredOf({ ids: one.ids, words: "half" })?.device).toBe(NONE);
    expect(enteredOf({ text: "other" })).toBeNull();
    const typed = { isElsewhere: true, customerName: " Delta ", serial: "CH9" };
    expect(saidIn(fresh({ ...whole, ...typed }))).toBe("Delta\nCH9\nOil leak");
  });
});
