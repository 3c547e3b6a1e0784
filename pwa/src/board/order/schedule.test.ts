import { describe, expect, it } from "vitest";
import type { OrderCard, Visit } from "../../api/views";
import { busyOf, momentsOf, offer, overlapping, promised, slotOf } from "./schedule";

const card = (id: string, engineer: string, start: string, end: string) =>
  ({
    customer: "禾丰食品",
    visit: { id, engineer_id: engineer, planned_start: start, planned_end: end },
  }) as OrderCard;
const cards = [
  card("v1", "ben", "2026-11-22T01:30:00.000Z", "2026-11-22T03:30:00.000Z"),
  card("v2", "lina", "2026-11-22T01:30:00.000Z", "2026-11-22T03:30:00.000Z"),
  { customer: "x", visit: null } as OrderCard,
];

it("an engineer is busy with his own visits, not with the one being moved", () => {
  expect(busyOf(cards, "ben", null)).toHaveLength(1);
  expect(busyOf(cards, "ben", "v1")).toHaveLength(0);
});

it("the offer is the site's clock behind what is planned, whatever zone the browser has", () => {
  const busy = busyOf(cards, "ben", null);
  const slot = offer(busy, Date.parse("2026-11-22T01:10:00Z"), 120, "Asia/Shanghai");
  expect(slot).toEqual({ date: "2026-11-22", time: "11:30", minutes: 120 });
  expect(momentsOf(slot, "Asia/Shanghai")?.start).toBe(Date.parse("2026-11-22T03:30:00Z"));
});

it("a length is real minutes: over the autumn change the end's clock is an hour earlier", () => {
  const span = momentsOf({ date: "2026-10-25", time: "01:30", minutes: 120 }, "Europe/Berlin");
  expect(new Date(span?.end ?? 0).toISOString()).toBe("2026-10-25T01:30:00.000Z");
});

describe("the promise", () => {
  const before = {
    promised_from: "2026-11-22T01:00:00.000Z",
    promised_until: "2026-11-22T02:00:00.000Z",
  };
  const start = Date.parse("2026-11-22T05:00:00Z");
  it("follows the start, stays, or is none", () => {
    expect(promised("60", start, before).promised_until).toBe("2026-11-22T06:00:00.000Z");
    expect(promised("keep", start, before)).toEqual(before);
    expect(promised("none", start, before).promised_from).toBeNull();
  });
});

it("a visit without a time has no slot; overlap is found, touching ends are none", () => {
  expect(slotOf({ planned_start: null, planned_end: null } as Visit, "UTC")).toBeUndefined();
  const busy = [{ start: 100, end: 200, what: "A" }];
  expect(overlapping(busy, { start: 150, end: 300 })?.what).toBe("A");
  expect(overlapping(busy, { start: 200, end: 300 })).toBeUndefined();
});
