// Which rows the day's list shows: the visits around today and what each of them names, and all that waits for this person or for the
// server: open conflicts, parked acts, files that have not arrived. What "today" means there is `dayOf` of engineer/jobs.ts, in any zone
// of the earth. Reads list columns only.

import type { Choose } from "../store/front";
import type { Fields } from "../store/rows";
import { NAMED } from "./readiness";

const HOUR_MS = 3_600_000;
/** How long a choice holds without a pull, and how far a clock may be set back. */
const AHEAD_MS = 36 * HOUR_MS;
const BACK_MS = 2 * HOUR_MS;
/** A local day begins or ends at most so far from any moment in it. */
const DAY_MS = 26 * HOUR_MS;
/** Rows of one kind; from here on the lists themselves are read as fast. */
const MOST = 200;
const WAITING: Record<string, (fields: Fields) => boolean> = {
  conflict: ({ state }) => state === "open",
  parked: () => true,
  attachment: ({ state }) => state === "missing",
};
const UNDER_WAY: unknown[] = ["on_site", "travelling", "paused"];
const OVER: unknown[] = ["done", "cannot_complete", "cancelled"];

export const chooseFront =
  (now: number): Choose =>
  (base) => {
    const [from, until] = [now - BACK_MS, now + AHEAD_MS];
    const isNear = (at: unknown): boolean => {
      const time = typeof at === "string" ? Date.parse(at) : Number.NaN;
      return time >= from - DAY_MS && time < until + DAY_MS;
    };
    const ids = new Map<string, Set<string>>();
    const take = (entity: string, id: unknown): void => {
      const fields = typeof id === "string" ? base.lists.get(entity)?.get(id) : undefined;
      if (!fields) return;
      ids.set(entity, (ids.get(entity) ?? new Set()).add(id as string));
      for (const named of NAMED[entity] ?? []) take(named, fields[`${named}_id`]);
    };
    for (const [id, visit] of base.lists.get("visit") ?? [])
      if (isOfTheDay(visit, isNear)) take("visit", id);
    for (const [entity, waits] of Object.entries(WAITING))
      for (const [id, fields] of base.lists.get(entity) ?? []) if (waits(fields)) take(entity, id);
    const isSmall = [...ids.values()].every((some) => some.size <= MOST);
    return isSmall ? { from, until, ids } : null;
  };

function isOfTheDay(visit: Fields, isNear: (at: unknown) => boolean): boolean {
  const start = visit.planned_start || visit.promised_from;
  if (!start || UNDER_WAY.includes(visit.status) || isNear(start)) return true;
  return OVER.includes(visit.status) && isNear(visit.completed_at || visit.status_changed_at);
}
