import { describe, expect, it } from "vitest";
import type { Shown } from "../sync/model";
import {
  type DayGroup,
  dayOf,
  daysOf,
  groupsOf,
  jobOf,
  jobsOf,
  type Lists,
  nextAfter,
  zoneOfDay,
} from "./jobs";

const ORG = "Asia/Shanghai";
interface Spec {
  id: string;
  start: string | null;
  zone?: string;
  status?: string;
  engineer?: string;
  more?: Record<string, string>;
}

function lists(specs: Spec[]): Lists {
  const of: Record<string, Shown[]> = { visit: [], work_order: [], site: [] };
  for (const { id, start, zone, status, engineer, more } of specs) {
    of.visit?.push({
      id,
      work_order_id: `wo-${id}`,
      engineer_id: engineer ?? "ben",
      status: status ?? "accepted",
      planned_start: start,
      ...more,
    });
    of.work_order?.push({ id: `wo-${id}`, summary: `Job ${id}`, site_id: `site-${id}` });
    of.site?.push({ id: `site-${id}`, zone: zone ?? ORG });
  }
  return (entity) => of[entity] ?? [];
}
const days = (specs: Spec[], now: string) =>
  daysOf(jobsOf(lists(specs), "ben", ORG), Date.parse(now));

describe("the day of a job is a day of its site", () => {
  it("turns at the site's midnight, not at the phone's nor at UTC's", () => {
    const late = [{ id: "a", start: "2026-11-20T15:30:00Z" }]; // 23:30 in Shanghai
    expect(days(late, "2026-11-20T15:59:00Z").count).toBe(1);
    expect(days(late, "2026-11-20T16:01:00Z").earlier.map((job) => job.id)).toEqual(["a"]);
  });

  it("two sites of different zones may have different todays at the same moment", () => {
    const found = days(
      [
        { id: "sh", start: "2026-11-21T01:00:00Z" },
        { id: "ny", start: "2026-11-21T01:00:00Z", zone: "America/New_York" },
      ],
      "2026-11-20T20:00:00Z", // 04:00 of the 21st in Shanghai, 15:00 of the 20th in New York
    );
    expect([found.hero?.id, ...found.open.map((job) => job.id)].sort()).toEqual(["ny", "sh"]);
  });

  it("keeps a day of 23 and of 25 hours whole", () => {
    const berlin = (id: string, start: string) => ({ id, start, zone: "Europe/Berlin" });
    const spring = [berlin("a", "2026-03-28T23:10:00Z"), berlin("b", "2026-03-29T21:50:00Z")];
    expect(days(spring, "2026-03-29T10:00:00Z").count).toBe(2);
    const autumn = [berlin("a", "2026-10-24T22:10:00Z"), berlin("b", "2026-10-25T22:50:00Z")];
    expect(days(autumn, "2026-10-25T10:00:00Z").count).toBe(2);
  });

  it("what is under way stays today's over midnight, and what ended today counts today", () => {
    const now = "2026-11-20T17:00:00Z"; // 01:00 of the 21st
    const start = "2026-11-20T12:00:00Z";
    expect(days([{ id: "a", start, status: "on_site" }], now).hero?.id).toBe("a");
    const ended = { completed_at: "2026-11-20T16:30:00Z" };
    expect(days([{ id: "a", start, status: "done", more: ended }], now).done).toHaveLength(1);
  });

  it("a job without a time is today's and comes last", () => {
    const found = days(
      [
        { id: "a", start: null },
        { id: "b", start: "2026-11-20T02:00:00Z" },
      ],
      "2026-11-20T01:00:00Z",
    );
    expect([found.hero?.id, found.open[0]?.id]).toEqual(["b", "a"]);
  });
});

