import { expect, test } from "vitest";
import type { OrderCard, QueuedOrder } from "../../api/views";
import { isWantedOrder, isWantedPerson, wantedOf } from "./filter";
import { marksOf, routeOf } from "./marks";
import { at, day, engineer, visit } from "./testing";

const now = at("07:00");
const order = (id: string, more: Partial<OrderCard> = {}): OrderCard =>
  ({
    id,
    number: "WO-1042",
    summary: "Dew point high",
    customer: "Northway",
    site: "Plant 2",
    asset: null,
    serial: null,
    lat: 31.3,
    lon: 120.6,
    team_id: "suzhou",
    skills: [{ skill_id: "dryers", level: 2 }],
    ...more,
  }) as OrderCard;
const waiting = (one: OrderCard): QueuedOrder => ({ order: one, visit: null });

test("each order stands on the map once, as what is to be done next", () => {
  const first = visit("v1", "08:00", "09:00", { work_order_id: "o", status: "done" });
  const second = visit("v2", "10:00", "11:00", { work_order_id: "o" });
  const { marks } = marksOf([], [first, second], day, now);
  expect(marks.map((one) => one.visit?.id)).toEqual(["v2"]);
  const again = marksOf([waiting({ ...order("o") })], [second], day, now);
  expect(again.marks.map((one) => one.visit)).toEqual([null]);
});

test("an order whose site has no place is named, not lost", () => {
  const { marks, placeless } = marksOf([waiting(order("o", { lat: null }))], [], day, now);
  expect([marks.length, placeless.map((one) => one.id)]).toEqual([0, ["o"]]);
});

test("another day's visit is not on this day's map", () => {
  expect(
    marksOf([], [visit("v", "08:00", "09:00")], { start: now + 9e8, end: now + 1e9 }, now),
  ).toEqual({
    marks: [],
    placeless: [],
  });
});

test("a way goes through the visits by their times", () => {
  const far = { order: order("far", { lat: 31.23, lon: 121.47 }) };
  const stops = routeOf(
    [visit("b", "13:00", "14:00", far), visit("a", "08:00", "09:00")],
    day,
    now,
  );
  expect(stops.map((one) => one.visit.id)).toEqual(["a", "b"]);
  expect(stops[0]?.way).toBeNull();
  expect(stops[1]?.way?.minutes).toBeGreaterThan(60);
});

test("a filter is by team, skill and every word that was typed", () => {
  const wanted = (text: string) => wantedOf(new URLSearchParams(text));
  expect(isWantedOrder(order("o"), wanted("q=north 1042"))).toBe(true);
  expect(isWantedOrder(order("o"), wanted("q=north 1043"))).toBe(false);
  expect(isWantedOrder(order("o"), wanted("team=suzhou&skill=dryers"))).toBe(true);
  expect(isWantedOrder(order("o"), wanted("team=wuxi"))).toBe(false);
  expect(isWantedOrder(order("o"), wanted("skill=pumps"))).toBe(false);
  const ben = engineer({
    team_id: "suzhou",
    skills: [{ skill_id: "dryers", level: 1, expires_on: null }],
  });
  expect(isWantedPerson(ben, wanted("team=suzhou&skill=dryers&q=nothing"))).toBe(true);
  expect(isWantedPerson(ben, wanted("skill=pumps"))).toBe(false);
});
