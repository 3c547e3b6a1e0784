/* Wall clocks and moments: what a person types in a site's zone, as the moment it is, and back. Knows daylight
   saving: a time that does not exist moves forward, a time that exists twice is the first one. */

export interface WallTime {
  /** 2026-11-22 */
  date: string;
  /** 09:30 */
  time: string;
}
export interface Span {
  start: number;
  end: number;
}

const MINUTE = 60_000;
const DAY = 24 * 60 * MINUTE;
const kept = new Map<string, Intl.DateTimeFormat>();

function formatter(zone: string): Intl.DateTimeFormat {
  let made = kept.get(zone);
  if (!made) {
    const two = "2-digit" as const;
    const options = { year: "numeric" as const, month: two, day: two, hour: two, minute: two };
    made = new Intl.DateTimeFormat("en", { ...options, hourCycle: "h23", timeZone: zone });
    kept.set(zone, made);
  }
  return made;
}

export function wallTime(at: Date | string | number, zone: string): WallTime {
  const part: Record<string, string> = {};
  for (const { type, value } of formatter(zone).formatToParts(new Date(at))) part[type] = value;
  return {
    date: `${part.year}-${part.month}-${part.day}`,
    time: `${part.hour}:${part.minute}`,
  };
}

const asUtc = ({ date, time }: WallTime): number => Date.parse(`${date}T${time}:00Z`);
const offset = (at: number, zone: string): number =>
  asUtc(wallTime(at, zone)) - Math.floor(at / MINUTE) * MINUTE;

/** The moment of a wall time; undefined when date or time is not complete. */
export function instant(wall: WallTime, zone: string): Date | undefined {
  const read = asUtc(wall);
  if (Number.isNaN(read)) return undefined;
  const before = read - offset(read - DAY, zone);
  const after = read - offset(read + DAY, zone);
  const real = [before, after].filter((at) => asUtc(wallTime(at, zone)) === read);
  // In the hour that is skipped in spring neither fits: the old offset gives the time one hour on.
  return new Date(real.length ? Math.min(...real) : before);
}

/** The next full or half hour of the zone's clock, at or after `at`. */
export function halfHour(at: number, zone: string): number {
  const whole = Math.ceil(at / MINUTE) * MINUTE;
  const minutes = Number(wallTime(whole, zone).time.slice(3));
  return whole + ((30 - (minutes % 30)) % 30) * MINUTE;
}

/** The first half hour from `from` on at which `minutes` fit between what is already planned. */
export function nextFree(
  busy: readonly Span[],
  from: number,
  minutes: number,
  zone: string,
): number {
  let start = halfHour(from, zone);
  const planned = [...busy].sort((a, b) => a.start - b.start);
  for (const one of planned)
    if (one.start < start + minutes * MINUTE && one.end > start) start = halfHour(one.end, zone);
  return start;
}
