import { describe, expect, it } from "vitest";
import type { Shown } from "../sync/model";
import { step } from "../engines/visits/machine";
import { NEW_VISIT, type Visit, type VisitCommand } from "../engines/visits/visit";
import { isUndoable, lifeSteps, nextVerb, otherVerbs } from "./verbs";

const visit = (status: string, more: Record<string, string | null> = {}): Shown => ({
  ...NEW_VISIT,
  id: "v",
  status,
  engineer_id: "ben",
  ...more,
});

describe("the verb on the button", () => {
  it.each([
    ["planned", null],
    ["dispatched", "visit.accept"],
    ["accepted", "visit.travel"],
    ["travelling", "visit.arrive"],
    ["on_site", "visit.complete"],
    ["paused", "visit.resume"],
    ["done", null],
    ["cannot_complete", null],
    ["cancelled", null],
  ])("%s → %s", (status, verb) => {
    expect(nextVerb(visit(status))).toBe(verb);
  });

  it("what the machine holds for done already is not offered again", () => {
    // Undone back to accepted, but the fact of the travel is still there: the machine calls a second travel a duplicate.
    const back = visit("accepted", { travel_started_at: "2026-11-20T01:00:00.000Z" });
    expect(nextVerb(back)).toBeNull();
    expect(otherVerbs(back)).toContain("visit.arrive");
  });
});

describe("what was done can be taken back", () => {
  const done = (before: Shown, command: VisitCommand): Shown => {
    const answer = step(
      before as unknown as Visit,
      command,
      { reason: "-" },
      "2026-11-20T01:00:00.000Z",
    );
    return { ...before, ...(answer.state === "ok" ? answer.changes : {}) } as unknown as Shown;
  };
  const accepted = done(visit("dispatched"), "visit.accept");

  it("while it is the last thing that happened", () => {
    expect(isUndoable(accepted, "visit.accept", "ben")).toBe(true);
    expect(isUndoable(done(accepted, "visit.travel"), "visit.accept", "ben")).toBe(false);
  });
  it("not once the office has cancelled", () => {
    expect(isUndoable(done(accepted, "visit.cancel"), "visit.accept", "ben")).toBe(false);
  });
  it("not once somebody else has it, or it has left the phone", () => {
    expect(isUndoable({ ...accepted, engineer_id: "lina" }, "visit.accept", "ben")).toBe(false);
    expect(isUndoable({ ...accepted, is_detached: true }, "visit.accept", "ben")).toBe(false);
    expect(isUndoable(null, "visit.accept", "ben")).toBe(false);
  });
  it("giving back can be, though it takes the visit off the phone", () => {
    const declined = done(visit("dispatched"), "visit.decline");
    expect(declined.engineer_id).toBeNull();
    expect(isUndoable(declined, "visit.decline", "ben")).toBe(true);
    expect(isUndoable({ ...declined, is_detached: true }, "visit.decline", "ben")).toBe(true);
    expect(isUndoable(null, "visit.decline", "ben")).toBe(true);
  });
});

describe("behind the menu", () => {
  it.each([
    ["dispatched", ["visit.decline"]],
    ["accepted", ["visit.arrive", "visit.cannot_complete"]],
    ["travelling", ["visit.pause", "visit.cannot_complete"]],
    ["on_site", ["visit.pause", "visit.cannot_complete"]],
    ["paused", ["visit.cannot_complete"]],
    ["done", []],
  ])("%s", (status, verbs) => {
    expect(otherVerbs(visit(status))).toEqual(verbs);
  });
});

describe("steps", () => {
  const at = "2026-11-20T01:00:00.000Z";
  it("show a time only for what has happened", () => {
    const steps = lifeSteps(visit("travelling", { accepted_at: at, travel_started_at: at }));
    expect(steps.map((step) => step.state)).toEqual(["done", "current", "next", "next"]);
    expect(steps.map((step) => step.at !== null)).toEqual([true, true, false, false]);
  });

  it("paused stands where it was paused; done is full; nothing yet is all ahead", () => {
    const paused = lifeSteps(visit("paused", { paused_from: "travelling", accepted_at: at }));
    expect(paused[1]?.state).toBe("current");
    expect(lifeSteps(visit("done")).every((step) => step.state === "done")).toBe(true);
    expect(lifeSteps(visit("dispatched")).every((step) => step.state === "next")).toBe(true);
  });

  it("ended undone keeps what was reached", () => {
    const steps = lifeSteps(visit("cannot_complete", { accepted_at: at, arrived_at: at }));
    expect(steps.map((step) => step.state)).toEqual(["done", "done", "done", "next"]);
  });
});
