import type { BoardEngineer } from "../../api/views";
import { describe, expect, it } from "vitest";
import {
  atX,
  dayOf,
  hoursOf,
  lanesOf,
  loadOf,
  offSpans,
  roomOf,
  shifted,
  shiftsOn,
  spanOf,
  warningsOf,
  weekdayOf,
  weekOf,
  widthOf,
  xOf,
} from "./scale";
import { at, day, engineer, iso, SHANGHAI, visit } from "./testing";

describe("a day on the timeline", () => {
  const scale = { day, ppm: 1 };
  it("a moment stands at its minute, a place is a quarter of an hour", () => {
    expect(xOf(at("09:30"), scale)).toBe(570);
    expect(atX(571, scale)).toBe(at("09:30"));
    expect(atX(579, scale)).toBe(at("09:45"));
    expect(atX(571, scale, 1)).toBe(at("09:31"));
    expect(widthOf(scale)).toBe(1440);
  });
  it("has 23 and 25 hours where the clock is put on and back", () => {
    const hours = (date: string) => hoursOf(dayOf(date, "Europe/Berlin")).map((one) => one.word);
    expect(hours("2026-03-29")).toHaveLength(23);
    expect(hours("2026-03-29")[2]).toBe("03:00");
    expect(hours("2026-10-25").filter((one) => one === "02:00")).toHaveLength(2);
    expect(hours("2026-11-23")).toHaveLength(24);
  });
  it("days are counted by the calendar", () => {
    expect([shifted("2026-12-31", 1), shifted("2026-03-01", -1)]).toEqual([
      "2027-01-01",
      "2026-02-28",
    ]);
    expect(weekOf("2026-11-29", SHANGHAI).map((one) => one.date.slice(5))).toEqual([
      "11-23",
      "11-24",
      "11-25",
      "11-26",
      "11-27",
      "11-28",
      "11-29",
    ]);
    expect([weekdayOf("2026-11-23"), weekdayOf("2026-11-22")]).toEqual([0, 6]);
  });
});

describe("where a visit stands", () => {
  const now = at("11:00");
  it("is its plan, then the fact", () => {
    expect(spanOf(visit("a", "09:00", "10:00"), now)).toEqual({
      start: at("09:00"),
      end: at("10:00"),
    });
    const late = visit("a", "09:00", "10:00", { status: "on_site", arrived_at: iso("09:40") });
    expect(spanOf(late, now)).toEqual({ start: at("09:40"), end: at("11:00") });
    const done = { status: "done", arrived_at: iso("09:10"), completed_at: iso("09:50") } as const;
    expect(spanOf(visit("a", "09:00", "10:00", done), now)).toEqual({
      start: at("09:10"),
      end: at("09:50"),
    });
  });
  it("is nowhere without any time, and never without length", () => {
    const none = { planned_start: null, planned_end: null };
    expect(spanOf(visit("a", "09:00", "10:00", none), now)).toBeNull();
    const slip = { status: "done", arrived_at: iso("09:00"), completed_at: iso("09:00") } as const;
    expect(spanOf(visit("a", "09:00", "10:00", slip), now)?.end).toBe(at("09:05"));
  });
  it("shares a row in lanes", () => {
    const spans = [
      ["a", "09:00", "11:00"],
      ["b", "10:00", "12:00"],
      ["c", "11:00", "12:00"],
    ].map(([key = "", from = "", until = ""]) => ({
      key,
      span: { start: at(from), end: at(until) },
    }));
    expect([...lanesOf(spans)]).toEqual([
      ["a", 0],
      ["b", 1],
      ["c", 0],
    ]);
  });
  it("part bars that would lie over each other because none is narrower than a finger", () => {
    const short = [
      { key: "done", span: { start: at("13:22"), end: at("13:27") } },
      { key: "next", span: { start: at("13:30"), end: at("15:30") } },
    ];
    const lanes = (ppm: number) => [...lanesOf(roomOf(short, ppm)).values()];
    expect(lanes(1)).toEqual([0, 1]);
    expect(lanes(4)).toEqual([0, 0]);
  });
});

