// T15: two tabs (or a tab and the service worker) over one database, with and without a lock between them.

import { generateKeyPairSync } from "node:crypto";
import { expect, it } from "vitest";
import { FakeServer } from "./fake_server";
import { dispatched, edit, Phone } from "./phone";

const { publicKey } = generateKeyPairSync("rsa", { modulusLength: 2048 });

function aLock() {
  const held = new Set<string>();
  return async <T>(name: string, work: () => Promise<T>): Promise<T | undefined> => {
    if (held.has(name)) return undefined;
    held.add(name);
    try {
      return await work();
    } finally {
      held.delete(name);
    }
  };
}

it.each([
  ["with a lock", true],
  ["without one", false],
])("two tabs %s: contiguous numbers, each act once, both tabs agree", async (_name, hasLock) => {
  const server = new FakeServer();
  server.intakeJwk = publicKey.export({ format: "jwk" }) as JsonWebKey;
  for (let n = 0; n < 20; n++)
    server.put("visit", `v-${n}`, { ...dispatched, work_order_id: `wo-${n}` });
  const left = new Phone(server, 1, `tabs-${hasLock}`);
  const right = new Phone(server, 2, `tabs-${hasLock}`);
  const ears = new Map<Phone, () => void>();
  const lock = aLock();
  const tab = (phone: Phone, other: Phone) =>
    phone.open("ben", {
      isSerial: false,
      ...(hasLock && { lock }),
      tellTabs: () => ears.get(other)?.(),
      listenTabs: (heard) => {
        ears.set(phone, heard);
        return () => undefined;
      },
    });
  await Promise.all([tab(left, right), tab(right, left)]);
  const saved = await Promise.all(
    Array.from({ length: 40 }, async (_one, n) => {
      const phone = n % 2 ? left : right;
      return phone.client.mutate(edit(`v-${n % 20}`, { findings: `finding ${n}` }));
    }),
  );
  expect(saved.map((one) => one.mid).sort((a, b) => a - b)).toEqual(
    Array.from({ length: 40 }, (_one, n) => n + 1),
  );
  for (let turn = 0; turn < 6; turn++) {
    await Promise.all([left.pass(10), right.pass(10)]);
    left.client.tell("poke");
    right.client.tell("poke");
  }
  await Promise.all([left.pass(10), right.pass(10)]);
  expect([...server.applied].sort()).toEqual(saved.map((one) => one.id).sort());
  expect(server.devices.size).toBe(1);
  expect(
    [left, right]
      .flatMap((phone) => phone.faults)
      .filter((fault) => !String(fault).includes("Another tab")),
  ).toEqual([]);
  for (const phone of [left, right]) {
    expect(phone.client.sync.pending).toBe(0);
    for (let n = 0; n < 20; n++)
      expect(await phone.client.get("visit", `v-${n}`)).toMatchObject({
        findings: server.fields("visit", `v-${n}`).findings,
      });
  }
});
