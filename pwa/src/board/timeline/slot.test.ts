import { expect, test } from "vitest";
import type { CardVisit, OrderCard } from "../../api/views";
import type { Load } from "./carry.svelte";
import { dayOf } from "./scale";
import { inSight, sameTime, slotOn } from "./slot";
import { at, day, engineer, iso, SHANGHAI, visit } from "./testing";

const order = { id: "o", duration_minutes: 120 } as OrderCard;
const fresh = (more: Partial<CardVisit> = {}): Load => ({
  order,
  visit: Object.keys(more).length ? (more as CardVisit) : null,
  isNew: true,
});
const before = at("06:00", "2026-11-20");
const put = (load: Load, visits = [] as ReturnType<typeof visit>[], now = before) =>
  new Date(slotOn(load, 120, engineer(), visits, day, now)).toISOString();

test("what is picked up by keys begins on the day that is shown, in the last minutes of it too", () => {
  const shown = (now: string, date = "2026-11-23") =>
    new Date(inSight(day, at(now, date))).toISOString();
  expect(shown("09:07")).toBe(iso("09:15"));
  expect(shown("23:56")).toBe(iso("23:45"));
  expect(shown("09:07", "2026-11-22")).toBe(iso("08:00"));
});

test("what has no time yet begins with the shift", () => {
  expect(put(fresh())).toBe(iso("08:00"));
});

test("it comes into the first gap that is long enough", () => {
  const busy = [visit("a", "08:30", "09:00"), visit("b", "10:00", "11:10")];
  expect(put(fresh(), busy)).toBe(iso("13:00")); // before noon there is a break too near
  const wide = [visit("a", "08:00", "09:00"), visit("b", "11:00", "12:00")];
  expect(put(fresh(), wide)).toBe(iso("09:00"));
});

test("what is over takes no room", () => {
  expect(put(fresh(), [visit("a", "08:00", "12:00", { status: "done" })])).toBe(iso("08:00"));
});

test("not before now on the day that is running, nor before what was promised", () => {
  expect(put(fresh(), [], at("09:07"))).toBe(iso("09:15"));
  expect(put(fresh({ promised_from: iso("13:00"), promised_until: iso("15:00") }))).toBe(
    iso("13:00"),
  );
});

test("it comes into no absence; on a day without room it comes after all others", () => {
  const away = engineer({
    absences: [
      { id: "a", kind: "training", from_at: iso("08:00"), until_at: iso("12:00"), note: null },
    ],
  } as never);
  expect(slotOn(fresh(), 120, away, [], day, before)).toBe(at("13:00"));
  const full = [visit("a", "08:00", "12:00"), visit("b", "13:00", "17:30")];
  expect(put(fresh(), full)).toBe(iso("17:30"));
});

test("put back where it was picked up, nothing is moved", () => {
  const arrived = new Date(at("09:03") + 27_000).toISOString();
  const begun = visit("v", "09:00", "10:00", { status: "on_site", arrived_at: arrived });
  const night = visit("n", "23:00", "23:30");
  night.planned_end = new Date(at("01:00", "2026-11-24")).toISOString();
  const tuesday = dayOf("2026-11-24", SHANGHAI);
  const of = (one: typeof begun): Load => ({ order, visit: one, isNew: false });
  expect(slotOn(of(begun), 60, engineer(), [], day, at("09:30"))).toBe(Date.parse(arrived));
  expect(slotOn(of(night), 120, engineer(), [], tuesday, before)).toBe(at("23:00"));
});

test("a visit that has a time keeps it on another day", () => {
  const load: Load = { order, visit: visit("v", "09:40", "11:00"), isNew: false };
  const tuesday = dayOf("2026-11-24", SHANGHAI);
  expect(slotOn(load, 80, engineer(), [], tuesday, before)).toBe(at("09:40", "2026-11-24"));
});

test("the same time of the clock, also over a change of clocks", () => {
  const saturday = dayOf("2026-03-28", "Europe/Berlin");
  const sunday = dayOf("2026-03-29", "Europe/Berlin");
  const nine = saturday.start + 9 * 3_600_000;
  expect(sameTime(nine, sunday) - nine).toBe(23 * 3_600_000);
});

test("without shifts the day begins at eight", () => {
  const free = engineer({ shifts: [] });
  expect(slotOn(fresh(), 60, free, [], day, before)).toBe(at("08:00"));
});