describe("shifts", () => {
  it("leave the rest of the day off", () => {
    const worked = shiftsOn(engineer(), day);
    expect(offSpans(worked, day).map((one) => [one.start, one.end])).toEqual([
      [day.start, at("08:00")],
      [at("12:00"), at("13:00")],
      [at("17:30"), day.end],
    ]);
  });
  it("are of the engineer's own clock, also over midnight of the office", () => {
    const tokyo = engineer({
      zone: "Asia/Tokyo",
      shifts: [{ weekday: 1, from: "00:00", until: "08:00" }],
    });
    expect(shiftsOn(tokyo, day)).toEqual([{ start: at("23:00"), end: at("07:00", "2026-11-24") }]);
  });
  it("that nobody entered keep nothing off", () => {
    expect(offSpans(shiftsOn(engineer({ shifts: [] }), day), day)).toEqual([]);
  });
  it("say how full the day is", () => {
    expect(loadOf(engineer(), [visit("a", "08:00", "12:15")], day, at("07:00"))).toBe(0.5);
    expect(loadOf(engineer({ shifts: [] }), [], day, at("07:00"))).toBeNull();
  });
});

describe("a drop", () => {
  const drop = (from: string, until: string, more = {}) => ({
    span: { start: at(from), end: at(until) },
    site: { lat: 31.3, lon: 120.6 },
    visit: "x",
    status: null,
    promised: null,
    wanted: [],
    ...more,
  });
  const kinds = (...args: Parameters<typeof warningsOf>) =>
    warningsOf(...args).map((one) => one.kind);
  const now = at("08:00");

  it("within the shift and alone says nothing", () => {
    expect(kinds(drop("09:00", "10:00"), engineer(), [], day, now)).toEqual([]);
  });
  it("says what it meets: another visit, the end of the shift, lunch", () => {
    const others = [visit("a", "09:30", "10:30"), visit("b", "09:30", "10:30", { status: "done" })];
    expect(kinds(drop("09:00", "10:00"), engineer(), others, day, now)).toEqual(["overlap"]);
    expect(kinds(drop("17:00", "18:00"), engineer(), [], day, now)).toEqual(["shift"]);
    expect(kinds(drop("11:30", "12:30"), engineer(), [], day, now)).toEqual(["shift"]);
  });
  it("on itself is no overlap", () => {
    expect(
      kinds(drop("09:00", "10:00"), engineer(), [visit("x", "09:00", "10:00")], day, now),
    ).toEqual([]);
  });
  it("says that somebody is away, instead of off shift", () => {
    const ill = {
      id: "i",
      from_at: iso("00:00"),
      until_at: iso("23:00"),
      kind: "ill",
      note: null,
    } as const;
    expect(kinds(drop("18:00", "19:00"), engineer({ absences: [ill] }), [], day, now)).toEqual([
      "absence",
    ]);
  });
  it("outside what was promised, or already begun, says so", () => {
    const promised = { start: at("13:00"), end: at("15:00") };
    expect(kinds(drop("09:00", "10:00", { promised }), engineer(), [], day, now)).toEqual([
      "window",
    ]);
    expect(kinds(drop("09:00", "10:00", { status: "on_site" }), engineer(), [], day, now)).toEqual([
      "begun",
    ]);
  });
  it("that leaves no time for the way says so, before and after", () => {
    const far = { site: { lat: 31.3, lon: 121.5 } };
    const others = [visit("a", "08:00", "09:00"), visit("b", "11:00", "12:00")];
    expect(kinds(drop("09:30", "10:30", far), engineer(), others, day, now)).toEqual([
      "travel",
      "travel",
    ]);
    expect(kinds(drop("09:00", "11:00"), engineer(), others, day, now)).toEqual([]);
  });
  it("that is over already says so", () => {
    expect(kinds(drop("08:00", "09:00"), engineer(), [], day, at("08:20"))).toEqual(["past"]);
    expect(kinds(drop("08:15", "09:00"), engineer(), [], day, at("08:20"))).toEqual([]);
  });
  it("names a skill that is missing, too low or has run out", () => {
    const wanted = [{ skill_id: "s", level: 2 }];
    const has = (level: number, expires_on: string | null) =>
      engineer({ skills: [{ skill_id: "s", level, expires_on }] });
    const of = (one: BoardEngineer) => kinds(drop("09:00", "10:00", { wanted }), one, [], day, now);
    expect(of(engineer())).toEqual(["skill"]);
    expect(of(has(1, null))).toEqual(["skill"]);
    expect(of(has(3, "2026-11-22"))).toEqual(["skill"]);
    expect(of(has(2, "2026-11-23"))).toEqual([]);
  });
});
