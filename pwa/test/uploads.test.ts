// Photos on their way: after the acts, from where they stopped, whole or not at all.

import { generateKeyPairSync } from "node:crypto";
import { describe, expect, it } from "vitest";
import { FakeServer } from "./fake_server";
import { edit, dispatched, Phone, seeded } from "./phone";

const { publicKey } = generateKeyPairSync("rsa", { modulusLength: 2048 });
const SIZE = 700_000;

function picture(seed: number): Uint8Array<ArrayBuffer> {
  const random = seeded(seed);
  return Uint8Array.from({ length: SIZE }, () => Math.floor(random() * 256));
}

async function begin() {
  const server = new FakeServer();
  server.intakeJwk = publicKey.export({ format: "jwk" }) as JsonWebKey;
  server.put("visit", "v-1", dispatched);
  const phone = new Phone(server);
  const client = await phone.open();
  await phone.pass(5);
  return { server, phone, client };
}

async function attach(phone: Phone, seed = 1, id = "a-1"): Promise<string> {
  const sha = await phone.client.photos.put(picture(seed));
  await phone.client.mutate({
    name: "attachment.add",
    entity: "attachment",
    entity_id: id,
    args: { work_order_id: "wo-1", parent_id: "v-1", sha256: sha, mime: "image/jpeg", size: SIZE },
    deps: [sha],
  });
  return sha;
}

describe("files on their way", () => {
  it("go after the text, arrive whole, and the office sees them ready", async () => {
    const { server, phone, client } = await begin();
    phone.online = false;
    client.tell("offline");
    const sha = await attach(phone);
    await client.mutate(edit("v-1", { findings: "Fan worn" }));
    await phone.pass(5);
    expect(server.blobs.size).toBe(0);
    client.tell("online");
    await phone.pass(60);
    expect(server.blobs.get(sha)).toMatchObject({ isWhole: true });
    expect(client.upload(sha)).toEqual({ state: "sent", share: 1 });
    expect(client.list("attachment")).toMatchObject([{ id: "a-1", state: "ready" }]);
    const paths = server.requests.map((one) => one.path);
    expect(paths.findIndex((path) => path.includes("/blob/"))).toBeGreaterThan(
      paths.lastIndexOf("/sync/v1/push"),
    );
    expect(server.blobBytes).toBe(SIZE);
  });

  it.each([0, 1, 2])("go on from where part %i was lost on its way back", async (lost) => {
    const { server, phone } = await begin();
    let part = 0;
    phone.way = (request, send) => {
      const reply = send();
      const isLost = request.method === "PATCH" && part++ === lost;
      return isLost ? Promise.reject(new Error("no answer")) : Promise.resolve(reply);
    };
    const sha = await attach(phone);
    await phone.pass(120);
    expect(server.blobs.get(sha)?.isWhole).toBe(true);
    expect(server.blobBytes).toBe(SIZE);
  });

  it("wait while the server is full, and are tried again by themselves", async () => {
    const { server, phone, client } = await begin();
    server.refuse = (path) =>
      path.includes("/blob/") ? { status: 507, code: "storage_full" } : null;
    const sha = await attach(phone);
    await phone.pass(20);
    expect(server.blobs.size).toBe(0);
    await client.mutate(edit("v-1", { findings: "Text goes on" }));
    await phone.pass(5);
    expect(server.fields("visit", "v-1").findings).toBe("Text goes on");
    server.refuse = () => null;
    await phone.pass(120);
    expect(server.blobs.get(sha)?.isWhole).toBe(true);
  });

  it("that were damaged on the way are sent anew, a few times", async () => {
    const { server, phone } = await begin();
    let damaged = 0;
    phone.way = (request, send) => {
      if (request.bytes && damaged++ < 1) request.bytes = request.bytes.map((one) => one ^ 1);
      return Promise.resolve(send());
    };
    const sha = await attach(phone);
    await phone.pass(120);
    expect(server.blobs.get(sha)?.isWhole).toBe(true);
  });

  it("survive a killed app: the next start goes on", async () => {
    const { server, phone } = await begin();
    phone.way = (request, send) =>
      request.method === "PATCH" ? Promise.reject(new Error("no answer")) : Promise.resolve(send());
    const sha = await attach(phone);
    await phone.pass(3);
    await phone.kill();
    phone.way = (_request, send) => Promise.resolve(send());
    await phone.open();
    await phone.pass(120);
    expect(server.blobs.get(sha)?.isWhole).toBe(true);
  });

  it("whose bytes are not on this phone hold up no other", async () => {
    const { server, phone, client } = await begin();
    server.put("attachment", "foreign", { sha256: "0".repeat(64), state: "missing" });
    const sha = await attach(phone, 2, "a-2");
    await phone.pass(120);
    expect(server.blobs.get(sha)?.isWhole).toBe(true);
    expect(client.upload("0".repeat(64))?.state).toBe("absent");
  });
});
