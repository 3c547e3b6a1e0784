// Ben takes on a job that nobody planned, without signal: one act, several records, and everything after it waits for it.

import { generateKeyPairSync } from "node:crypto";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import type { Mutation } from "../src/sync/line";
import { FakeServer } from "./fake_server";
import { act, dispatched, edit, Phone } from "./phone";

let server: FakeServer;
let phone: Phone;
beforeEach(async () => {
  server = new FakeServer();
  server.intakeJwk = generateKeyPairSync("rsa", { modulusLength: 2048 }).publicKey.export({
    format: "jwk",
  }) as JsonWebKey;
  server.put("work_order", "wo-1", { number: "R-1", summary: "Boiler", site_id: "s-1" });
  server.put("site", "s-1", { name: "Basement", customer_id: "c-1" });
  server.put("work_type", "w-1", { priority: "P2", duration_minutes: 90 });
  server.put("visit", "v-1", dispatched);
  phone = new Phone(server);
  await phone.open();
  await phone.pass(1);
  phone.client.tell("offline");
});
afterEach(() => {
  expect(phone.faults).toEqual([]);
});

const job = (more: Record<string, unknown> = {}) => ({
  name: "work_order.take_on",
  entity: "work_order",
  entity_id: "wo-new",
  args: {
    visit_id: "v-new",
    engineer_id: "ben",
    work_type_id: "w-1",
    customer_id: "c-1",
    site_id: "s-1",
    summary: "Oil leak",
    ...more,
  } as Mutation["args"],
});
const elsewhere = {
  customer_id: "c-new",
  customer: { name: "Delta" },
  site_id: "s-new",
  site: { name: "Hall 3", address: "Hall 3" },
  asset_id: "a-new",
  asset: { product_id: "p-1", serial: "CH9" },
};
const sentOf = (mid: number) => sent().find((one) => one.mid === mid);
const sent = () =>
  [...server.devices.values()].flatMap((log) =>
    [...log.values()].map((one) => JSON.parse(one.line) as Mutation),
  );

describe("a job that nobody planned", () => {
  it("is there at once, accepted, with what was entered for it, and counts as here", async () => {
    await phone.client.mutate(job(elsewhere));
    expect(await phone.client.get("visit", "v-new")).toMatchObject({
      status: "accepted",
      engineer_id: "ben",
      work_order_id: "wo-new",
      planned_start: "2026-03-02T08:00:01.000Z",
      planned_end: "2026-03-02T09:30:01.000Z",
      is_pending: true,
    });
    expect(await phone.client.get("work_order", "wo-new")).toMatchObject({
      summary: "Oil leak",
      priority: "P2",
      channel: "engineer",
      asset_id: "a-new",
    });
    expect(await phone.client.get("site", "s-new")).toMatchObject({ customer_id: "c-new" });
    expect(await phone.client.get("asset", "a-new")).toMatchObject({
      serial: "CH9",
      site_id: "s-new",
    });
    expect(phone.client.sync.readiness.missing).not.toContainEqual({
      entity: "work_order",
      id: "wo-new",
    });
  });

  it("goes on like any other, and what follows names it until it has come back", async () => {
    const { mid } = await phone.client.mutate(job());
    await phone.client.mutate(act("visit.travel", "v-new"));
    await phone.client.mutate(edit("v-1", { findings: "another job" }));
    await phone.client.mutate(edit("v-new", { findings: "Seal" }));
    const comment = { work_order_id: "wo-new", id: "k", text: "x" };
    await phone.client.mutate({
      name: "comment.add",
      entity: "comment",
      entity_id: "k",
      args: comment,
    });
    expect((await phone.client.get("visit", "v-new"))?.status).toBe("travelling");
    phone.client.tell("online");
    await phone.pass(1);
    expect(sent().map((one) => one.after)).toEqual([undefined, [mid], undefined, [mid], [mid]]);
    expect((await phone.client.get("work_order", "wo-new"))?.number).toBe("WO-1");
    await phone.client.mutate(act("visit.arrive", "v-new"));
    await phone.pass(1);
    expect(sent().at(-1)?.after).toBeUndefined();
    expect(server.fields("visit", "v-new").status).toBe("on_site");
  });

  it("a second one at a place that the first has made waits for the first", async () => {
    const { mid } = await phone.client.mutate(job(elsewhere));
    const second = job({ customer_id: "c-new", site_id: "s-new", visit_id: "v-2" });
    await phone.client.mutate({ ...second, entity_id: "wo-2" });
    phone.client.tell("online");
    await phone.pass(1);
    expect(sent().map((one) => one.after)).toEqual([undefined, [mid]]);
  });

  it("a photo's tag waits for the photo, and the photo for the job", async () => {
    const { mid } = await phone.client.mutate(job());
    const photo = (name: string, args: Mutation["args"]) =>
      phone.client.mutate({ name, entity: "attachment", entity_id: "f-1", args });
    const added = await photo("attachment.add", { work_order_id: "wo-new", sha256: "s" });
    await photo("attachment.edit", { set: { tag: "before" } });
    await phone.client.mutate({
      name: "asset.add",
      entity: "asset",
      entity_id: "a-2",
      args: { site_id: "s-1" },
    });
    const about = await phone.client.mutate(edit("v-1", { asset_id: "a-2" }));
    const after = (of: number) => sentOf(of)?.after;
    phone.client.tell("online");
    await phone.pass(60);
    expect(after(added.mid)).toEqual([mid]);
    expect(after(added.mid + 1)).toEqual([added.mid]);
    expect(after(about.mid)).toEqual([about.mid - 1]);
  });

  it("survives the battery", async () => {
    await phone.client.mutate(job());
    await phone.client.mutate(act("visit.travel", "v-new"));
    await phone.kill();
    phone.online = false;
    await phone.open();
    expect(phone.client.list("visit").map((row) => row.status)).toEqual([
      "dispatched",
      "travelling",
    ]);
  });

  it("that the server could not take leaves the list, and words for it still name it", async () => {
    server.knowsNoPlace = true;
    const { mid } = await phone.client.mutate(job());
    phone.client.tell("online");
    await phone.pass(1);
    expect(phone.client.list("visit").map((row) => row.id)).toEqual(["v-1"]);
    expect(phone.client.outbox()[0]).toMatchObject({ state: "parked", code: "needs_fix" });
    await phone.client.mutate(edit("v-new", { findings: "typed before it left" }));
    await phone.pass(1);
    expect(sent().at(-1)?.after).toEqual([mid]);
    server.knowsNoPlace = false;
    await phone.client.mutate(job({ summary: "Oil leak, put right" }));
    await phone.pass(1);
    expect(sent().at(-1)?.after).toBeUndefined(); // it makes the job itself: waiting for the first would be for ever
    expect(await phone.client.get("work_order", "wo-new")).toMatchObject({ number: "WO-1" });
  });
});
