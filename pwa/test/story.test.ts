// Ben's day, told against the fake server: work without signal, then the signal comes back.

import { generateKeyPairSync } from "node:crypto";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { FakeServer } from "./fake_server";
import { act, dispatched, edit, Phone } from "./phone";

let server: FakeServer;
let phone: Phone;
beforeEach(() => {
  server = new FakeServer();
  server.intakeJwk = generateKeyPairSync("rsa", { modulusLength: 2048 }).publicKey.export({
    format: "jwk",
  }) as JsonWebKey;
  server.put("work_order", "wo-1", { number: "R-1", summary: "Boiler", site_id: "s-1" });
  server.put("site", "s-1", { name: "Basement", phone: "1" });
  server.put("visit", "v-1", dispatched);
  phone = new Phone(server);
});
afterEach(() => {
  expect(phone.faults).toEqual([]);
});
const status = async () => (await phone.client.get("visit", "v-1"))?.status;

describe("Ben in the basement", () => {
  it("does a whole job without signal, and it arrives once and in order", async () => {
    await phone.open();
    await phone.pass(1);
    expect(phone.client.list("visit").map((row) => row.status)).toEqual(["dispatched"]);
    phone.client.tell("offline");
    for (const command of ["visit.accept", "visit.travel", "visit.arrive"])
      await phone.client.mutate(act(command, "v-1"));
    await phone.client.mutate(edit("v-1", { findings: "Fan bearing worn" }));
    await phone.client.mutate(act("visit.complete", "v-1", { outcome: "done" }));
    expect(await status()).toBe("done");
    expect(phone.client.outbox().map((item) => item.state)).toEqual(Array(5).fill("on_phone"));
    expect(await Promise.all([1, 5, 6].map((mid) => phone.client.isStored(mid)))).toEqual([
      true,
      true,
      false,
    ]);
    expect(server.fields("visit", "v-1").status).toBe("dispatched");

    phone.client.tell("online");
    await phone.pass(1);
    expect(server.fields("visit", "v-1")).toMatchObject({
      status: "done",
      findings: "Fan bearing worn",
      outcome: "done",
    });
    expect(phone.client.sync).toMatchObject({ pending: 0, phase: "idle" });
    expect(phone.client.outbox().map((item) => item.state)).toEqual(Array(5).fill("delivered"));
    expect((await phone.client.get("visit", "v-1"))?.is_pending).toBeUndefined();
  });

  it("opens again after the battery died, with everything that was saved", async () => {
    await phone.open();
    await phone.pass(1);
    phone.client.tell("offline");
    await phone.client.mutate(act("visit.accept", "v-1"));
    await phone.client.drafts.put("job/v-1/findings", "Fan be");
    await phone.kill();
    phone.online = false;
    await phone.open();
    expect(await status()).toBe("accepted");
    expect((await phone.client.drafts.get("job/v-1/findings"))?.value).toBe("Fan be");
  });

  it("never sees a value jump back while his act is on its way", async () => {
    await phone.open();
    await phone.pass(1);
    const seen: unknown[] = [];
    phone.client.watchList("visit").subscribe((rows) => {
      if (rows[0]) seen.push(rows[0].status);
    });
    await phone.client.mutate(act("visit.accept", "v-1"));
    await phone.pass(5);
    expect(seen[0]).toBe("dispatched");
    expect(new Set(seen.slice(1))).toEqual(new Set(["accepted"]));
  });

  it("keeps both when Asha moved the window in the middle of his chain (T7)", async () => {
    const chain = ["visit.accept", "visit.travel", "visit.arrive", "edit", "visit.complete"];
    for (let at = 0; at <= chain.length; at++) {
      const one = new Phone(server, at + 1);
      server.put("visit", "v-1", { ...dispatched, window: "morning" });
      await one.open();
      await one.pass(1);
      for (const [n, command] of chain.entries()) {
        if (n === at) server.put("visit", "v-1", { window: `moved ${at}` });
        await one.client.mutate(
          command === "edit"
            ? edit("v-1", { findings: "worn" })
            : act(command, "v-1", { outcome: "done" }),
        );
        await one.pass(1);
      }
      if (at === chain.length) server.put("visit", "v-1", { window: `moved ${at}` });
      one.client.tell("poke");
      await one.pass(1);
      expect(await one.client.get("visit", "v-1")).toMatchObject({
        status: "done",
        findings: "worn",
        window: `moved ${at}`,
      });
      expect(server.fields("visit", "v-1")).toMatchObject({
        status: "done",
        window: `moved ${at}`,
      });
      one.client.close();
    }
  });

  it("is told when his act was parked, and his screen shows the server’s state", async () => {
    await phone.open();
    await phone.pass(1);
    phone.client.tell("offline");
    await phone.client.mutate(act("visit.accept", "v-1"));
    server.put("visit", "v-1", { status: "cancelled" });
    phone.client.tell("online");
    await phone.pass(1);
    expect(phone.notices).toContain("answered");
    expect(await status()).toBe("cancelled");
    expect(phone.client.outbox()).toMatchObject([
      { state: "parked", code: "superseded", sentence: "Not possible: already_cancelled" },
    ]);
  });

  it("still has the job that was given to another while something unsent names it", async () => {
    await phone.open();
    await phone.pass(1);
    server.refuse = (path) =>
      path === "/sync/v1/push"
        ? { status: 503, code: "unavailable", headers: { "retry-after": "30" } }
        : null;
    await phone.client.mutate(edit("v-1", { findings: "worn" }));
    server.remove("visit", "v-1");
    phone.client.tell("poke");
    await phone.pass(1);
    expect(await phone.client.get("visit", "v-1")).toMatchObject({
      findings: "worn",
      is_detached: true,
    });
    expect(phone.client.outbox()).toMatchObject([{ state: "retrying", seconds: 29 }]);
    server.refuse = () => null;
    await phone.pass(60);
    expect(server.applied).toHaveLength(1);
  });

  const contact = (set: Record<string, string>) => ({
    ...edit("p-1", set),
    name: "contact.edit",
    entity: "contact",
  });
  const saidOfContact = () =>
    phone.client
      .outbox()
      .filter((item) => item.entity === "contact")
      .map(({ args, code }) => ({ args, code }));

  it("learns from a snapshot too that a person was erased, and keeps nothing of him", async () => {
    server.put("contact", "p-1", { name: "Cora", phone: "133" });
    await phone.open();
    await phone.pass(1);
    await phone.client.mutate(contact({ phone: "134" }));
    await phone.pass(1);
    expect(saidOfContact()).toEqual([{ args: { set: { phone: "134" } }, code: "applied" }]);
    server.refuse = (path) =>
      path === "/sync/v1/push" ? { status: 503, code: "unavailable" } : null;
    await phone.client.mutate(contact({ phone: "135" }));
    server.remove("contact", "p-1");
    phone.client.tell("poke");
    await phone.pass(1);
    expect(await phone.client.get("contact", "p-1")).toMatchObject({ name: "Cora", phone: "135" });
    server.erase("contact", "p-1");
    server.views = { "user:ben": "engineer@2" };
    phone.client.tell("poke");
    await phone.pass(1);
    expect(await phone.client.get("contact", "p-1")).toBeNull();
    expect(phone.client.list("contact")).toEqual([]);
    expect(saidOfContact()[0]).toEqual({ args: {}, code: "erased" });

    server.refuse = () => null;
    await phone.pass(60);
    expect(saidOfContact()).toEqual(Array(2).fill({ args: {}, code: "erased" }));
    expect(phone.notices).toContain("answered");
    await phone.client.mutate(edit("v-1", { findings: "worn" }));
    await phone.pass(1);
    server.epoch = "epoch-2";
    server.devices.clear();
    phone.client.tell("poke");
    await phone.pass(120);
    expect(server.fields("visit", "v-1").findings).toBe("worn");
    const lines = [...server.devices.values()].flatMap((log) => [...log.values()]);
    expect(lines.map(({ line }) => line).join("")).not.toMatch(/"13[45]"/);
    expect(phone.client.sync).toMatchObject({ pending: 0, phase: "idle" });
  });

  it("reads a long first pull page by page and shows it in one step", async () => {
    for (let n = 0; n < 50; n++)
      server.put("visit", `v-1${n}`, { ...dispatched, work_order_id: `wo-${n}` });
    server.pageRows = 7;
    const counts = new Set<number>();
    await phone.open();
    phone.client.watchList("visit").subscribe((rows) => counts.add(rows.length));
    await phone.pass(1);
    expect([...counts]).toEqual([0, 51]);
  });

  it("goes on with a first pull where a kill stopped it", async () => {
    for (let n = 0; n < 50; n++)
      server.put("visit", `v-1${n}`, { ...dispatched, work_order_id: `wo-${n}` });
    server.pageRows = 7;
    let pulls = 0;
    phone.way = (request, send) =>
      request.path === "/sync/v1/pull" && ++pulls > 4
        ? Promise.reject(new Error("no signal"))
        : Promise.resolve(send());
    await phone.open();
    await phone.pass(0);
    await phone.kill();
    phone.way = (_request, send) => Promise.resolve(send());
    server.requests = [];
    await phone.open();
    await phone.pass(1);
    expect(phone.client.list("visit")).toHaveLength(51);
    expect(server.requests.filter((one) => one.path === "/sync/v1/pull").length).toBeLessThan(6);
  });

  it("drops what a whole new snapshot does not hold, and what another view showed", async () => {
    await phone.open();
    await phone.pass(1);
    server.records.delete("site/s-1");
    server.put("visit", "v-1", { secret: 1 });
    server.views = { "user:ben": "engineer@2" };
    phone.client.tell("poke");
    await phone.pass(1);
    expect(phone.client.list("site")).toEqual([]);
    expect(await phone.client.get("site", "s-1")).toBeNull();
    server.views = { "team:3": "engineer@2" };
    phone.client.tell("poke");
    await phone.pass(1);
    expect(phone.client.list("visit")).toHaveLength(1);
  });

  it("knows whether today’s jobs are all here", async () => {
    server.put("visit", "v-1", { planned_start_at: "2026-03-02T09:00:00Z" });
    server.put("work_order", "wo-1", { asset_id: "a-1" });
    await phone.open();
    await phone.pass(1);
    expect(phone.client.sync.readiness).toEqual({
      isReady: false,
      jobs: 1,
      missing: [{ entity: "asset", id: "a-1" }],
    });
    server.put("asset", "a-1", { serial: "X" });
    phone.client.tell("poke");
    await phone.pass(1);
    expect(phone.client.sync.readiness).toEqual({ isReady: true, jobs: 1, missing: [] });
  });

  it("writes beside each act what both clocks said at the last contact before it", async () => {
    phone.now = Date.UTC(2029, 2, 2, 8);
    phone.online = false;
    await phone.open();
    await phone.client.mutate(edit("v-1", { findings: "before" }));
    phone.client.tell("online");
    await phone.pass(1);
    phone.now += 60_000;
    await phone.client.mutate(edit("v-1", { findings: "after" }));
    await phone.pass(1);
    const [log] = server.devices.values();
    const clocks = [...(log?.values() ?? [])].map(
      (one) => (JSON.parse(one.line) as { clock: unknown }).clock,
    );
    expect(clocks).toMatchObject([
      { anchor: null, tz: "Asia/Shanghai" },
      {
        wall_at: "2029-03-02T08:01:01.000Z",
        anchor: { server_at: "2026-03-02T08:00:00.000Z", wall_at: "2029-03-02T08:00:00.000Z" },
      },
    ]);
  });

  it("sends 250 acts in three requests, and pulls while they go", async () => {
    await phone.open();
    await phone.pass(1);
    phone.client.tell("offline");
    for (let n = 0; n < 250; n++) await phone.client.mutate(edit("v-1", { findings: `worn ${n}` }));
    phone.client.tell("online");
    await phone.pass(1);
    expect(server.fields("visit", "v-1").findings).toBe("worn 249");
    expect(server.requests.filter((one) => one.path === "/sync/v1/push")).toHaveLength(3);
    expect(new Set(server.applied).size).toBe(250);
  });

  it("keeps a photo in pieces and gives back exactly its bytes", async () => {
    await phone.open();
    const photo = crypto.getRandomValues(new Uint8Array(60_000));
    const large = new Uint8Array(600_001);
    for (let at = 0; at + photo.length <= large.length; at += photo.length) large.set(photo, at);
    const sha = await phone.client.photos.put(large);
    const back = (await phone.client.photos.get(sha)) ?? new Uint8Array();
    expect(Buffer.compare(back, large)).toBe(0);
    expect(await phone.client.photos.get("0".repeat(64))).toBeNull();
  });
});
