import { expect, it } from "vitest";
import type { DeviceRow } from "../../api/views";
import { sorted } from "./devices";

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
