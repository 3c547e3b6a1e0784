import "fake-indexeddb/auto";
import { beforeEach, describe, expect, it } from "vitest";
import { openDatabase, type Database } from "./database";
import { acknowledge, acknowledged, append, isStored, KEEP_DAYS, prune, unsent } from "./outbox";
import { resendFrom, startNewDevice } from "./renumber";
import { openSession, readFacts, type Session } from "./session";

let db: Database;
let session: Session;
let made = 0;
const line = (mid: number) => JSON.stringify({ id: `m-${mid}`, mid });
const applied = { state: "applied", code: "applied", applied_seq: 1, sentence: null } as const;
beforeEach(async () => {
  db = openDatabase({ name: `outbox-${++made}` });
  session = await openSession(db, "ben", () => `device-${++made}`);
});
const all = { through: 99, answers: [], at: 0, round: 0 };

describe("a mutation leaves the outbox", () => {
  it("only when the bytes that were sent are the bytes that are here", async () => {
    const kept = await append(session, line);
    expect(await acknowledge(session, { ...all, sent: [{ ...kept, sha: "other bytes" }] })).toEqual(
      [],
    );
    expect(await unsent(session)).toEqual([kept]);
    expect(await acknowledge(session, { ...all, sent: [kept] })).toEqual([1]);
    expect(await unsent(session)).toEqual([]);
  });

  it("and is kept for 30 days, so that a restored server gets it again", async () => {
    const lines = [await append(session, line), await append(session, line)];
    await acknowledge(session, {
      ...all,
      sent: lines,
      answers: [
        { mid: 1, ...applied },
        { mid: 2, ...applied, state: "parked" },
      ],
    });
    const day = 86_400_000;
    await prune(session, KEEP_DAYS * day);
    expect(await acknowledged(session, 0)).toHaveLength(2);
    await prune(session, KEEP_DAYS * day + 1);
    expect((await acknowledged(session, 0)).map((one) => one.mid)).toEqual([1]);
    expect(await resendFrom(session, 1)).toBe(true);
    expect((await unsent(session)).map((one) => one.line)).toEqual([line(1)]);
    expect(await resendFrom(session, 2)).toBe(false);
  });
});

describe("a mutation on the disk", () => {
  it("is read back and hashed", async () => {
    await append(session, line);
    expect(await isStored(session, 1)).toBe(true);
    expect(await isStored(session, 2)).toBe(false);
    await db.writeStrict(["outbox"], async (tx) => {
      const row = await tx.objectStore("outbox").get(["ben", 1]);
      if (row) {
        new Uint8Array(row.bytes)[0] = 1 + (new Uint8Array(row.bytes)[0] ?? 0);
        await tx.objectStore("outbox").put(row);
      }
    });
    await expect(isStored(session, 1)).rejects.toThrow();
  });

  it("has the frozen shape of PROTOCOL 11.5", async () => {
    await append(session, line);
    const [row] = await db.read(["outbox"], (tx) => tx.objectStore("outbox").getAll());
    expect(Object.keys(row ?? {}).sort()).toEqual(["alg", "bytes", "iv", "mid", "sha", "user"]);
  });

  it("keeps its id and its order under a new device, and what it waits for", async () => {
    await acknowledge(session, { ...all, sent: [await append(session, line)] });
    await append(session, line);
    await append(session, (mid) => JSON.stringify({ id: `m-${mid}`, mid, after: [1, 2] }));
    const before = await readFacts(session);
    expect(await startNewDevice(session)).toBe(true);
    const after = await readFacts(session);
    expect(after.device).not.toBe(before.device);
    expect(after.head).toBe(2);
    expect((await unsent(session)).map((one) => JSON.parse(one.line) as unknown)).toEqual([
      { id: "m-2", mid: 1 },
      { id: "m-3", mid: 2, after: [1] },
    ]);
  });
});
