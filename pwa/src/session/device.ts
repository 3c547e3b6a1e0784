/* This installation as the server knows it. A device is one user on one installed client: another person who
   signs in on the same phone is another device, so ids are kept per login. Holds no secret. */

export interface DeviceInfo {
  id: string;
  label: string;
  platform: string;
  /** The two kinds that the server tells apart: what is carried, and what stands in the office. */
  kind: "phone" | "desk";
}

/** UUIDv7: sorts by the time it was made, like every id of this product. */
export function uuid7(
  now = Date.now(),
  random = crypto.getRandomValues(new Uint8Array(16)),
): string {
  const bytes = random;
  for (let at = 0; at < 6; at++) bytes[at] = Math.floor(now / 2 ** (8 * (5 - at))) % 256;
  bytes[6] = ((bytes[6] ?? 0) & 0x0f) | 0x70;
  bytes[8] = ((bytes[8] ?? 0) & 0x3f) | 0x80;
  const hex = Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("");
  return hex.replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, "$1-$2-$3-$4-$5");
}

export function describe(agent: string, touchPoints: number): Omit<DeviceInfo, "id"> {
  // iPadOS calls itself a Mac; only the touch points tell.
  const iPad = /iPad/.test(agent) || (/Macintosh/.test(agent) && touchPoints > 1);
  const found: [RegExp | boolean, string, DeviceInfo["kind"]][] = [
    [iPad, "iPad", "phone"],
    [/iPhone/, "iPhone", "phone"],
    [/Android/, "Android", "phone"],
    [/Windows/, "Windows", "desk"],
    [/Macintosh/, "Mac", "desk"],
    [/Linux|CrOS/, "Linux", "desk"],
  ];
  const hit = found.find(([test]) => (typeof test === "boolean" ? test : test.test(agent)));
  const [, platform, kind] = hit ?? [true, "Web", "desk" as const];
  const browser = /Edg\//.test(agent)
    ? "Edge"
    : /Firefox\//.test(agent)
      ? "Firefox"
      : /Chrome\//.test(agent)
        ? "Chrome"
        : "Safari";
  return { label: `${platform} · ${browser}`, platform: platform.toLowerCase(), kind };
}

export function deviceFor(login: string): DeviceInfo {
  const key = `callout.device.${login.trim().toLowerCase()}`;
  let id: string | null = null;
  try {
    id = localStorage.getItem(key);
    if (!id) localStorage.setItem(key, (id = uuid7()));
  } catch {
    // Forbidden storage: the server sees a new device at each sign-in, which is true.
  }
  return { id: id ?? uuid7(), ...describe(navigator.userAgent, navigator.maxTouchPoints) };
}
