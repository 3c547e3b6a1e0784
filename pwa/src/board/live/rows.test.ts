import { describe, expect, it } from "vitest";
import type { OrderCard } from "../../api/views";
import { append, apply, fits, isGap, tabCounts, usualSort, type Filter, type Line } from "./rows";

const card = (id: string, minute: number, more: Partial<OrderCard> = {}): OrderCard =>
  ({
    id,
    version: 1,
    number: `WO-${id}`,
    summary: "Loading valve sticks",
    category: "new",
    reported_at: `2026-11-22T08:${String(minute).padStart(2, "0")}:00.000Z`,
    customer: "晶澜光电",
    serial: "SA117745",
    visit: null,
    ...more,
  }) as OrderCard;
const all: Filter = { tab: "all", engineer: null, q: "", sort: "newest" };
const rules = { filter: all, more: false, held: new Set<string>() };
const upsert = (id: string, v: number, f: object): Line => ({
  t: "upsert",
  e: "order_card",
  id,
  v,
  f: f as Record<string, unknown>,
});
const ids = (rows: readonly OrderCard[]) => rows.map((row) => row.id);

describe("a live page", () => {
  const rows = [card("c", 30), card("b", 20), card("a", 10)];

  it("changes a row in its place and leaves the others the same objects", () => {
    const next = apply(rows, [upsert("b", 2, { summary: "Noise" })], rules);
    expect(ids(next.rows)).toEqual(["c", "b", "a"]);
    expect(next.rows[1]).toMatchObject({ summary: "Noise", version: 2, customer: "晶澜光电" });
    expect(next.rows[0]).toBe(rows[0]);
    expect(next.changed).toEqual(["b"]);
  });

  it("puts a new order where its report belongs", () => {
    const next = apply(rows, [upsert("n", 1, card("n", 25))], rules);
    expect(ids(next.rows)).toEqual(["c", "n", "b", "a"]);
  });

  it("leaves an order to its own page when older ones were not read", () => {
    const next = apply(rows, [upsert("o", 1, card("o", 5))], { ...rules, more: true });
    expect(ids(next.rows)).toEqual(["c", "b", "a"]);
  });

  it("ignores an older version, takes an equal one: a visit moves without its order", () => {
    const held = [card("a", 10, { version: 5 })];
    expect(apply(held, [upsert("a", 4, { summary: "old" })], rules).rows[0]?.summary).not.toBe(
      "old",
    );
    expect(apply(held, [upsert("a", 5, { summary: "same" })], rules).rows[0]?.summary).toBe("same");
  });

  it("takes a row out when it is removed or stops fitting, but not from under a person", () => {
    const plan = { ...rules, filter: { ...all, tab: "plan" as const } };
    const gone = [upsert("b", 2, { category: "scheduled" })];
    expect(ids(apply(rows, gone, plan).rows)).toEqual(["c", "a"]);
    expect(ids(apply(rows, gone, { ...plan, held: new Set(["b"]) }).rows)).toEqual(["c", "b", "a"]);
    // Finding: the row that was in hand in the part before came along into this one.
    const elsewhere = [upsert("x", 2, card("x", 40, { category: "done" }))];
    expect(ids(apply(rows, elsewhere, { ...plan, held: new Set(["x"]) }).rows)).toEqual([
      "c",
      "b",
      "a",
    ]);
    expect(ids(apply(rows, [{ t: "remove", e: "order_card", id: "c" }], rules).rows)).toEqual([
      "b",
      "a",
    ]);
  });

  it("keeps a row that the server found by something a card does not show", () => {
    const search = { ...rules, filter: { ...all, q: "Jinglan Optoelectronics Ltd" } };
    expect(ids(apply(rows, [upsert("b", 2, { summary: "Noise" })], search).rows)).toContain("b");
  });

  it("is not about orders when it speaks of something else", () => {
    expect(apply(rows, [{ t: "remove", e: "conflict", id: "c" }], rules).rows).toHaveLength(3);
  });
});

it("a page that does not follow the last one is a gap; the first one is none", () => {
  expect(isGap(null, { from: 9 })).toBe(false);
  expect(isGap(9, { from: 9 })).toBe(false);
  expect(isGap(9, { from: 12 })).toBe(true);
});

it("the next page comes behind, without what the stream brought already", () => {
  const rows = append([card("c", 30), card("b", 20)], [card("b", 20), card("a", 10)], "newest");
  expect(ids(rows)).toEqual(["c", "b", "a"]);
});

it("search finds number, problem, customer and serial in any case", () => {
  const one = card("a", 10);
  for (const q of ["wo-a", "VALVE", "晶澜", "sa1177"]) expect(fits(one, { ...all, q })).toBe(true);
  expect(fits(one, { ...all, q: "nothing" })).toBe(false);
  expect(fits(one, { ...all, engineer: "x" })).toBe(false);
});

it("by urgency P1 stands first and of one priority what waits longest; a change of priority moves the row", () => {
  const urgent = { ...rules, filter: { ...all, sort: "urgent" as const } };
  const p = (id: string, minute: number, priority: "P1" | "P3") => card(id, minute, { priority });
  const rows = [p("d", 40, "P1"), p("b", 20, "P3"), p("c", 30, "P3")];
  const next = apply(rows, [upsert("a", 1, p("a", 10, "P3"))], urgent);
  expect(ids(next.rows)).toEqual(["d", "a", "b", "c"]);
  expect(ids(apply(rows, [upsert("c", 2, { priority: "P1" })], urgent).rows)).toEqual([
    "c",
    "d",
    "b",
  ]);
  // A less urgent one belongs behind what was read: its own page brings it.
  const unread = apply(rows, [upsert("e", 1, p("e", 50, "P3"))], { ...urgent, more: true });
  expect(ids(unread.rows)).toEqual(["d", "b", "c"]);
  expect([usualSort("plan"), usualSort("done")]).toEqual(["urgent", "newest"]);
});

it("the tabs take their figures from the list's counts; all is their sum, cancelled ones too", () => {
  expect(tabCounts({ new: 2, in_progress: 1, cancelled: 4 })).toEqual({
    plan: 2,
    scheduled: 0,
    progress: 1,
    waiting: 0,
    done: 0,
    all: 7,
  });
});
