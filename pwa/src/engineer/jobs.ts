/* Visits as jobs: joins the phone's lists into what a row, a hero and a job screen show, and sorts a person's jobs
   into days. Pure: lists and the moment come in, so tests need no browser. A day is a day of the site's zone. */
import { dateKey, sideOfDay, type Side } from "../i18n/format";
import type { VisitState } from "../engines/visits/visit";
import type { Shown } from "../sync/model";

export type Lists = (entity: string) => readonly Shown[];
export interface Job {
  id: string;
  status: VisitState;
  visit: Shown;
  order: Shown | null;
  customer: Shown | null;
  site: Shown | null;
  contact: Shown | null;
  asset: Shown | null;
  product: Shown | null;
  title: string;
  zone: string;
  /** Planned start; what was promised when nothing is planned. */
  start: string | null;
  end: string | null;
  isDetached: boolean;
}

const OVER: readonly string[] = ["done", "cannot_complete", "cancelled"];
/** The most urgent first: what a person is in the middle of. */
const UNDER_WAY: readonly string[] = ["on_site", "travelling", "paused"];

export const isOver = (job: Pick<Job, "status">): boolean => OVER.includes(job.status);
export const isUnderWay = (job: Pick<Job, "status">): boolean => UNDER_WAY.includes(job.status);

export const textOf = (row: Shown | null | undefined, field: string): string | null => {
  const value = row?.[field];
  return typeof value === "string" && value !== "" ? value : null;
};

const indexes = new WeakMap<readonly Shown[], Map<string, Shown>>();
/** A list by id; the list is the same array until something changes, so its index is kept with it. */
function byId(rows: readonly Shown[]): Map<string, Shown> {
  let index = indexes.get(rows);
  if (!index) indexes.set(rows, (index = new Map(rows.map((row) => [row.id, row]))));
  return index;
}

export function lookUp(lists: Lists, entity: string, id: unknown): Shown | null {
  return typeof id === "string" ? (byId(lists(entity)).get(id) ?? null) : null;
}

export function jobOf(visit: Shown, lists: Lists, zone: string): Job {
  const order = lookUp(lists, "work_order", visit.work_order_id);
  const named = (entity: string) => lookUp(lists, entity, order?.[`${entity}_id`]);
  const [site, asset] = [named("site"), named("asset")];
  return {
    id: visit.id,
    status: (textOf(visit, "status") ?? "planned") as VisitState,
    visit,
    order,
    site,
    asset,
    customer: named("customer"),
    contact: named("contact"),
    product: lookUp(lists, "product", asset?.product_id),
    title: textOf(order, "summary") ?? textOf(order, "number") ?? "…",
    zone: textOf(site, "zone") ?? zone,
    start: textOf(visit, "planned_start") ?? textOf(visit, "promised_from"),
    end: textOf(visit, "planned_end") ?? textOf(visit, "promised_until"),
    isDetached: visit.is_detached === true,
  };
}

const SHOWN_OF = ["visit", "work_order", "site", "asset", "customer", "contact", "product"];
interface Joined {
  of: readonly unknown[];
  jobs: Job[];
}
let last: Joined | null = null;

/** This person's jobs, in the order of the plan. The same array until a list of it changes: thousands are not joined anew because
 *  the phone has begun to send something. */
export function jobsOf(lists: Lists, person: string, zone: string): Job[] {
  const of = [person, zone, ...SHOWN_OF.map(lists)];
  if (!last || of.some((one, at) => one !== last?.of[at]))
    last = { of, jobs: joinedJobs(lists, person, zone) };
  return last.jobs;
}

function joinedJobs(lists: Lists, person: string, zone: string): Job[] {
  return lists("visit")
    .filter((visit) => visit.engineer_id === person && visit.is_detached !== true)
    .map((visit) => jobOf(visit, lists, zone))
    .sort(inOrder);
}

function inOrder(a: Job, b: Job): number {
  // Without a time comes last. RFC 3339 in UTC sorts as plain text, not as words of a language.
  return compare(a.start ?? "~", b.start ?? "~") || compare(a.id, b.id);
}

const compare = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0);

export interface DayGroup {
  key: string;
  /** As many of the day's jobs as there was room for. */
  jobs: Job[];
  /** How many that day has. */
  count: number;
}
export interface Days {
  /** The one in hand: under way, else the next of today. */
  hero: Job | null;
  open: Job[];
  done: Job[];
  /** In the order of the plan. */
  later: Job[];
  earlier: Job[];
  /** Jobs of today, whatever their state. */
  count: number;
}

