/* Which devices the list shows, and their order: a person's own beside each other, the one heard last first, those shut out last. */
import type { DeviceRow } from "../../api/views";

export const STATES = ["active", "unsent", "never", "revoked"] as const;
export type DeviceState = (typeof STATES)[number];

const is: Record<DeviceState, (row: DeviceRow) => boolean> = {
  active: (row) => !row.revoked_at,
  unsent: (row) => row.pending > 0,
  never: (row) => !row.revoked_at && !row.last_seen_at && row.kind !== "desk",
  revoked: (row) => Boolean(row.revoked_at),
};

/** Every word stands in the person's or the device's name. */
export function matching(
  devices: readonly DeviceRow[],
  words: string,
  state: DeviceState | null,
): DeviceRow[] {
  const wanted = words.toLowerCase().split(/\s+/).filter(Boolean);
  return devices.filter((row) => {
    const text = `${row.user} ${row.label} ${row.platform}`.toLowerCase();
    return (!state || is[state](row)) && wanted.every((word) => text.includes(word));
  });
}

export const sorted = (devices: readonly DeviceRow[], locale: string): DeviceRow[] =>
  devices.toSorted(
    (a, b) =>
      a.user.localeCompare(b.user, locale) ||
      Number(Boolean(a.revoked_at)) - Number(Boolean(b.revoked_at)) ||
      (b.last_seen_at ?? "").localeCompare(a.last_seen_at ?? ""),
  );
