// A text becomes an act exactly once: wherever the battery dies, and whatever another tab typed meanwhile.

import { generateKeyPairSync } from "node:crypto";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { Draft } from "../src/engineer/draft.svelte";
import { commentKey, findingsKey } from "../src/engineer/drafts";
import { settleFindings } from "../src/engineer/stranded";
import type { Client } from "../src/sync/client";
import { FakeServer } from "./fake_server";
import { dispatched, edit, Phone } from "./phone";

let server: FakeServer;
let phone: Phone;
beforeEach(() => {
  vi.stubGlobal("navigator", {}); // no locks between tabs, as on an older phone
  server = new FakeServer();
  server.intakeJwk = generateKeyPairSync("rsa", { modulusLength: 2048 }).publicKey.export({
    format: "jwk",
  }) as JsonWebKey;
  server.put("visit", "v-1", dispatched);
  phone = new Phone(server);
});
afterEach(() => {
  vi.unstubAllGlobals();
  expect(phone.faults).toEqual([]);
});

const findings = (client: Client, commit = true) =>
  new Draft(client, {
    key: findingsKey("v-1"),
    saved: null,
    ...(commit && {
      commit: (value, spends) =>
        client.mutate({ ...edit("v-1", {}), args: { set: { findings: value } }, spends }),
    }),
  });
const kept = async (key = findingsKey("v-1")) =>
  (await phone.client.drafts.get(key))?.value as { text: string } | undefined;
/** What the outbox writes as findings. */
const written = () => phone.client.outbox().map((item) => (item.args as { set: unknown }).set);

describe("the battery dies while words become an act", () => {
  it.each([1, 2, 3, 4, 5, 6, 7, 8, 9, 10])(
    "findings of a visit that has left, before transaction %i: one act, no draft",
    async (diesAt) => {
      await phone.open();
      phone.online = false;
      await phone.client.drafts.put(findingsKey("v-gone"), { text: "Fan worn", caret: 8 });
      phone.transactions = 0;
      phone.diesAt = diesAt;
      await settleFindings(phone.client, "ben").catch(() => undefined);
      await phone.kill();
      await phone.open();
      await settleFindings(phone.client, "ben");
      expect(written()).toEqual([{ findings: "Fan worn" }]);
      expect(await phone.client.drafts.keys()).toEqual([]);
    },
  );

  it.each([1, 2, 3, 4, 5, 6, 7, 8, 9, 10])(
    "findings on the screen, before transaction %i: an act or a draft, never both",
    async (diesAt) => {
      await phone.open();
      await phone.pass(1);
      const draft = findings(phone.client);
      await draft.open();
      draft.typed("Fan worn", 8);
      await draft.flush();
      phone.transactions = 0;
      phone.diesAt = diesAt;
      await draft.close().catch(() => undefined);
      await phone.kill();
      await phone.open();
      const isDraft = (await kept())?.text === "Fan worn";
      expect(written()).toEqual(isDraft ? [] : [{ findings: "Fan worn" }]);
    },
  );

  it.each([1, 2, 3, 4, 5, 6, 7, 8, 9, 10])(
    "a comment, before transaction %i: said or still in the field, never both",
    async (diesAt) => {
      await phone.open();
      const key = commentKey("wo-1");
      const draft = new Draft(phone.client, { key, saved: null });
      await draft.open();
      draft.typed("Call before you come", 20);
      await draft.flush();
      phone.transactions = 0;
      phone.diesAt = diesAt;
      await draft
        .spend((spends) =>
          phone.client.mutate({
            name: "comment.add",
            entity: "comment",
            entity_id: "c-1",
            args: { work_order_id: "wo-1", text: "Call before you come" },
            spends,
          }),
        )
        .catch(() => undefined);
      await phone.kill();
      await phone.open();
      const isDraft = (await kept(key)) !== undefined;
      expect(phone.client.outbox().length).toBe(isDraft ? 0 : 1);
    },
  );
});

describe("two tabs with one text", () => {
  it("closing one leaves the newer words of the other", async () => {
    await phone.open();
    await phone.pass(1);
    // Nothing goes out: what is written stays to be looked at.
    phone.way = () => Promise.reject(new TypeError("no signal"));
    const [left, right] = [findings(phone.client), findings(phone.client)];
    await left.open();
    await right.open();
    left.typed("Fan", 3);
    await left.flush();
    right.typed("Fan bearing worn", 16);
    await right.flush();
    await left.close();
    expect((await kept())?.text).toBe("Fan bearing worn");
    await right.close();
    expect(await kept()).toBeUndefined();
    expect(written()).toEqual([{ findings: "Fan" }, { findings: "Fan bearing worn" }]);
  });

  it("throwing away in one leaves the newer words of the other", async () => {
    await phone.open();
    const [left, right] = [findings(phone.client, false), findings(phone.client, false)];
    await left.open();
    await right.open();
    left.typed("Fan", 3);
    await left.flush();
    right.typed("Fan bearing worn", 16);
    await right.flush();
    expect(await left.take()).toBe("Fan");
    expect((await kept())?.text).toBe("Fan bearing worn");
  });

  it("opening with what is saved leaves newer words that came meanwhile", async () => {
    await phone.open();
    await phone.client.drafts.put(findingsKey("v-1"), { text: "", caret: 0 });
    const stamp = (await phone.client.drafts.get(findingsKey("v-1")))?.stamp ?? "";
    await phone.client.drafts.put(findingsKey("v-1"), { text: "Fan", caret: 3 });
    expect(await phone.client.drafts.drop({ key: findingsKey("v-1"), stamp })).toBe(false);
    expect((await kept())?.text).toBe("Fan");
  });

  it("settling words that changed meanwhile makes no act of the old ones", async () => {
    await phone.open();
    const key = findingsKey("v-gone");
    await phone.client.drafts.put(key, { text: "Fan", caret: 3 });
    const old = await phone.client.drafts.get(key);
    await phone.client.drafts.put(key, { text: "Fan bearing", caret: 11 });
    const act = { ...edit("v-gone", { findings: "Fan" }) };
    const spends = { key, stamp: old?.stamp ?? "", isAll: true };
    await expect(phone.client.mutate({ ...act, spends })).rejects.toMatchObject({ kind: "stale" });
    expect(phone.client.outbox()).toEqual([]);
  });
});
