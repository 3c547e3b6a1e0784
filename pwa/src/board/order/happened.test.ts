import { expect, it } from "vitest";
import type { TimelineEntry } from "../../api/views";
import words from "../../i18n/words/order.en";
import zh from "../../i18n/words/order.zh-CN";
import { decidedSince, line } from "./happened";

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
  reason: null,
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
    who: "",
  });
  const first = {
    ...status,
    changes: { status_label: [null, { en: "To plan" }] as [null, object] },
  };
  expect(line(first, tongue).what).toBe("Status: To plan");
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
  expect(Object.keys(zh.timeline.facts)).toEqual(Object.keys(words.timeline.facts));
});

it("reads as a sentence: a name and what its bearer did, or what happened by itself", () => {
  const { who, what } = line(entry("work_order.created", { actor_kind: "system" }), tongue);
  expect(`${who} ${what}`).toBe("Callout took the order in");
  expect(line(entry("attachment.ready"), tongue)).toMatchObject({
    who: "",
    what: "The file has arrived whole",
  });
});

it("names the last decision that came after a form was opened, and nothing older or smaller", () => {
  const sent = { changes: { engineer_id: [null, "u1"] as [null, string] }, seq: 7, actor: "Asha" };
  const entries = [
    entry("work_order.status_set", { seq: 9, actor_kind: "system" }),
    entry("visit.edited", { seq: 8 }),
    entry("visit.dispatched", sent),
    entry("visit.planned", { seq: 6 }),
  ];
  expect(decidedSince(entries, 5, tongue)).toBe("Asha sent the visit to Li Na, 01:31.");
  expect(decidedSince(entries, 7, tongue)).toBeUndefined();
});

it("an entry that was closed without applying says why", () => {
  const closed = entry("parked.dismissed", { actor: "Asha", reason: "The machine was sold" });
  expect(line(closed, tongue)).toMatchObject({
    who: "Asha",
    what: words.timeline.events["parked.dismissed"],
    more: "The machine was sold",
  });
});
