/* The order of the devices' list: a person's own beside each other, the one heard last first, those shut out last. */
import type { DeviceRow } from "../../api/views";

export const sorted = (devices: readonly DeviceRow[], locale: string): DeviceRow[] =>
  devices.toSorted(
    (a, b) =>
      a.user.localeCompare(b.user, locale) ||
      Number(Boolean(a.revoked_at)) - Number(Boolean(b.revoked_at)) ||
      (b.last_seen_at ?? "").localeCompare(a.last_seen_at ?? ""),
  );