describe("the list", () => {
  const now = "2026-11-20T01:00:00Z";
  const at = (hour: number) => `2026-11-20T0${hour}:00:00Z`;

  it("puts the job in hand first: on site before on the way before paused before the next", () => {
    const specs = [
      { id: "next", start: at(1) },
      { id: "paused", start: at(2), status: "paused" },
      { id: "way", start: at(3), status: "travelling" },
      { id: "site", start: at(4), status: "on_site" },
    ];
    expect(days(specs, now).hero?.id).toBe("site");
    expect(days(specs.slice(0, 3), now).hero?.id).toBe("way");
    expect(days(specs.slice(0, 2), now).hero?.id).toBe("paused");
    expect(days(specs.slice(0, 1), now).hero?.id).toBe("next");
    expect(days(specs, now).open.map((job) => job.id)).toEqual(["next", "paused", "way"]);
  });

  it("holds only this person's jobs that are still his", () => {
    const found = jobsOf(
      lists([
        { id: "mine", start: at(1) },
        { id: "other", start: at(2), engineer: "lina" },
      ]),
      "ben",
      ORG,
    );
    expect(found.map((job) => job.id)).toEqual(["mine"]);
  });

  it("groups other days, the nearest first on both sides", () => {
    const specs = ["18", "19", "21", "22"].map((day) => ({
      id: day,
      start: `2026-11-${day}T02:00:00Z`,
    }));
    const found = days(specs, now);
    const keys = (groups: DayGroup[]) => groups.map((group) => group.key);
    expect(keys(groupsOf(found.later, 9, false))).toEqual(["2026-11-21", "2026-11-22"]);
    expect(keys(groupsOf(found.earlier, 9, true))).toEqual(["2026-11-19", "2026-11-18"]);
  });

  it("groups as many as there is room for, as all of them would be grouped", () => {
    const zones = ["Asia/Shanghai", "America/New_York", "Pacific/Auckland"];
    const specs = Array.from({ length: 60 }, (_, n) => ({
      id: `j${n}`,
      start: new Date(Date.UTC(2026, 10, 22) + n * 3_700_000).toISOString(),
      zone: zones[n % 3] as string,
    }));
    const { later } = days(specs, now);
    for (const isNewestFirst of [false, true]) {
      const all = groupsOf(later, 1_000, isNewestFirst);
      expect(all.reduce((sum, group) => sum + group.jobs.length, 0)).toBe(60);
      for (const room of [0, 1, 7, 24, 59]) {
        const some = groupsOf(later, room, isNewestFirst);
        expect(some.map((group) => group.count)).toEqual(
          all.slice(0, some.length).map((group) => group.count),
        );
        expect(some.flatMap((group) => group.jobs)).toEqual(
          all.flatMap((group) => group.jobs).slice(0, room),
        );
      }
    }
  });

  it("speaks in the one zone of today's sites, else in the organisation's", () => {
    const berlin = { id: "a", start: at(1), zone: "Europe/Berlin" };
    const one = jobsOf(lists([berlin]), "ben", ORG);
    const two = jobsOf(lists([berlin, { id: "b", start: at(2) }]), "ben", ORG);
    expect(zoneOfDay(one, ORG, Date.parse(now))).toBe("Europe/Berlin");
    expect(zoneOfDay(two, ORG, Date.parse(now))).toBe(ORG);
  });

  it("a job whose order has not arrived still shows, with what is known", () => {
    const visit = { id: "v", engineer_id: "ben", status: "dispatched" } as Shown;
    const job = jobOf(visit, () => [], ORG);
    expect([job.title, job.zone, dayOf(job, Date.parse(now))]).toEqual(["…", ORG, 0]);
  });
});

describe("after a job", () => {
  const now = Date.parse("2026-11-20T04:00:00Z");
  const next = (id: string, specs: Spec[]) => {
    const jobs = jobsOf(lists(specs), "ben", ORG);
    const job = jobs.find((one) => one.id === id);
    return job && (nextAfter(job, jobs, now)?.id ?? null);
  };
  const done = { id: "a", start: "2026-11-20T01:00:00Z", status: "done" };
  const later = { id: "c", start: "2026-11-20T07:00:00Z" };
  const soon = { id: "b", start: "2026-11-20T05:00:00Z" };
  const tomorrow = { id: "t", start: "2026-11-21T05:00:00Z" };

  it("comes the next of today", () => {
    expect(next("a", [later, soon, done, tomorrow])).toBe("b");
    expect(next("a", [{ ...later, status: "paused" }, soon, done])).toBe("c");
  });
  it("comes nothing when that was the last of today", () => {
    expect(next("a", [done, tomorrow, { ...soon, status: "cancelled" }])).toBeNull();
  });
  it("comes nothing while it goes on, or when it is of another day", () => {
    expect(next("b", [soon, later])).toBeNull();
    expect(next("o", [{ ...done, id: "o", start: "2026-11-18T01:00:00Z" }, soon])).toBeNull();
  });
});
