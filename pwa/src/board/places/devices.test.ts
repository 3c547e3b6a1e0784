import { expect, it } from "vitest";
import type { DeviceRow } from "../../api/views";
import { matching, sorted } from "./devices";

const device = (id: string, user: string, seen: string | null, revoked = false) =>
  ({ id, user, last_seen_at: seen, revoked_at: revoked ? "2026-11-22" : null }) as DeviceRow;

it("people stand together; of one the device heard last comes first, those shut out last", () => {
  const rows = [
    device("old", "Ben", "2026-11-20"),
    device("asha", "Asha", null),
    device("out", "Ben", "2026-11-22", true),
    device("never", "Ben", null),
    device("new", "Ben", "2026-11-21"),
  ];
  expect(sorted(rows, "en").map((one) => one.id)).toEqual(["asha", "new", "old", "never", "out"]);
});

it("is found by person, by name and by state, in any case and order of words", () => {
  const rows = [
    { ...device("ben", "Ben Zhou", "2026-11-20"), label: "Chrome on Android", pending: 2 },
    { ...device("asha", "Asha", null), label: "Firefox", kind: "desk", pending: 0 },
    { ...device("new", "Emma", null), label: "", platform: "Safari", kind: "phone", pending: 0 },
    { ...device("out", "Ben Zhou", null, true), label: "Chrome", kind: "phone", pending: 0 },
  ];
  const found = (words: string, state: Parameters<typeof matching>[2] = null) =>
    matching(rows, words, state).map((one) => one.id);
  expect(found("")).toEqual(["ben", "asha", "new", "out"]);
  expect(found("android BEN")).toEqual(["ben"]);
  expect(found("safari")).toEqual(["new"]);
  expect(found("", "active")).toEqual(["ben", "asha", "new"]);
  expect(found("", "unsent")).toEqual(["ben"]);
  expect(found("", "never")).toEqual(["new"]);
  expect(found("ben", "revoked")).toEqual(["out"]);
  expect(found("nobody")).toEqual([]);
});
