/* Times and server texts on the customers' page, in the zone of their site. */
import type { Tracked, Words } from "../api/views";
import { clock, dateKey, day } from "../i18n/format";
import { locale } from "../i18n/locale.svelte";
import { ownZone } from "../i18n/own_zone";
import { w } from "../i18n/portal";

const DAY = 86_400_000;

export const text = (words: Words | null | undefined): string =>
  words ? (words[locale()] ?? words.en ?? "") : "";

export function dayWord(at: string, zone: string, now: number): string {
  const key = dateKey(at, zone);
  if (key === dateKey(now, zone)) return w().today;
  if (key === dateKey(now + DAY, zone)) return w().tomorrow;
  return day(at, zone, locale());
}

/** 09:08 today, with its day otherwise. */
export function when(at: string, zone: string, now: number): string {
  const time = clock(at, zone);
  return dateKey(at, zone) === dateKey(now, zone) ? time : `${dayWord(at, zone, now)} ${time}`;
}

/** The zone's name when the customer's own clock shows another time. */
export function foreignZone({ zone }: Tracked, now: number): string {
  const own = ownZone();
  const differs = clock(now, zone) !== clock(now, own);
  return differs ? (zone.split("/").at(-1) ?? zone).replaceAll("_", " ") : "";
}
