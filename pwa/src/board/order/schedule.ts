/* The arithmetic of the assign form: what is offered first, what the fields mean as moments, what overlaps. */
import type { OrderCard, Visit } from "../../api/views";
import { instant, nextFree, wallTime, type Span } from "../../i18n/zones";

const MINUTE = 60_000;
export const LENGTHS = [30, 45, 60, 90, 120, 180, 240, 360, 480];
export const PROMISES = ["30", "60", "120", "240"] as const;

export interface Slot {
  date: string;
  time: string;
  minutes: number;
}
export interface Busy extends Span {
  what: string;
}

/** What an engineer already has, but for the visit that is being moved. */
export function busyOf(cards: readonly OrderCard[], engineer: string, but: string | null): Busy[] {
  return cards.flatMap(({ visit, customer }) =>
    visit &&
    visit.id !== but &&
    visit.engineer_id === engineer &&
    visit.planned_start &&
    visit.planned_end
      ? [
          {
            start: Date.parse(visit.planned_start),
            end: Date.parse(visit.planned_end),
            what: customer,
          },
        ]
      : [],
  );
}

/** The next half hour that is free, from now on, on the site's clock. */
export function offer(busy: readonly Span[], now: number, minutes: number, zone: string): Slot {
  return { ...wallTime(nextFree(busy, now, minutes, zone), zone), minutes };
}

/** The slot that a visit has now; undefined when it has no time. */
export function slotOf(visit: Visit, zone: string): Slot | undefined {
  const { planned_start: from, planned_end: to } = visit;
  if (!from || !to) return undefined;
  return {
    ...wallTime(from, zone),
    minutes: Math.round((Date.parse(to) - Date.parse(from)) / MINUTE),
  };
}

export function momentsOf(slot: Slot, zone: string): Span | undefined {
  const start = instant(slot, zone)?.getTime();
  return start === undefined ? undefined : { start, end: start + slot.minutes * MINUTE };
}

/** The promised window: none, within so many minutes of the start, or as it was. */
export function promised(
  choice: string,
  start: number,
  before: Pick<Visit, "promised_from" | "promised_until"> | null,
): Pick<Visit, "promised_from" | "promised_until"> {
  if (choice === "keep" && before)
    return { promised_from: before.promised_from, promised_until: before.promised_until };
  if (choice === "none") return { promised_from: null, promised_until: null };
  const iso = (at: number) => new Date(at).toISOString();
  return { promised_from: iso(start), promised_until: iso(start + Number(choice) * MINUTE) };
}

export const overlapping = (busy: readonly Busy[], span: Span): Busy | undefined =>
  busy.find((one) => one.start < span.end && one.end > span.start);
