/* This device's zone. */
const LOOKED_MS = 60_000;
let own = { zone: "", at: 0, offset: 0 };

/** Rows ask it by the dozen and the answer is slow: it is looked up once a minute, and when the clock shows another offset. */
export function ownZone(): string {
  const now = Date.now();
  const offset = new Date(now).getTimezoneOffset();
  if (Math.abs(now - own.at) > LOOKED_MS || offset !== own.offset)
    own = { zone: looked(), at: now, offset };
  return own.zone;
}

/** A formatter, made for nothing but this, is what a slow phone's start waits for longest: where there is another way it is taken. */
const looked = (): string =>
  (globalThis as Partial<Clocks>).Temporal?.Now.timeZoneId() ??
  Intl.DateTimeFormat().resolvedOptions().timeZone;

interface Clocks {
  Temporal: { Now: { timeZoneId: () => string } };
}
