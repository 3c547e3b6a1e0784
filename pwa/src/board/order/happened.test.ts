import { expect, it } from "vitest";
import type { TimelineEntry } from "../../api/views";
import words from "../../i18n/words/order.en";
import zh from "../../i18n/words/order.zh-CN";
import { line } from "./happened";

const entry = (event: string, more: Partial<TimelineEntry> = {}): TimelineEntry => ({
  seq: 1,
  event,
  entity: "visit",
  entity_id: "v",
  actor: "Ben",
  actor_kind: "user",
  origin: "sync",
  acted_at: "2026-11-22T01:31:00.000Z",
  recorded_at: "2026-11-22T01:31:02.000Z",
  is_time_trusted: true,
  is_erased: false,
  changes: {},
  ...more,
});
const tongue = {
  words,
  text: (map: Record<string, string> | null) => map?.en ?? "",
  when: (at: string) => at.slice(11, 16),
  span: (start: string | null, end: string | null) => `${start}–${end}`,
  name: (id: string) => (id === "u1" ? "Li Na" : undefined),
};

it("an entry made offline names both times; the flow's bookkeeping is quiet", () => {
  const late = line(entry("visit.arrived", { recorded_at: "2026-11-22T02:10:00.000Z" }), tongue);
  expect(late).toMatchObject({
    who: "Ben",
    acted: "01:31",
    recorded: "received 02:10",
    isQuiet: false,
  });
  expect(line(entry("visit.arrived"), tongue).recorded).toBeNull();
  const status = entry("work_order.status_set", {
    actor_kind: "system",
    changes: { status_label: [{ en: "Planned" }, { en: "Dispatched" }] },
  });
  expect(line(status, tongue)).toMatchObject({
    what: "Status: Planned → Dispatched",
    isQuiet: true,
  });
});

it("says to whom, what was written, and that a time is not certain", () => {
  expect(
    line(entry("visit.dispatched", { changes: { engineer_id: [null, "u1"] } }), tongue).more,
  ).toBe("to Li Na");
  const found = entry("visit.edited", {
    changes: { findings: [null, "Filter blocked"] },
    is_time_trusted: false,
  });
  expect(line(found, tongue)).toMatchObject({ more: "Filter blocked", isUncertain: true });
});

it("every event has words in both languages", () => {
  expect(Object.keys(zh.timeline.events)).toEqual(Object.keys(words.timeline.events));
});
