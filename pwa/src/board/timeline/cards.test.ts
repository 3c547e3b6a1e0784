import { describe, expect, it } from "vitest";
import type { BoardEngineer, CardVisit, OrderCard } from "../../api/views";
import { belongs, queueOf, taken, visitsByEngineer, withVisit, type Cards } from "./cards";
import { inSight, laidOut, ordered } from "./layout";
import { dayOf } from "./scale";

const day = dayOf("2026-11-23", "Asia/Shanghai");
const iso = (time: string) => new Date(`2026-11-23T${time}:00+08:00`).toISOString();
const now = Date.parse(iso("08:00"));
const visit = (id: string, more: Partial<CardVisit> = {}): CardVisit =>
  ({
    id,
    version: 1,
    status: "dispatched",
    engineer_id: "ben",
    planned_start: iso("09:00"),
    planned_end: iso("10:00"),
    travel_started_at: null,
    arrived_at: null,
    completed_at: null,
    ...more,
  }) as CardVisit;
const card = (id: string, more: Partial<OrderCard> = {}): OrderCard =>
  ({
    id,
    version: 1,
    category: "scheduled",
    priority: "P2",
    reported_at: iso("07:00"),
    visits: [visit(`v-${id}`)],
    ...more,
  }) as OrderCard;
const all = (...cards: OrderCard[]): Cards => new Map(cards.map((one) => [one.id, one]));
const line = (one: OrderCard) => {
  const { id, version, ...f } = one;
  return { t: "upsert" as const, e: "order_card", id, v: version, f: f as Record<string, unknown> };
};

describe("the cards of a day", () => {
  it("belong to it by a visit that touches it, or because nobody is sent", () => {
    expect(belongs(card("a"), day, now)).toBe(true);
    const tomorrow = { planned_start: "2026-11-24T01:00:00Z", planned_end: "2026-11-24T02:00:00Z" };
    expect(belongs(card("a", { visits: [visit("v", tomorrow)] }), day, now)).toBe(false);
    expect(belongs(card("a", { category: "new", visits: [] }), day, now)).toBe(true);
    expect(belongs(card("a", { visits: [visit("v", { engineer_id: null })] }), day, now)).toBe(
      false,
    );
  });
  it("change by what the stream says, and only by newer", () => {
    const cards = all(card("a"), card("b", { version: 5 }));
    const moved = card("a", {
      version: 2,
      visits: [visit("v-a", { planned_start: iso("11:00") })],
    });
    const next = taken(
      cards,
      [line(moved), line(card("b", { version: 4, priority: "P1" }))],
      day,
      now,
    );
    expect(next.get("a")?.visits[0]?.planned_start).toBe(iso("11:00"));
    expect(next.get("b")?.priority).toBe("P2");
    expect(next.get("b")).toBe(cards.get("b"));
    expect(taken(cards, [{ t: "remove", e: "visit", id: "a" }], day, now)).toBe(cards);
  });
  it("leave with their order, and when their visit goes to another day", () => {
    const cards = all(card("a"), card("b"));
    const gone = card("b", {
      version: 2,
      visits: [
        visit("v", {
          planned_start: iso("09:00").replace("23", "25"),
          planned_end: iso("10:00").replace("23", "25"),
        }),
      ],
    });
    const next = taken(cards, [{ t: "remove", e: "order_card", id: "a" }, line(gone)], day, now);
    expect(next.size).toBe(0);
  });
  it("come in when somebody plans them for this day", () => {
    expect([...taken(all(), [line(card("c"))], day, now).keys()]).toEqual(["c"]);
  });
  it("give every engineer all visits of an order that several go to", () => {
    const crew = card("a", { visits: [visit("one"), visit("two", { engineer_id: "lina" })] });
    const by = visitsByEngineer(all(crew));
    expect([by.get("ben")?.[0]?.id, by.get("lina")?.[0]?.id]).toEqual(["one", "two"]);
    expect(by.get("ben")?.[0]?.order).toBe(crew);
  });
  it("queue by urgency, then by waiting, with the visit that was taken back", () => {
    const back = visit("back", { status: "planned", engineer_id: null });
    const found = queueOf(
      all(
        card("late", { category: "new", visits: [], reported_at: iso("07:30") }),
        card("first", { category: "new", priority: "P1", visits: [back] }),
        card("early", { category: "new", visits: [] }),
        card("planned"),
      ),
    );
    expect(found.map((one) => one.order.id)).toEqual(["first", "early", "late"]);
    expect(found[0]?.visit?.id).toBe("back");
    // beside a visit that goes on, another waits for somebody
    const crew = card("crew", { visits: [visit("goes"), back] });
    expect(queueOf(all(crew)).map((one) => [one.order.id, one.visit?.id])).toEqual([
      ["crew", "back"],
    ]);
    expect(belongs(crew, dayOf("2027-01-01", "Asia/Shanghai"), now)).toBe(true);
  });
  it("show a put before the server has answered", () => {
    const put = withVisit(card("a", { category: "new", visits: [] }), "new", {
      engineer_id: "ben",
      planned_start: iso("13:00"),
    });
    expect([put.category, put.visits[0]?.status]).toEqual(["scheduled", "dispatched"]);
    const moved = withVisit(card("a"), "v-a", { planned_start: iso("13:00") });
    expect(moved.visits).toHaveLength(1);
    expect(moved.visits[0]?.planned_start).toBe(iso("13:00"));
  });
});

describe("the rows", () => {
  const person = (id: string, team_id: string | null): BoardEngineer =>
    ({ id, team_id, shifts: [], skills: [], absences: [] }) as unknown as BoardEngineer;
  const people = ordered(
    [person("no", null), person("lina", "two"), person("ben", "one"), person("emma", "two")],
    ["one", "two"],
  );
  it("stand by team, those of none last", () => {
    expect(people.map((one) => one.id)).toEqual(["ben", "lina", "emma", "no"]);
  });
  it("grow with visits that overlap; only those in sight are drawn", () => {
    const by = visitsByEngineer(all(card("a"), card("b")));
    const places = laidOut(people, by, { day, ppm: 1 }, now);
    expect(places.map((one) => [one.kind, one.top, one.height])).toEqual([
      ["team", 0, 28],
      ["engineer", 28, 100],
      ["team", 128, 28],
      ["engineer", 156, 56],
      ["engineer", 212, 56],
      ["team", 268, 28],
      ["engineer", 296, 56],
    ]);
    expect(places[0]).toMatchObject({ people: 1, visits: 2 });
    const many = laidOut(
      Array.from({ length: 100 }, (_, n) => person(`e${n}`, "one")),
      new Map(),
      { day, ppm: 1 },
      now,
    );
    expect(inSight(many, 2000, 560).length).toBeLessThan(20);
  });
});
