// What goes wrong on the way and on the phone: replies lost, cut, repeated; the process killed before any transaction; the server
// restored; numbers spoilt; a queue that must drain by itself. After each: nothing lost, nothing twice, in order, both sides equal.

import { generateKeyPairSync } from "node:crypto";
import { beforeEach, describe, expect, it } from "vitest";
import { FakeServer } from "./fake_server";
import { act, dispatched, edit, Phone, seeded, type Way } from "./phone";
import { copyDatabase } from "../harness/device";
import type { HttpResponse } from "../src/sync/http";

const { publicKey } = generateKeyPairSync("rsa", { modulusLength: 2048 });
let server: FakeServer;
beforeEach(() => {
  server = new FakeServer();
  server.intakeJwk = publicKey.export({ format: "jwk" }) as JsonWebKey;
  server.put("work_order", "wo-1", { number: "R-1" });
  server.put("visit", "v-1", dispatched);
});

async function expectSame(phone: Phone, saved: string[]): Promise<void> {
  expect(phone.client.sync.pending).toBe(0);
  expect(server.applied.filter((id) => saved.includes(id))).toEqual(saved);
  expect(new Set(server.applied).size).toBe(server.applied.length);
  for (const record of server.records.values()) {
    const { id, is_pending, ...shown } = (await phone.client.get(record.entity, record.id)) ?? {
      id: "",
    };
    expect(id).toBe(record.id);
    expect(is_pending).toBeUndefined();
    expect({ id, ...shown }).toEqual({ id, ...record.fields });
  }
}

function badWay(random: () => number): Way {
  return (_request, send) => {
    const luck = random();
    if (luck < 0.15) return Promise.reject(new Error("no signal"));
    const reply = send();
    if (luck < 0.35) return Promise.reject(new Error("reply lost"));
    if (luck < 0.5)
      return Promise.resolve({
        ...reply,
        body: reply.body.slice(0, Math.floor(reply.body.length * random())),
      });
    return Promise.resolve(luck < 0.6 ? send() : reply);
  };
}

describe("a bad way to the server (T3)", () => {
  it.each([1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12])("seed %i", async (seed) => {
    const random = seeded(seed * 7919);
    const phone = new Phone(server, seed);
    phone.way = badWay(random);
    await phone.open();
    await phone.pass(5);
    const saved: string[] = [];
    for (let n = 0; n < 20; n++) {
      saved.push((await phone.client.mutate(edit("v-1", { findings: `finding ${n}` }))).id);
      if (random() < 0.5) await phone.pass(random() * 20);
      if (random() < 0.3) server.put("visit", "v-1", { window: `${n}` });
    }
    await phone.pass(3600);
    phone.way = (_request, send) => Promise.resolve(send());
    phone.client.tell("visible");
    await phone.pass(3600);
    await expectSame(phone, saved);
    expect(phone.faults).toEqual([]);
  });
});

describe("killed before its n-th transaction (T4, the phone’s half)", () => {
  const scenario = async (phone: Phone, saved: string[]) => {
    await phone.open();
    await phone.pass(1);
    for (const command of ["visit.accept", "visit.travel", "visit.arrive"])
      saved.push((await phone.client.mutate(act(command, "v-1"))).id);
    await phone.pass(1);
    server.put("visit", "v-1", { window: "later" });
    saved.push((await phone.client.mutate(edit("v-1", { findings: "worn" }))).id);
    phone.client.tell("poke");
    await phone.pass(1);
  };
  it("keeps what it said it had saved, at every n", async () => {
    const counting = new Phone(server);
    await scenario(counting, []);
    const total = counting.transactions;
    counting.client.close();
    expect(total).toBeGreaterThan(40);
    for (let n = 1; n <= total; n++) {
      server = new FakeServer();
      server.intakeJwk = publicKey.export({ format: "jwk" }) as JsonWebKey;
      server.pageRows = 1;
      server.put("work_order", "wo-1", { number: "R-1" });
      server.put("visit", "v-1", dispatched);
      const phone = new Phone(server, n);
      phone.diesAt = n;
      const saved: string[] = [];
      await scenario(phone, saved).catch((error: unknown) => {
        expect(String(error)).toContain("killed");
      });
      if (phone.client) await phone.kill();
      phone.diesAt = Infinity;
      await phone.open();
      await phone.pass(30);
      await expectSame(phone, saved);
      phone.client.close();
    }
  }, 60_000);
});

