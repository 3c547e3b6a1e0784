/* A moment as the browser's own field takes it, in the zone of the site, and back. Pure. */
import { clock, dateKey, offsetOf } from "../i18n/format";

const MINUTE = 60_000;
// Without it a browser reads a day out of an emptied field.
const LOCAL = /^\d{4}-\d\d-\d\dT\d\d:\d\d/;

/** 2026-11-27T09:00, or nothing where there is no moment. */
export function localOf(written: unknown, zone: string): string {
  const at = typeof written === "string" ? Date.parse(written) : NaN;
  return Number.isNaN(at) ? "" : `${dateKey(at, zone)}T${clock(at, zone)}`;
}

/** 2026-11-27T09:00:00+08:00, or null where it is none. A time that a change of clocks leaves out is the one after it. */
export function momentOf(local: string, zone: string): string | null {
  const shown = LOCAL.test(local) ? Date.parse(`${local.slice(0, 16)}:00Z`) : NaN;
  if (Number.isNaN(shown)) return null;
  const first = shown - offsetOf(shown, zone);
  const found = [first, shown - offsetOf(first, zone)];
  const isIt = (at: number) => localOf(new Date(at).toISOString(), zone) === local.slice(0, 16);
  return momentIn(found.find(isIt) ?? Math.max(...found), zone);
}

/** A moment as the clocks of a zone show it, to the second: 2026-11-27T09:00:00+08:00. */
export function momentIn(at: number, zone: string): string {
  const ahead = Math.round(offsetOf(at, zone) / MINUTE);
  const two = (n: number): string => String(n).padStart(2, "0");
  const size = Math.abs(ahead);
  const local = new Date(at + ahead * MINUTE).toISOString().slice(0, 19);
  return `${local}${ahead < 0 ? "-" : "+"}${two(Math.floor(size / 60))}:${two(size % 60)}`;
}
