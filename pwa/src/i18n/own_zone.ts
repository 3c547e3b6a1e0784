/* This device's zone. */
const LOOKED_MS = 60_000;
let own = { zone: "", at: 0 };

/** Rows ask it by the dozen and the answer is slow: it is looked up once a minute. */
export function ownZone(): string {
  const now = Date.now();
  if (own.zone === "" || now < own.at || now - own.at > LOOKED_MS)
    own = { zone: Intl.DateTimeFormat().resolvedOptions().timeZone, at: now };
  return own.zone;
}
