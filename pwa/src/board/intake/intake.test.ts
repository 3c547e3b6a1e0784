import { describe, expect, it } from "vitest";
import { blank, callFrom, lacking, NEW, stepsOf, type Entered } from "./intake";

let n = 0;
const entered = (changes: Partial<Entered> = {}): Entered => ({
  ...blank(() => `id-${++n}`),
  type: "repair",
  problem: " Oven cold ",
  ...changes,
});
const of = { zone: "Europe/Berlin", locale: "en" as const };
const made = {
  customer: "Acme Bakery",
  person: "Carl",
  phone: "0512 1",
  address: "1 Mill Lane",
  place: "",
  region: "",
  product: "p-1",
  serial: "B1",
};

describe("a caller nobody knew", () => {
  const whole = entered({ customer: NEW, made });

  it("becomes customer, contact, site, device and order, each under an id made before", () => {
    const { ids } = whole;
    expect(stepsOf(whole, of).map((step) => [step.name, step.id, step.args])).toEqual([
      ["customer.add", ids.customer, { name: "Acme Bakery", locale: "en" }],
      ["contact.add", ids.contact, { customer_id: ids.customer, name: "Carl", phone: "0512 1" }],
      [
        "site.add",
        ids.site,
        {
          customer_id: ids.customer,
          name: "1 Mill Lane",
          address: "1 Mill Lane",
          zone: "Europe/Berlin",
          region_id: null,
        },
      ],
      [
        "asset.add",
        ids.asset,
        { product_id: "p-1", customer_id: ids.customer, site_id: ids.site, serial: "B1" },
      ],
      [
        "work_order.create",
        ids.order,
        {
          customer_id: ids.customer,
          site_id: ids.site,
          contact_id: ids.contact,
          asset_id: ids.asset,
          work_type_id: "repair",
          summary: "Oven cold",
          description: null,
          priority: null,
          channel: "phone",
        },
      ],
    ]);
    expect(stepsOf(whole, of)).toEqual(stepsOf(whole, of));
  });

  it("may leave out who he is and what stands there", () => {
    const short = entered({
      customer: NEW,
      made: { ...made, person: "", phone: "", product: "", serial: "" },
    });
    expect(stepsOf(short, of).map((step) => step.name)).toEqual([
      "customer.add",
      "site.add",
      "work_order.create",
    ]);
    expect(stepsOf(short, of).at(-1)?.args).toMatchObject({ contact_id: null, asset_id: null });
  });

  it("who gives only a number is called as the customer is", () => {
    const step = stepsOf(entered({ customer: NEW, made: { ...made, person: " " } }), of)[1];
    expect(step?.args).toMatchObject({ name: "Acme Bakery", phone: "0512 1" });
  });

  it("is asked for what is missing, at its place", () => {
    const nothing = entered({ customer: NEW, type: "", problem: " " });
    expect(lacking(nothing)).toEqual([
      "customer.name",
      "site.address",
      "order.work_type_id",
      "order.summary",
    ]);
    const serial = { ...made, serial: " " };
    expect(lacking(entered({ customer: NEW, made: serial }))).toEqual(["asset.serial"]);
  });
});

describe("a customer who is known", () => {
  it("is only named", () => {
    const known = entered({ customer: "c-1", site: "s-1", contact: "k-1" });
    expect(stepsOf(known, of).map((step) => step.name)).toEqual(["work_order.create"]);
    expect(stepsOf(known, of)[0]?.args).toMatchObject({ customer_id: "c-1", site_id: "s-1" });
  });

  it("may have moved, with somebody new and a new device", () => {
    const moved = entered({ customer: "c-1", site: NEW, contact: NEW, asset: NEW, made });
    expect(stepsOf(moved, of).map((step) => [step.name, step.args.customer_id])).toEqual([
      ["contact.add", "c-1"],
      ["site.add", "c-1"],
      ["asset.add", "c-1"],
      ["work_order.create", "c-1"],
    ]);
    const empty = { ...moved, made: blank(() => "x").made };
    expect(lacking(empty)).toEqual([
      "contact.name",
      "site.address",
      "asset.product_id",
      "asset.serial",
    ]);
  });

  it("nobody chosen is nobody", () => {
    expect(lacking(entered())).toEqual(["order.customer_id"]);
  });
});

it("what was typed to find somebody is his number or his name", () => {
  expect(callFrom("+86 138-0621 4477")).toEqual({ phone: "+86 138-0621 4477" });
  expect(callFrom(" 3M ")).toEqual({ customer: "3M" });
  expect(callFrom("")).toEqual({});
});
