// T10: the app is updated in the middle of a full outbox. The new version opens the same store and sends what the old one wrote: all of
// it, in order, once, whatever the old one had begun.

import { generateKeyPairSync } from "node:crypto";
import { expect, it } from "vitest";
import { FakeServer } from "./fake_server";
import { dispatched, edit, Phone } from "./phone";

const { publicKey } = generateKeyPairSync("rsa", { modulusLength: 2048 });
const QUEUED = 500;

async function full(server: FakeServer): Promise<{ phone: Phone; saved: string[] }> {
  server.intakeJwk = publicKey.export({ format: "jwk" }) as JsonWebKey;
  server.put("work_order", "wo-1", { number: "R-1" });
  server.put("visit", "v-1", dispatched);
  const phone = new Phone(server);
  await phone.open("ben", { app: "0.1.0" });
  await phone.pass(1);
  phone.online = false;
  phone.client.tell("offline");
  const saved: string[] = [];
  for (let n = 0; n < QUEUED; n++)
    saved.push((await phone.client.mutate(edit("v-1", { findings: `finding ${n}` }))).id);
  return { phone, saved };
}

const pushes = (server: FakeServer) =>
  server.requests.filter((one) => one.path === "/sync/v1/push");

it.each([
  ["before anything of it was sent", 0],
  ["when the second answer was lost", 2],
])(
  "500 queued, updated %s",
  async (_when, sent) => {
    const server = new FakeServer();
    const { phone, saved } = await full(server);
    const device = [...server.devices.keys()];
    if (sent > 0) {
      let turns = 0;
      phone.way = (request, send) => {
        if (request.path !== "/sync/v1/push") return Promise.resolve(send());
        turns += 1;
        if (turns > sent) return Promise.reject(new Error("no signal"));
        const reply = send();
        return turns === sent ? Promise.reject(new Error("reply lost")) : Promise.resolve(reply);
      };
      phone.online = true;
      phone.client.tell("online");
      await phone.client.settled();
      expect(phone.client.sync.pending).toBeLessThan(QUEUED);
      expect(phone.client.sync.pending).toBeGreaterThan(0);
    }
    const before = pushes(server).length;
    await phone.kill();

    phone.way = (_request, send) => Promise.resolve(send());
    phone.online = true;
    await phone.open("ben", {
      app: "0.2.0",
      about: { schema: 2, label: "Test", platform: "node", locale: "en" },
    });
    await phone.pass(120);
    expect(phone.client.sync.pending).toBe(0);
    expect(server.applied).toEqual(saved);
    expect(server.fields("visit", "v-1").findings).toBe(`finding ${QUEUED - 1}`);
    expect([...server.devices.keys()]).toEqual(device);
    const after = pushes(server).slice(before);
    expect(new Set(after.map((one) => one.app))).toEqual(new Set(["0.2.0"]));
    expect(phone.faults).toEqual([]);
  },
  60_000,
);
