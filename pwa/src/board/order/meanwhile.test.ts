import { expect, it } from "vitest";
import type { Visit } from "../../api/views";
import { isSame, seenOf } from "./meanwhile";

const visit = {
  id: "v",
  version: 3,
  engineer_id: "ben",
  status: "dispatched",
  planned_start: "2026-11-22T01:00:00.000Z",
  planned_end: "2026-11-22T02:00:00.000Z",
  findings: null,
} as Visit;

it("another engineer, time or state is a decision; what an engineer writes is none", () => {
  const seen = seenOf(visit);
  expect(isSame(seen, seenOf({ ...visit, version: 4, findings: "Filter blocked" }))).toBe(true);
  for (const more of [{ engineer_id: "lina" }, { status: "accepted" }, { planned_end: null }])
    expect(isSame(seen, seenOf({ ...visit, ...more }))).toBe(false);
});

it("a visit where none was, and none where one was, are decisions", () => {
  expect(isSame(seenOf(null), seenOf(visit))).toBe(false);
  expect(isSame(seenOf(visit), seenOf(null))).toBe(false);
  expect(isSame(seenOf(null), null)).toBe(true);
});
