import { describe, expect, it } from "vitest";
import { halfHour, instant, nextFree, wallTime } from "./zones";

const iso = (date: string, time: string, zone: string) =>
  instant({ date, time }, zone)?.toISOString();

describe("a wall time in the site's zone", () => {
  it.each([
    ["2026-11-22", "09:30", "Asia/Shanghai", "2026-11-22T01:30:00.000Z"],
    ["2026-07-01", "09:30", "America/New_York", "2026-07-01T13:30:00.000Z"],
    ["2026-12-01", "09:30", "America/New_York", "2026-12-01T14:30:00.000Z"],
    ["2026-11-22", "00:15", "Asia/Kathmandu", "2026-11-21T18:30:00.000Z"],
  ])("%s %s in %s", (date, time, zone, moment) => {
    expect(iso(date, time, zone)).toBe(moment);
    expect(wallTime(moment, zone)).toEqual({ date, time });
  });

  it("that the spring change skips moves on by the hour that is lost", () => {
    expect(iso("2026-03-29", "02:30", "Europe/Berlin")).toBe("2026-03-29T01:30:00.000Z");
    expect(wallTime("2026-03-29T01:30:00Z", "Europe/Berlin").time).toBe("03:30");
  });

  it("that autumn has twice is the first of the two", () => {
    expect(iso("2026-10-25", "02:30", "Europe/Berlin")).toBe("2026-10-25T00:30:00.000Z");
  });

  it("that is not complete is no moment", () => {
    expect(instant({ date: "", time: "09:30" }, "UTC")).toBeUndefined();
    expect(instant({ date: "2026-11-22", time: "" }, "UTC")).toBeUndefined();
  });
});

describe("the time that a visit is offered", () => {
  const at = (text: string) => Date.parse(text);

  it("is the next half hour of the site's clock, not of the browser's", () => {
    expect(halfHour(at("2026-11-22T06:41:10Z"), "Asia/Shanghai")).toBe(at("2026-11-22T07:00:00Z"));
    expect(halfHour(at("2026-11-22T06:30:00Z"), "Asia/Shanghai")).toBe(at("2026-11-22T06:30:00Z"));
    // Nepal is at a quarter to: its half hours are not those of UTC.
    expect(
      wallTime(halfHour(at("2026-11-22T06:41:10Z"), "Asia/Kathmandu"), "Asia/Kathmandu").time,
    ).toBe("12:30");
  });

  it("goes behind what the engineer already has", () => {
    const busy = [
      { start: at("2026-11-22T09:00:00Z"), end: at("2026-11-22T10:10:00Z") },
      { start: at("2026-11-22T07:00:00Z"), end: at("2026-11-22T08:30:00Z") },
    ];
    const free = (minutes: number) =>
      new Date(nextFree(busy, at("2026-11-22T06:50:00Z"), minutes, "UTC")).toISOString();
    expect(free(30)).toBe("2026-11-22T08:30:00.000Z");
    expect(free(60)).toBe("2026-11-22T10:30:00.000Z");
  });
});
