// "All on this phone": are today's jobs, and what each of them names, here before the signal goes? It looks at ids only and asks
// nobody. What it cannot see (photos, form versions) is named by those who store them.

import type { Model, Shown } from "./model";
import type { SyncState } from "./state";

export interface Readiness {
  isReady: boolean;
  /** Visits of today that are not over. */
  jobs: number;
  /** Records that a job names and that are not here. */
  missing: { entity: string; id: string }[];
}
const OVER = ["done", "cannot_complete", "cancelled"];
/** What each record names that must be here with it. */
export const NAMED: Record<string, string[]> = {
  visit: ["work_order"],
  work_order: ["customer", "site", "contact", "asset", "work_type"],
  asset: ["product"],
};

export function readiness(
  model: Model,
  state: SyncState,
  isToday: (at: string) => boolean,
): Readiness {
  const visits = model.list("visit").filter((visit) => isOpenToday(visit, isToday));
  const missing = new Map<string, { entity: string; id: string }>();
  for (const visit of visits)
    for (const one of lacking(model, "visit", visit)) missing.set(`${one.entity}/${one.id}`, one);
  const hasBase = Object.keys(model.base.cookies).length > 0 && state.run === null;
  return {
    isReady: hasBase && missing.size === 0,
    jobs: visits.length,
    missing: [...missing.values()],
  };
}

function isOpenToday(visit: Shown, isToday: (at: string) => boolean): boolean {
  const at =
    visit.planned_start_at ?? visit.planned_start ?? visit.window_start_at ?? visit.window_start;
  return typeof at === "string" && isToday(at) && !OVER.includes(String(visit.status));
}

function lacking(model: Model, entity: string, row: Shown): { entity: string; id: string }[] {
  return (NAMED[entity] ?? []).flatMap((named) => {
    const id = row[`${named}_id`];
    if (typeof id !== "string") return [];
    const found = model.find(named, id);
    // what this person has just entered himself is here, though the server has not heard of it
    if (!found || found.is_detached) return [{ entity: named, id }];
    return lacking(model, named, found);
  });
}
