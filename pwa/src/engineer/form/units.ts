/* The units of a job that have a form: the one the order names, and those that were added on site. Pure. */
import type { Shown } from "../../sync/model";
import { lookUp, type Job, type Lists } from "../jobs";

const KEY = /^form:([^:]+):(.+)$/;
export const NO_UNIT = "-";

/** One draft per visit and unit. */
export const formKey = (visit: string, asset: string | null): string =>
  `form:${visit}:${asset ?? NO_UNIT}`;
export function partsOfForm(key: string): { visit: string; asset: string | null } | null {
  const found = KEY.exec(key);
  if (!found) return null;
  const [, visit = "", asset = ""] = found;
  return { visit, asset: asset === NO_UNIT ? null : asset };
}

/** The order's own first; then units with a draft or with answers handed in for this visit. Null: an order without a unit. */
export function unitsOf(job: Job, lists: Lists, drafts: readonly string[]): (Shown | null)[] {
  const own = job.asset?.id ?? null;
  const drafted = drafts
    .map(partsOfForm)
    .filter((one) => one?.visit === job.id)
    .map((one) => one?.asset ?? null);
  const answered = lists("submission")
    .filter((row) => row.visit_id === job.id && row.is_final !== null)
    .map((row) => (typeof row.asset_id === "string" ? row.asset_id : null));
  const others = [...new Set([...drafted, ...answered])].filter((id) => id !== own);
  return [job.asset, ...others.map((id) => lookUp(lists, "asset", id)).filter(Boolean)];
}

/** The unit with this plate, among those this phone knows at the job's site. */
export function unitBySerial(job: Job, lists: Lists, serial: string): Shown | null {
  const wanted = serial.trim().toUpperCase();
  const at = lists("asset").filter((row) => row.site_id === job.site?.id);
  return at.find((row) => String(row.serial).toUpperCase() === wanted) ?? null;
}

/** Where two serials part: the length of what they share. */
export function sharedLength(a: string, b: string): number {
  let at = 0;
  while (at < a.length && a[at] === b[at]) at++;
  return at;
}