describe("answers that ask for more than patience", () => {
  let phone: Phone;
  beforeEach(async () => {
    phone = new Phone(server);
    await phone.open();
    await phone.pass(1);
  });
  const once = (path: string, status: number, code: string, more = {}) => {
    let turns = 1;
    server.refuse = (asked) => (asked === path && turns-- > 0 ? { status, code, more } : null);
  };

  it("401 pauses, consumes nothing, and the work goes on; after the log-in it is sent", async () => {
    server.refuse = () => ({ status: 401, code: "login_needed" });
    const saved: string[] = [];
    for (let n = 0; n < 3; n++)
      saved.push((await phone.client.mutate(edit("v-1", { findings: `${n}` }))).id);
    await phone.pass(600);
    expect(phone.client.sync).toMatchObject({ phase: "login", pending: 3 });
    expect(server.requests.filter((one) => one.status === 401).length).toBeLessThan(4);
    expect(phone.client.outbox()[0]).toMatchObject({ state: "stopped", code: "login" });
    server.refuse = () => null;
    phone.client.tell("login");
    await phone.pass(1);
    await expectSame(phone, saved);
  });

  it("410 fetches that channel again and leaves the outbox alone", async () => {
    once("/sync/v1/pull", 410, "cookie_too_old", { channel: "user:ben" });
    server.put("visit", "v-1", { window: "noon" });
    phone.client.tell("poke");
    await phone.pass(1);
    expect(await phone.client.get("visit", "v-1")).toMatchObject({ window: "noon" });
  });

  it("426 stops pulling and still sends", async () => {
    server.refuse = (path) =>
      path === "/sync/v1/pull" || path === "/sync/v1/hello"
        ? { status: 426, code: "protocol_unsupported" }
        : null;
    phone.client.tell("poke");
    await phone.pass(1);
    await phone.client.mutate(act("visit.accept", "v-1"));
    await phone.pass(60);
    expect(phone.client.sync).toMatchObject({ phase: "upgrade", pending: 0 });
    expect(server.fields("visit", "v-1").status).toBe("accepted");
  });

  it("a server restored to yesterday gets today’s acts again (T13)", async () => {
    const yesterday = structuredClone({
      records: server.records,
      devices: server.devices,
      seq: server.seq,
    });
    const saved = [(await phone.client.mutate(act("visit.accept", "v-1"))).id];
    await phone.pass(1);
    expect(phone.client.sync.pending).toBe(0);
    Object.assign(server, structuredClone(yesterday), { epoch: "epoch-2", applied: [] });
    saved.push((await phone.client.mutate(act("visit.travel", "v-1"))).id);
    await phone.pass(30);
    await expectSame(phone, saved);
    expect(server.fields("visit", "v-1").status).toBe("travelling");
  });

  it("a restored server gets them even when nothing new is done on the phone", async () => {
    const yesterday = structuredClone({
      records: server.records,
      devices: server.devices,
      seq: server.seq,
    });
    const saved = [
      (await phone.client.mutate(act("visit.accept", "v-1"))).id,
      (await phone.client.mutate(act("visit.travel", "v-1"))).id,
    ];
    await phone.pass(1);
    Object.assign(server, structuredClone(yesterday), { epoch: "epoch-2", applied: [] });
    phone.client.tell("poke");
    await phone.pass(5);
    await expectSame(phone, saved);
  });

  it("a phone restored from an old copy starts a new device and doubles nothing", async () => {
    const first = (await phone.client.mutate(edit("v-1", { findings: "one" }))).id;
    await phone.pass(1);
    const [device] = [...server.devices.keys()];
    // As if its database had been put back: the server knows mid 2, this phone is about to give it out again.
    const log = server.devices.get(device ?? "");
    log?.set(2, {
      sha: "other",
      id: "x",
      line: "",
      result: {
        mid: 2,
        id: "x",
        state: "applied",
        code: "applied",
        applied_seq: 1,
        sentence: null,
      },
    });
    const second = (await phone.client.mutate(edit("v-1", { findings: "two" }))).id;
    const third = (await phone.client.mutate(edit("v-1", { findings: "three" }))).id;
    await phone.pass(10);
    await expectSame(phone, [first, second, third]);
    expect(server.devices.size).toBe(2);
  });

  it.each([
    ["before the first contact", true],
    ["after it", false],
  ])(
    "a phone put back to a copy sends again what had arrived, and only the new under a new device (act %s)",
    async (_when, isBefore) => {
      phone.client.tell("offline");
      const saved = [
        (await phone.client.mutate(edit("v-1", { findings: "one" }))).id,
        (await phone.client.mutate(edit("v-1", { findings: "two" }))).id,
      ];
      await copyDatabase(phone.name, `${phone.name}-copy`);
      phone.client.tell("online");
      await phone.pass(1);
      saved.push((await phone.client.mutate(edit("v-1", { findings: "three" }))).id);
      await phone.pass(1);
      await phone.kill();
      const restored = new Phone(server, 99, `${phone.name}-copy`);
      restored.online = !isBefore;
      await restored.open();
      if (!isBefore) await restored.pass(1);
      saved.push((await restored.client.mutate(edit("v-1", { findings: "four" }))).id);
      restored.client.tell("online");
      await restored.pass(60);
      await expectSame(restored, saved);
      expect(restored.faults).toEqual([]);
    },
  );

  it("a first hello that knows more than the phone starts a new device (PROTOCOL 3.4)", async () => {
    const [device] = [...server.devices.keys()];
    server.devices.get(device ?? "")?.set(9, {
      sha: "s",
      id: "x",
      line: "",
      result: {
        mid: 9,
        id: "x",
        state: "applied",
        code: "applied",
        applied_seq: 1,
        sentence: null,
      },
    });
    phone.client.tell("login");
    await phone.pass(1);
    const { id, mid } = await phone.client.mutate(edit("v-1", { findings: "one" }));
    await phone.pass(1);
    expect(mid).toBe(1);
    await expectSame(phone, [id]);
  });

  it("a line damaged on the way is sent again; a body too large is cut smaller", async () => {
    phone.client.tell("offline");
    const saved: string[] = [];
    for (let n = 0; n < 30; n++)
      saved.push((await phone.client.mutate(edit("v-1", { findings: `${n}` }))).id);
    once("/sync/v1/push", 400, "line_corrupt");
    phone.client.tell("online");
    await phone.pass(5);
    await expectSame(phone, saved);
    phone.client.tell("offline");
    for (let n = 0; n < 30; n++)
      saved.push((await phone.client.mutate(edit("v-1", { findings: `${n}` }))).id);
    server.refuse = (path, { body }) =>
      path === "/sync/v1/push" && (body ?? "").split("\n").length > 12
        ? { status: 413, code: "body_too_large" }
        : null;
    phone.client.tell("online");
    await phone.pass(5);
    await expectSame(phone, saved);
  });

  it("a proxy that answers in its own words repairs and wipes nothing", async () => {
    const saved = [(await phone.client.mutate(edit("v-1", { findings: "x" }))).id];
    const statuses = [400, 403, 404, 409, 410, 412, 500, 502, 507];
    let turn = 0;
    phone.way = (_request, send) =>
      Promise.resolve(
        turn < statuses.length
          ? {
              status: statuses[turn++] ?? 500,
              headers: {},
              body: new TextEncoder().encode("<html>"),
            }
          : send(),
      );
    await phone.pass(3600);
    await expectSame(phone, saved);
    expect(server.devices.size).toBe(1);
  });

  it("an act that was stored but waits is asked about again until it is answered", async () => {
    const real = server.handle.bind(server);
    let isHeld = true;
    server.handle = (request): HttpResponse => {
      const reply = real(request);
      if (request.path !== "/sync/v1/push" || !isHeld) return reply;
      const body = JSON.parse(new TextDecoder().decode(reply.body)) as {
        results: { state: string; applied_seq: number | null }[];
      };
      for (const one of body.results) Object.assign(one, { state: "received", applied_seq: null });
      return { ...reply, body: new TextEncoder().encode(JSON.stringify(body)) };
    };
    await phone.client.mutate(act("visit.accept", "v-1"));
    await phone.pass(5);
    expect(phone.client.list("visit")[0]).toMatchObject({ status: "accepted", is_pending: true });
    isHeld = false;
    phone.client.tell("tick");
    await phone.pass(5);
    expect(phone.client.list("visit")[0]).not.toHaveProperty("is_pending");
  });

  it("a full or hung store is named, and the screen does not say saved", async () => {
    const { openDatabase } = await import("../src/store/database");
    const db = openDatabase({ name: phone.name, watchdogMs: 30 });
    await expect(
      db.writeStrict(["meta"], () => new Promise(() => undefined)),
    ).rejects.toMatchObject({ kind: "hung" });
    await expect(
      db.writeStrict(["meta"], () =>
        Promise.reject(new DOMException("full", "QuotaExceededError")),
      ),
    ).rejects.toMatchObject({ kind: "full" });
    let turns = 0;
    const value = await db.write(["meta"], () =>
      ++turns === 1
        ? Promise.reject(new DOMException("closed", "InvalidStateError"))
        : Promise.resolve("again"),
    );
    expect(value).toBe("again");
    db.close();
  });
});
