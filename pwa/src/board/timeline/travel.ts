/* How long the way between two sites takes, as far as coordinates tell: no roads are known here, so it is said as an estimate. Pure. */
import type { BoardVisit, OrderCard } from "../../api/views";
import type { Span } from "../../i18n/zones";

const EARTH_KM = 6371;
/** Roads are longer than the straight line, in and between towns alike. */
const DETOUR = 1.35;
const KM_PER_HOUR = 45;
/** To the car, to park, to the gate. */
const AT_THE_ENDS = 6;
const MINUTE = 60_000;

export type Point = Pick<OrderCard, "lat" | "lon">;

/** The straight distance in km; null where a site has no coordinates. */
export function straightKm(a: Point, b: Point): number | null {
  if (a.lat === null || a.lon === null || b.lat === null || b.lon === null) return null;
  const rad = (degrees: number) => (degrees * Math.PI) / 180;
  const across = Math.sin(rad(b.lat - a.lat) / 2) ** 2;
  const along = Math.sin(rad(b.lon - a.lon) / 2) ** 2;
  return (
    2 *
    EARTH_KM *
    Math.asin(Math.sqrt(across + Math.cos(rad(a.lat)) * Math.cos(rad(b.lat)) * along))
  );
}

export interface Travel extends Span {
  /** The visit that it leads to. */
  to: string;
  minutes: number;
  km: number;
  /** More than the time that there is. */
  isTight: boolean;
}

export function travel(a: Point, b: Point): { km: number; minutes: number } | null {
  const straight = straightKm(a, b);
  if (straight === null) return null;
  const km = straight * DETOUR;
  return {
    km: Math.round(km),
    minutes: km < 0.1 ? 0 : Math.round((km / KM_PER_HOUR) * 60) + AT_THE_ENDS,
  };
}

/** The ways between visits that follow each other. None is shown within one site, or where visits overlap. */
export function travelsOf(placed: readonly { key: BoardVisit; span: Span }[]): Travel[] {
  const sorted = [...placed].sort((a, b) => a.span.start - b.span.start);
  return sorted.flatMap((one, at) => {
    const before = sorted[at - 1];
    const way = before && travel(before.key.order, one.key.order);
    if (!before || !way?.minutes || before.span.end >= one.span.start) return [];
    const [start, end] = [before.span.end, one.span.start];
    return [{ start, end, to: one.key.id, ...way, isTight: way.minutes * MINUTE > end - start }];
  });
}
