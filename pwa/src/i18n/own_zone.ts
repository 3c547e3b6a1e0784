/* This device's zone. */
const LOOKED_MS = 60_000;
let own = { zone: "", at: 0, offset: 0 };

/** Rows ask it by the dozen and the answer is slow: it is looked up once a minute, and when the clock shows another offset. */
export function ownZone(): string {
  const now = Date.now();
  const offset = new Date(now).getTimezoneOffset();
  if (own.zone === "" || now < own.at || now - own.at > LOOKED_MS || offset !== own.offset)
    own = { zone: Intl.DateTimeFormat().resolvedOptions().timeZone, at: now, offset };
  return own.zone;
}
