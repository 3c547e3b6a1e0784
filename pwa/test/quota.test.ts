// T12: the phone's storage is full. A photo that does not fit leaves nothing behind, and the room that is left is for words.

import { openDB } from "idb";
import { expect, it, vi } from "vitest";
import { CHUNK_BYTES } from "../src/store/blobs";
import { FakeServer } from "./fake_server";
import { dispatched, edit, Phone } from "./phone";

const bytes = (count: number) => Uint8Array.from({ length: count }, (_one, at) => at % 251);

async function chunksIn(name: string): Promise<{ iv: ArrayBuffer }[]> {
  const db = await openDB(name);
  const found = (await db.getAll("chunks")) as { iv: ArrayBuffer }[];
  db.close();
  return found;
}

it.each([1, 2, 3])(
  "keeps the words when piece %i of a photo does not fit, and nothing of it",
  async (piece) => {
    const server = new FakeServer();
    server.put("work_order", "wo-1", { number: "R-1" });
    server.put("visit", "v-1", dispatched);
    const phone = new Phone(server);
    let until = Infinity;
    const gate = () => {
      if (--until === 0) throw new DOMException("full", "QuotaExceededError");
    };
    const client = await phone.open("ben", { gate });
    await phone.pass(1);
    const kept = await client.photos.put(bytes(100));
    until = 1 + piece; // the look whether it is here, then a transaction for each piece
    await expect(client.photos.put(bytes(3 * CHUNK_BYTES))).rejects.toMatchObject({ kind: "full" });
    await client.drafts.put("findings:v-1", { text: "Fan worn", caret: 8 });
    await client.mutate(edit("v-1", { findings: "Fan worn" }));
    await phone.pass(1);
    expect(server.fields("visit", "v-1").findings).toBe("Fan worn");
    expect(await client.photos.get(kept)).toEqual(bytes(100));
    expect(await chunksIn(phone.name)).toHaveLength(1);
  },
);

it("takes back nothing that another tab has kept meanwhile", async () => {
  const name = "two-tabs";
  const [one, other] = [new Phone(new FakeServer(), 1, name), new Phone(new FakeServer(), 2, name)];
  const photo = bytes(2 * CHUNK_BYTES);
  let until = Infinity;
  let kept = "";
  const gate = () => {
    if (--until === 0) throw new DOMException("full", "QuotaExceededError");
  };
  const mine = await one.open("ben", { gate });
  await one.pass(1);
  const theirs = await other.open("ben");
  await other.pass(1);
  const seal = crypto.subtle.encrypt.bind(crypto.subtle);
  let seals = 0;
  const spy = vi.spyOn(crypto.subtle, "encrypt").mockImplementation(async (...args) => {
    // the second piece of this tab is about to be written: the other tab keeps the whole photo
    if (++seals === 2) {
      spy.mockRestore();
      kept = await theirs.photos.put(photo);
      until = 1;
    }
    return seal(...args);
  });
  await expect(mine.photos.put(photo)).rejects.toMatchObject({ kind: "full" });
  expect(await theirs.photos.get(kept)).toEqual(photo);
});

it("does not write again a photo that is here already", async () => {
  const phone = new Phone(new FakeServer());
  const client = await phone.open();
  await phone.pass(1);
  const sha = await client.photos.put(bytes(2 * CHUNK_BYTES));
  const seals = async () =>
    (await chunksIn(phone.name)).map((row) => Buffer.from(row.iv).toString("hex"));
  const before = await seals();
  expect(await client.photos.put(bytes(2 * CHUNK_BYTES))).toBe(sha);
  expect(await seals()).toEqual(before);
});
