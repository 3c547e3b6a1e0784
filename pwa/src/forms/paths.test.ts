import { expect, it } from "vitest";
import { localOf, momentOf } from "./moments";
import { reasonsOfRow, withoutRow, withRow } from "./paths";

const rows = [{ part: "a" }, { part: "b" }, { part: "c" }];
const $why = {
  "parts.0.n": { r: "first" },
  "parts.1.n": { r: "second" },
  "parts.2.n": { r: "third" },
  p: { r: "other" },
};

it("a row that goes takes its reasons along, those below come up", () => {
  expect(withoutRow({ parts: rows, $why }, "parts", 1, rows)).toEqual({
    parts: [{ part: "a" }, { part: "c" }],
    $why: { "parts.0.n": { r: "first" }, "parts.1.n": { r: "third" }, p: { r: "other" } },
  });
  expect(
    withoutRow({ parts: [rows[0]], $why: { "parts.0.n": {} } }, "parts", 0, rows.slice(0, 1)),
  ).toEqual({});
});

it("a row that comes back stands among what was answered since", () => {
  const before = { parts: rows, $why };
  const why = reasonsOfRow(before, "parts", 1);
  const since = { ...withoutRow(before, "parts", 1, rows), parts: [{ part: "a" }, { part: "C!" }] };
  expect(withRow(since, "parts", 1, { rows: since.parts, gone: { part: "b" }, why })).toEqual({
    parts: [{ part: "a" }, { part: "b" }, { part: "C!" }],
    $why,
  });
});

it.each([
  ["2026-11-27T09:00", "Asia/Shanghai", "2026-11-27T09:00:00+08:00"],
  ["2026-03-29T02:30", "Europe/Berlin", "2026-03-29T03:30:00+02:00"],
  ["2026-03-08T02:30", "America/New_York", "2026-03-08T03:30:00-04:00"],
  ["2026-07-01T12:00", "America/New_York", "2026-07-01T12:00:00-04:00"],
  ["2026-01-01T00:15", "Asia/Kolkata", "2026-01-01T00:15:00+05:30"],
])("%s in %s is %s", (local, zone, moment) => expect(momentOf(local, zone)).toBe(moment));

it("a moment is shown as it was typed, and nothing as nothing", () => {
  expect(localOf("2026-11-27T09:00:00+08:00", "Asia/Shanghai")).toBe("2026-11-27T09:00");
  expect(localOf("x", "UTC")).toBe("");
  expect(momentOf("", "UTC")).toBeNull();
});
