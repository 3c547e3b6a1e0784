import { describe, expect, it, vi } from "vitest";
import { bytes, clock, dateKey, day, duration, percent, relative, sideOfDay } from "./format";
import { counter } from "./plural";

const at = "2026-11-20T16:30:00Z";

describe("moments are shown in the zone that is named", () => {
  it("clock and date change with the zone", () => {
    expect(clock(at, "Asia/Shanghai")).toBe("00:30");
    expect(clock(at, "UTC")).toBe("16:30");
    expect(dateKey(at, "Asia/Shanghai")).toBe("2026-11-21");
    expect(dateKey(at, "America/New_York")).toBe("2026-11-20");
  });

  it("a phone that leaves its zone goes on saying what each zone says", async () => {
    vi.resetModules();
    const { clock, dateKey } = await import("./format");
    const offset = vi.spyOn(Date.prototype, "getTimezoneOffset");
    const own = vi.spyOn(Intl.DateTimeFormat.prototype, "resolvedOptions");
    const isIn = (timeZone: string, behind: number) => {
      offset.mockReturnValue(behind);
      own.mockReturnValue({ timeZone } as Intl.ResolvedDateTimeFormatOptions);
    };
    try {
      isIn("Asia/Shanghai", -480);
      expect(clock("2026-11-25T03:00:00Z", "Asia/Shanghai")).toBe("11:00");
      isIn("America/New_York", 240);
      expect(clock("2026-10-24T03:00:00Z", "Asia/Shanghai")).toBe("11:00");
      expect(clock("2026-10-24T03:00:00Z", "America/New_York")).toBe("23:00");
      expect(dateKey("2026-10-24T03:00:00Z", "America/New_York")).toBe("2026-10-23");
    } finally {
      vi.restoreAllMocks();
    }
  });

  it("a kept date is the date: in zones of quarters of an hour, at changes of the clock, before there were such zones", () => {
    const plain = (moment: number, timeZone: string) =>
      new Intl.DateTimeFormat("sv-SE", { timeZone, dateStyle: "short" }).format(moment);
    const zones = ["Asia/Kathmandu", "Australia/Lord_Howe", "Pacific/Chatham", "Asia/Shanghai"];
    const moments = [
      ...["1911-06-01T15:50:00Z", "1972-12-31T23:59:59Z", "2026-04-04T15:00:00Z"].map(Date.parse),
      ...Array.from({ length: 400 }, (_, n) => Date.UTC(2026, 2, 1) + n * 47 * 60_000 + n * 1_313),
    ];
    for (const zone of zones)
      for (const moment of [...moments, ...moments.slice().reverse()])
        expect(dateKey(moment, zone)).toBe(plain(moment, zone));
  });

  it("before, in or after a day: the same as its dates say, at every hour around it", () => {
    for (const zone of [
      "Pacific/Auckland",
      "Australia/Lord_Howe",
      "America/Havana",
      "Asia/Kathmandu",
    ])
      for (const now of ["2026-04-04T20:00:00Z", "2026-11-01T03:30:00Z", "2026-11-26T11:00:00Z"])
        for (let n = -60; n <= 60; n += 1) {
          const moment = Date.parse(now) + n * 1_800_000;
          const [day, today] = [dateKey(moment, zone), dateKey(Date.parse(now), zone)];
          const side = day === today ? 0 : day < today ? -1 : 1;
          expect(sideOfDay(moment, Date.parse(now), zone)).toBe(side);
        }
  });

  it("keeps the hour that a change to summer time skips", () => {
    expect(clock("2026-03-29T00:59:00Z", "Europe/Berlin")).toBe("01:59");
    expect(clock("2026-03-29T01:00:00Z", "Europe/Berlin")).toBe("03:00");
  });

  it("days read naturally in both languages", () => {
    expect(day(at, "UTC", "zh-CN")).toBe("11月20日 周五");
    expect(day(at, "UTC", "en")).toBe("Fri, Nov 20");
  });

  it("every day of a year is written as the platform writes it", () => {
    for (const zone of ["Asia/Shanghai", "America/New_York"]) {
      const of = { weekday: "short", day: "numeric", timeZone: zone } as const;
      const english = new Intl.DateTimeFormat("en", { ...of, month: "short" });
      const chinese = new Intl.DateTimeFormat("zh-CN", { ...of, month: "long" });
      for (let n = 0; n < 366; n++) {
        const moment = Date.UTC(2026, 0, 1, 3) + n * 86_400_000;
        expect(day(moment, zone, "en")).toBe(english.format(moment));
        expect(day(moment, zone, "zh-CN").replace(" ", "")).toBe(chinese.format(moment));
      }
    }
  });

  it("the device's own zone is asked of its clock, to the same answer", () => {
    const own = Intl.DateTimeFormat().resolvedOptions().timeZone;
    const plain = (moment: number) =>
      new Intl.DateTimeFormat("sv-SE", {
        timeZone: own,
        dateStyle: "short",
        timeStyle: "short",
      }).format(moment);
    for (let n = 0; n < 2_000; n++) {
      const moment = Date.UTC(1985, 0, 1) + n * 7 * 86_400_000 + n * 2_113_000;
      expect(`${dateKey(moment, own)} ${clock(moment, own)}`).toBe(plain(moment));
    }
  });

  it("ages use the largest whole unit", () => {
    expect(relative("2026-11-20T16:25:00Z", at, "en")).toBe("5 minutes ago");
    expect(relative("2026-11-19T16:00:00Z", at, "zh-CN")).toBe("昨天");
  });
});

describe("lengths and sizes", () => {
  it("minutes below four hours, hours and minutes from there", () => {
    expect(duration(36, "zh-CN")).toBe("36 分");
    expect(duration(239, "en")).toBe("239 min");
    expect(duration(281, "zh-CN")).toBe("4 时 41 分");
    expect(duration(240, "en")).toBe("4 h");
  });

  it("bytes and shares", () => {
    expect(bytes(1_800_000, "en")).toBe("1.8 MB");
    expect(bytes(0, "en")).toBe("0 B");
    expect(percent(0.62, "zh-CN")).toBe("62\u2009%");
  });
});

it("plurals follow the language", () => {
  expect(counter("en")(1, { one: "# job", other: "# jobs" })).toBe("1 job");
  for (const locale of ["en", "zh-CN"]) {
    const rules = new Intl.PluralRules(locale);
    for (const n of [...Array(130).keys(), 1.5, 0.1, 1e6, -1, -2])
      expect(counter(locale)(n, { one: "one", other: "other" })).toBe(rules.select(n));
  }
  expect(counter("en")(1200, { one: "# job", other: "# jobs" })).toBe("1,200 jobs");
});
