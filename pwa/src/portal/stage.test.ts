import { expect, it } from "vitest";
import type { Tracked } from "../api/views";
import { outcomeOf, stepsOf } from "./stage";

const at = "2026-11-22T01:00:00.000Z";
const tracked = (status: string | null, more: object = {}, category = "in_progress") =>
  ({
    category,
    reported_at: at,
    visit: status && { status, outcome: null, arrived_at: at, dispatched_at: at, ...more },
  }) as Tracked;
const states = (one: Tracked) =>
  stepsOf(one)
    .map((step) => step.state[0])
    .join("");

it.each([
  [tracked(null, {}, "new"), "cnnnn"],
  [tracked("planned", {}, "scheduled"), "cnnnn"],
  [tracked("accepted", {}, "scheduled"), "dcnnn"],
  [tracked("travelling"), "ddcnn"],
  [tracked("on_site"), "dddcn"],
  [tracked("paused", { arrived_at: null }, "waiting"), "ddcnn"],
  [tracked("done", { outcome: "done" }, "done"), "ddddd"],
  [tracked("done", { outcome: "needs_parts" }, "waiting"), "cnnnn"],
  [tracked("cannot_complete", {}, "new"), "cnnnn"],
])("steps %#", (one, want) => expect(states(one)).toBe(want));

it("tells a customer what comes after an end", () => {
  expect(outcomeOf(tracked("done", { outcome: "needs_parts" }, "waiting"))).toBe("parts");
  expect(outcomeOf(tracked("done", { outcome: "done" }, "in_progress"))).toBe("under_way");
  expect(outcomeOf(tracked("cannot_complete", {}, "new"))).toBe("again");
  expect(outcomeOf(tracked("on_site", {}, "cancelled"))).toBe("cancelled");
});
