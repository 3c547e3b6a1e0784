// The job that is being entered: its words become one act and no second one, whatever another window or a full disk does.

import { generateKeyPairSync } from "node:crypto";
import { beforeEach, expect, it, vi } from "vitest";
import { UNPLANNED_KEY } from "../src/engineer/drafts";
import { Entry } from "../src/engineer/unplanned/entry.svelte";
import type { Act } from "../src/sync/mutate";
import { FakeServer } from "./fake_server";
import { Phone } from "./phone";

const on = vi.hoisted(() => ({
  perform: (_act: Act): Promise<number> => Promise.reject(new Error("none")),
}));
vi.mock("../src/engineer/acts", () => ({ perform: (act: Act) => on.perform(act) }));

let phone: Phone;
let isFull: boolean;
beforeEach(async () => {
  const server = new FakeServer();
  server.intakeJwk = generateKeyPairSync("rsa", { modulusLength: 2048 }).publicKey.export({
    format: "jwk",
  }) as JsonWebKey;
  server.put("site", "s-1", { name: "Basement", customer_id: "c-1" });
  phone = new Phone(server);
  isFull = false;
  await phone.open();
  await phone.pass(1);
  phone.client.tell("offline");
  on.perform = async (act) => (await phone.client.mutate(act)).mid;
});

async function window(): Promise<Entry> {
  const { client } = phone;
  const put: typeof client.drafts.put = (key, value) =>
    isFull ? Promise.reject(new Error("full")) : client.drafts.put(key, value);
  const seen = new Proxy(client, {
    get: (of, name) => {
      const value: unknown = name === "drafts" ? { ...of.drafts, put } : Reflect.get(of, name, of);
      return typeof value === "function" ? value.bind(of) : value;
    },
  });
  const entry = new Entry(seen, (name) => client.list(name), { from: null, again: null });
  await entry.open();
  return entry;
}
const job = (words: string) => ({ site: "s-1", workType: "w-1", words });
const taken = () => phone.client.outbox().map((item) => item.args.summary);
const kept = async () => (await phone.client.drafts.get(UNPLANNED_KEY))?.value;

it("is not taken on a second time by a window that another one was ahead of, and its words stay", async () => {
  const one = await window();
  one.set(job("Oil leak"));
  const visit = await one.takeOn("ben");
  expect(visit).not.toBeNull();
  one.set(job("Oil leak"));
  await vi.waitFor(async () => expect(await kept()).toBeDefined());
  const two = await window();
  two.set({ words: "Oil leak and the dryer" });
  await vi.waitFor(async () =>
    expect(await kept()).toMatchObject({ words: "Oil leak and the dryer" }),
  );
  await expect(one.takeOn("ben")).rejects.toMatchObject({ kind: "stale" });
  expect(taken()).toEqual(["Oil leak"]);
  expect([one.isParted, one.now.words]).toEqual([true, "Oil leak"]);
  await vi.waitFor(async () => expect(await kept()).toMatchObject({ words: "Oil leak" }));
  await expect(two.takeOn("ben")).rejects.toMatchObject({ kind: "stale" });
  expect(two.now.ids.order).not.toBe(one.now.ids.order);
});

it("is a job of its own after the one before", async () => {
  const entry = await window();
  entry.set(job("Oil leak"));
  const first = await entry.takeOn("ben");
  entry.set(job("Dryer squeals"));
  const second = await entry.takeOn("ben");
  expect(second).not.toBe(first);
  expect(new Set(phone.client.outbox().map((item) => item.entity_id)).size).toBe(2);
  expect(await kept()).toBeUndefined();
});

it("leaves no draft that was waiting for room once its words are an act", async () => {
  const entry = await window();
  isFull = true;
  entry.set(job("Oil leak"));
  await vi.waitFor(() => expect(entry.fault).toBe("lost"));
  expect(await entry.takeOn("ben")).not.toBeNull();
  isFull = false;
  await entry.close();
  expect(taken()).toEqual(["Oil leak"]);
  expect(await kept()).toBeUndefined();
});
