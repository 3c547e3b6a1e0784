// T11: the browser has cleared the phone's store. The phone sees it at its start and says what is lost; nothing comes twice, and who
// left on purpose is told nothing.

import { deleteDB } from "idb";
import { generateKeyPairSync } from "node:crypto";
import { beforeEach, describe, expect, it } from "vitest";
import type { CanaryPort } from "../src/sync/canary";
import { FakeServer } from "./fake_server";
import { dispatched, edit, Phone } from "./phone";

const { publicKey } = generateKeyPairSync("rsa", { modulusLength: 2048 });
let server: FakeServer;
let phone: Phone;
let beside: string | null;
const canary: CanaryPort = { read: () => beside, write: (text) => void (beside = text) };

async function start(): Promise<void> {
  await phone.open("ben", { canary });
  await phone.pass(1);
}
async function cleared(): Promise<void> {
  await phone.kill();
  await deleteDB(phone.name);
}

beforeEach(async () => {
  server = new FakeServer();
  server.intakeJwk = publicKey.export({ format: "jwk" }) as JsonWebKey;
  server.put("work_order", "wo-1", { number: "R-1" });
  server.put("visit", "v-1", dispatched);
  beside = null;
  phone = new Phone(server);
  await start();
  await phone.client.mutate(edit("v-1", { findings: "sent" }));
  await phone.pass(1);
});

describe("a store that is gone", () => {
  it("is seen at the next start: so much was not sent, as of when", async () => {
    phone.client.tell("offline");
    phone.online = false;
    const at = phone.now;
    for (const findings of ["one", "two"]) await phone.client.mutate(edit("v-1", { findings }));
    await cleared();
    phone.now += 86_400_000;
    phone.online = true;
    await start();
    expect(phone.client.sync.evicted).toEqual({ at, unsent: 2 });
    expect(await phone.client.get("visit", "v-1")).toMatchObject({ findings: "sent" });
    await phone.client.mutate(edit("v-1", { findings: "again" }));
    await phone.pass(60);
    expect(server.fields("visit", "v-1").findings).toBe("again");
    expect(new Set(server.applied).size).toBe(server.applied.length);
    expect(phone.faults).toEqual([]);
  });

  it("is said until somebody has read it, also over a start", async () => {
    await cleared();
    await start();
    await phone.kill();
    await start();
    expect(phone.client.sync.evicted).toMatchObject({ unsent: 0 });
    phone.client.forgetEviction();
    expect(phone.client.sync.evicted).toBeNull();
    await phone.kill();
    await start();
    expect(phone.client.sync.evicted).toBeNull();
  });

  it("is known from the server when the canary went with it", async () => {
    await cleared();
    beside = null;
    server.before = { seen_at: "2026-03-02T07:00:00.000Z", unsent: 3 };
    await start();
    expect(phone.client.sync.evicted).toEqual({ at: Date.UTC(2026, 2, 2, 7), unsent: 3 });
    phone.client.forgetEviction();
    phone.client.tell("login");
    await phone.pass(60);
    expect(phone.client.sync.evicted).toBeNull();
  });
});

describe("a store that is gone, found out without signal", () => {
  it("is said at the first contact, though the app was closed in between", async () => {
    await cleared();
    beside = null;
    phone.online = false;
    await start();
    await phone.kill();
    phone.online = true;
    server.before = { seen_at: "2026-03-02T07:00:00.000Z", unsent: 3 };
    await start();
    expect(phone.client.sync.evicted).toEqual({ at: Date.UTC(2026, 2, 2, 7), unsent: 3 });
    phone.client.forgetEviction();
    await phone.kill();
    await start();
    expect(phone.client.sync.evicted).toBeNull();
  });
});

describe("no such thing", () => {
  it("is a first start, a log-out, somebody else's phone, or a device that began anew by itself", async () => {
    expect(phone.client.sync.evicted).toBeNull();
    server.before = { seen_at: "2026-03-02T07:00:00.000Z", unsent: 3 };
    phone.client.tell("login");
    await phone.pass(60);
    expect(phone.client.sync.evicted).toBeNull();
    delete server.before;
    await phone.client.logout();
    expect(beside).toBeNull();
    await start();
    expect(phone.client.sync.evicted).toBeNull();
    await phone.kill();
    await phone.open("ana", { canary });
    await phone.pass(1);
    expect(phone.client.sync.evicted).toBeNull();
  });

  it("is a canary that nobody can read", async () => {
    await cleared();
    beside = "{ torn";
    await start();
    expect(phone.client.sync.evicted).toBeNull();
  });
});
