import { expect, it } from "vitest";
import type { Step } from "./intake";
import { Stopped, takeIn } from "./take";

/** A server that keeps what it was told, and loses the connection at the `n`th call: before or after it has stored. */
function server(failsAt: number, isStored: boolean) {
  const records = new Map<string, Record<string, unknown> & { version: number }>();
  const calls: string[] = [];
  const send = (name: string, id: string, args: Record<string, unknown>) => {
    calls.push(name);
    const isCut = calls.length === failsAt;
    if (isCut && !isStored) return Promise.reject(new Error("no answer"));
    const known = records.get(id);
    const set = name.endsWith(".edit") ? (args.set as object) : args;
    const code = known && !name.endsWith(".edit") ? "already_done" : "applied";
    const version = code === "applied" ? (known?.version ?? 0) + 1 : (known?.version ?? 1);
    records.set(id, code === "applied" ? { ...known, ...set, version } : (known ?? { version }));
    if (isCut) return Promise.reject(new Error("no answer"));
    return Promise.resolve({ code, record: records.get(id) ?? {} });
  };
  return { send, records, calls };
}
const steps = (name: string): Step[] => [
  { part: "customer", name: "customer.add", id: "c", args: { name } },
  { part: "site", name: "site.add", id: "s", args: { customer_id: "c", address: "1 Mill Lane" } },
  { part: "order", name: "work_order.create", id: "o", args: { summary: name } },
];

it.each([1, 2, 3].flatMap((at) => [true, false].map((isStored) => ({ at, isStored }))))(
  "the connection goes at call $at, stored: $isStored: the second try makes nobody twice",
  async ({ at, isStored }) => {
    const { send, records } = server(at, isStored);
    const stopped = await takeIn(steps("Acme"), send).catch((error: unknown) => error);
    expect(stopped).toBeInstanceOf(Stopped);
    expect((stopped as Stopped).part).toBe(steps("")[at - 1]?.part);
    expect(await takeIn(steps("Acme"), send)).toMatchObject({ summary: "Acme" });
    expect([...records.keys()].sort()).toEqual(["c", "o", "s"]);
  },
);

it("words that were changed between two tries are those that stand there", async () => {
  const { send, records, calls } = server(3, true);
  await takeIn(steps("Acme"), send).catch(() => undefined);
  await takeIn(steps("Acme Bakery"), send);
  expect(records.get("c")).toMatchObject({ name: "Acme Bakery", version: 2 });
  expect(records.get("o")).toMatchObject({ summary: "Acme Bakery" });
  expect(calls.filter((name) => name === "site.edit")).toEqual([]);
});
