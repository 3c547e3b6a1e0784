import { describe, expect, it } from "vitest";
import type { Shown } from "../../sync/model";
import type { Job } from "../jobs";
import { coversOf } from "./cover";
import { pastOf } from "./past";
import { timelineOf } from "./timeline";

const at = (hour: number) => `2026-03-02T${String(hour).padStart(2, "0")}:00:00.000Z`;
function job(visit: Partial<Shown>, order: Partial<Shown> = {}): Job {
  const whole = { id: "v", engineer_id: "ben", status: "accepted", ...visit } as Shown;
  return {
    id: "v",
    visit: whole,
    status: whole.status as Job["status"],
    order: { id: "o", channel: "phone", reported_at: at(1), ...order } as Shown,
  } as Job;
}
const told = (one: Job, submissions: Shown[] = []) =>
  timelineOf(one, submissions, "ben").map((step) => step.what);

describe("what covers a device", () => {
  const contract = (kind: string, ends_on: string, more = {}) =>
    ({ id: ends_on, asset_id: "a", kind, ends_on, starts_on: null, ...more }) as Shown;
  it("counts the last day, and says when it ended", () => {
    const rows = [contract("warranty", "2026-03-02")];
    expect(coversOf(rows, "a", "2026-03-02")[0]).toMatchObject({ isOver: false });
    expect(coversOf(rows, "a", "2026-03-03")[0]).toMatchObject({ isOver: true });
    expect(coversOf(rows, "b", "2026-03-02")).toEqual([]);
  });
  it("takes the longest of a kind, what still covers first, nothing that has not begun", () => {
    const rows = [
      contract("warranty", "2025-01-01"),
      contract("service", "2026-06-30"),
      contract("service", "2026-12-31"),
      contract("service", "2030-12-31", { starts_on: "2027-01-01" }),
    ];
    expect(coversOf(rows, "a", "2026-03-02").map((one) => [one.kind, one.until])).toEqual([
      ["service", "2026-12-31"],
      ["warranty", "2025-01-01"],
    ]);
  });
});

describe("the past of a device", () => {
  const visit = (id: string, more = {}) => ({
    id,
    at: at(1),
    summary: id,
    status: "done",
    ...more,
  });
  it("leaves out the visit that is open here", () => {
    const history = {
      id: "a",
      total: 3,
      visits: [visit("v"), visit("x")],
      findings: { x: "Worn" },
    };
    const past = pastOf(history as unknown as Shown, "v");
    expect(past?.total).toBe(2);
    expect(past?.visits.map((one) => [one.id, one.words])).toEqual([["x", "Worn"]]);
  });
  it("says how each ended", () => {
    const visits = [
      visit("a", { outcome: "needs_parts" }),
      visit("b", { status: "cannot_complete", outcome: "cannot_complete" }),
      visit("c", { outcome: "done" }),
    ];
    const past = pastOf({ id: "a", total: 3, visits } as unknown as Shown, "v");
    expect(past?.visits.map((one) => one.outcome)).toEqual([
      "needs_parts",
      "cannot_complete",
      "done",
    ]);
  });
  it("is not known where the row has not come, or may not be read", () => {
    expect(pastOf(null, "v")).toBeNull();
    expect(pastOf({ id: "a" } as Shown, "v")).toBeNull();
  });
});

describe("the timeline", () => {
  it("stands newest first, from what was reported on", () => {
    const facts = {
      dispatched_at: at(2),
      accepted_at: at(3),
      travel_started_at: at(4),
      arrived_at: at(5),
    };
    const done = { ...facts, status: "done", outcome: "needs_parts", completed_at: at(8) };
    const form = {
      id: "f",
      visit_id: "v",
      is_final: true,
      filled_at: at(7),
      author_id: "ben",
    } as Shown;
    expect(told(job(done), [form, { ...form, id: "g", visit_id: "w" }])).toEqual([
      "completeParts",
      "form",
      "arrive",
      "travel",
      "accept",
      "sent",
      "reported",
    ]);
  });
  it("his own find is one step, not three", () => {
    const own = { dispatched_at: at(1), accepted_at: at(1), travel_started_at: at(2) };
    expect(told(job(own, { channel: "engineer" }))).toEqual(["travel", "takenOn"]);
  });
  it("a colleague's steps are not his", () => {
    const [accept] = timelineOf(job({ engineer_id: "lina", accepted_at: at(3) }), [], "ben");
    expect(accept).toMatchObject({ what: "accept", isOwn: false });
  });
  it("says why it ended without being done", () => {
    const ended = { status: "cannot_complete", reason: "No key", status_changed_at: at(6) };
    expect(timelineOf(job(ended), [], "ben")[0]).toMatchObject({
      what: "cannotComplete",
      words: "No key",
    });
  });
});
