/* Time zones to choose from: the browser's list, each with its place in words and its offset of today. */
import type { Locale } from "../i18n/locale.svelte";
import { ownZone } from "../i18n/own_zone";

export interface ZoneOption {
  value: string;
  word: string;
  aside: string;
  /** What a search may also find: the zone's long name in the person's language. */
  also: string;
}

const part = (zone: string, locale: string, style: "longGeneric"): string =>
  new Intl.DateTimeFormat(locale, { timeZone: zone, timeZoneName: style })
    .formatToParts(0)
    .find(({ type }) => type === "timeZoneName")?.value ?? "";

const offsetNow = (zone: string): string =>
  new Intl.DateTimeFormat("en", { timeZone: zone, timeZoneName: "shortOffset" })
    .formatToParts(new Date())
    .find(({ type }) => type === "timeZoneName")
    ?.value.replace("GMT", "UTC") ?? "";

let kept: { locale: Locale; options: ZoneOption[] } | undefined;

export function zoneOptions(locale: Locale): ZoneOption[] {
  if (kept?.locale === locale) return kept.options;
  const mine = ownZone();
  // The list of some browsers lacks UTC and the zone that they are in themselves.
  const names = [...new Set([mine, ...Intl.supportedValuesOf("timeZone"), "UTC"])];
  const options = names.map((value) => ({
    value,
    word: value.replaceAll("_", " "),
    aside: offsetNow(value),
    also: part(value, locale, "longGeneric"),
  }));
  kept = { locale, options };
  return options;
}