export function daysOf(jobs: readonly Job[], now: number): Days {
  const sides = sidesOf(jobs, now);
  const of = (job: Job) => sides.get(job);
  const today = jobs.filter((job) => of(job) === 0);
  const open = today.filter((job) => !isOver(job));
  const hero =
    UNDER_WAY.map((state) => open.find((job) => job.status === state)).find(Boolean) ??
    open[0] ??
    null;
  return {
    hero,
    open: open.filter((job) => job !== hero),
    done: today.filter(isOver),
    later: jobs.filter((job) => of(job) === 1),
    earlier: jobs.filter((job) => of(job) === -1),
    count: today.length,
  };
}

/** After a job of today has ended: the one to go on with. */
export function nextAfter(job: Job, jobs: readonly Job[], now: number): Job | null {
  if (!isOver(job) || dayOf(job, now) !== 0) return null;
  return daysOf(
    jobs.filter(({ id }) => id !== job.id),
    now,
  ).hero;
}

let sorted: { jobs: readonly Job[]; now: number; sides: ReadonlyMap<Job, Side> } | null = null;
/** On which side of today each job lies; asked several times of the same jobs at the same moment. */
function sidesOf(jobs: readonly Job[], now: number): ReadonlyMap<Job, Side> {
  if (sorted?.jobs !== jobs || sorted.now !== now)
    sorted = { jobs, now, sides: new Map(jobs.map((job) => [job, dayOf(job, now)])) };
  return sorted.sides;
}

/** -1 before today, 0 today, 1 after, each in the zone of the site. What is under way is today's, also after midnight. */
export function dayOf(job: Job, now: number): Side {
  if (job.start === null || isUnderWay(job)) return 0;
  const side = sideOfDay(job.start, now, job.zone);
  if (side === 0 || !isOver(job)) return side;
  const ended = textOf(job.visit, "completed_at") ?? textOf(job.visit, "status_changed_at");
  return ended && sideOfDay(ended, now, job.zone) === 0 ? 0 : side;
}

/** More than the zones of the earth lie apart: what starts so much after a job is of no earlier day anywhere. */
const APART_MS = 36 * 3_600_000;
const startOf = (job: Job): number => Date.parse(job.start ?? "");
/** The first days of these jobs, which are in the order of the plan, or the last ones: as many whole days as there is room for jobs,
 *  the last one as far as it goes. Of thousands only those are asked for their date. */
export function groupsOf(jobs: readonly Job[], room: number, isNewestFirst: boolean): DayGroup[] {
  const order = isNewestFirst ? [...jobs].reverse() : jobs;
  const last = order[Math.min(room, order.length) - 1];
  if (!last) return [];
  const groups = new Map<string, Job[]>();
  for (const [at, job] of order.entries()) {
    if (at >= room && Math.abs(startOf(job) - startOf(last)) > APART_MS) break;
    const key = dateKey(job.start ?? "", job.zone);
    const group = groups.get(key);
    if (group) group.push(job);
    else groups.set(key, [job]);
  }
  const way = isNewestFirst ? -1 : 1;
  let left = room;
  return [...groups]
    .sort(([a], [b]) => way * compare(a, b))
    .flatMap(([key, of]) => {
      if (left <= 0) return [];
      const seen = of.sort(inOrder).slice(0, left);
      left -= seen.length;
      return [{ key, jobs: seen, count: of.length }];
    });
}

/** The zone that the head of the day speaks in: the one all of today's sites share, else the organisation's. */
export function zoneOfDay(jobs: readonly Job[], organisation: string, now: number): string {
  const sides = sidesOf(jobs, now);
  const zones = new Set(jobs.filter((job) => sides.get(job) === 0).map((job) => job.zone));
  const [only] = zones;
  return zones.size === 1 && only !== undefined ? only : organisation;
}

/** "Hongyuan · 2# chiller CH-200": whatever of it is known. */
export const joined = (...parts: (string | null | undefined)[]): string =>
  parts.filter(Boolean).join(" · ");
export const customerName = (job: Job): string =>
  textOf(job.customer, "short_name") ?? textOf(job.customer, "name") ?? "";
export const assetName = (job: Job): string =>
  joined(textOf(job.product, "model"), textOf(job.asset, "label"));
