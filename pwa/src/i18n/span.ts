/* Lengths of time in words. */

/** A length of time in its largest unit: "1 day", "3 hours". The sign does not count. */
export function spanOf(ms: number, locale: string): string {
  const minutes = Math.round(Math.abs(ms) / 60_000);
  const [n, unit] =
    minutes >= 1440
      ? [minutes / 1440, "day"]
      : minutes >= 60
        ? [minutes / 60, "hour"]
        : [minutes, "minute"];
  return new Intl.NumberFormat(locale, {
    style: "unit",
    unit: unit as "day",
    unitDisplay: "long",
  }).format(Math.round(Number(n)));
}
