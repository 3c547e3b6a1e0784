// A form is handed in once, and what comes after it waits for it, also when finishing is tried a second time.

import { generateKeyPairSync } from "node:crypto";
import { beforeEach, expect, it, vi } from "vitest";
import { Filling } from "../src/engineer/form/filling.svelte";
import { formKey } from "../src/engineer/form/units";
import type { Job } from "../src/engineer/jobs";
import type { Act } from "../src/sync/mutate";
import { FakeServer } from "./fake_server";
import { Phone } from "./phone";

const on = vi.hoisted(() => ({
  perform: (_act: Act): Promise<number> => Promise.reject(new Error("none")),
  tagged: [] as unknown[],
}));
vi.mock("../src/engineer/acts", () => ({
  perform: (act: Act) => on.perform(act),
  tagPhoto: (...said: unknown[]) => Promise.resolve(on.tagged.push(said)),
}));
vi.mock("../src/engineer/phone.svelte", () => ({ phone: { lists: () => [] } }));

const PHOTO = { id: "0190a7e2-0000-7000-8000-000000000001", sha256: "a".repeat(64) };
const KEY = formKey("v-1", null);
const definition = {
  $fmt: "callout-form/1",
  key: "k",
  title: {},
  items: [
    { id: "note", type: "text", label: {} },
    { id: "pictures", type: "photo", label: {} },
  ],
};
const job = {
  id: "v-1",
  visit: { id: "v-1", work_order_id: "wo-1" },
  zone: "UTC",
} as unknown as Job;
let phone: Phone;
let filling: Filling;

beforeEach(async () => {
  const server = new FakeServer();
  server.intakeJwk = generateKeyPairSync("rsa", { modulusLength: 2048 }).publicKey.export({
    format: "jwk",
  }) as JsonWebKey;
  phone = new Phone(server);
  const client = await phone.open();
  await phone.pass(1);
  client.tell("offline");
  on.tagged = [];
  on.perform = async (act) => (await client.mutate(act)).mid;
  await client.drafts.put(KEY, {
    ...{ submission: "s-1", order: "wo-1", visit: "v-1", version: "fv-1", asset: null, at: null },
    ...{ definition, answers: { note: "ok", pictures: [PHOTO] } },
    files: { [PHOTO.id]: { kind: "photo", mime: "image/jpeg", size: 1, taken_at: "2026-03-02" } },
  });
  filling = new Filling(client, job, null, "ben", () => []);
  await filling.open();
});

it.each([true, false])("finishing again waits for the same act (final: %s)", async (isFinal) => {
  const mid = await filling.handIn(isFinal);
  expect(mid).not.toBeNull();
  const count = phone.client.outbox().length;
  expect(await filling.handIn(isFinal)).toBe(mid);
  expect(phone.client.outbox()).toHaveLength(count);
});

it("a tag that was tapped while the form was handed in is said of the photo, and leaves no draft", async () => {
  const { perform } = on;
  on.perform = async (act) => {
    const mid = await perform(act);
    if (act.name === "attachment.add") filling.tags.choose(PHOTO, "after");
    return mid;
  };
  await filling.handIn(true);
  await filling.close();
  expect(on.tagged).toEqual([[PHOTO.id, "after"]]);
  expect(await phone.client.drafts.get(KEY)).toBeUndefined();
});
