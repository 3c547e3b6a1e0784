/* The order list as a pure function of what was read and what the live stream says. Owns order, belonging and what
   has just changed; knows neither the network nor the screen. */
import type { Category, OrderCard } from "../../api/views";

export const TABS = ["plan", "scheduled", "progress", "waiting", "done", "all"] as const;
export type Tab = (typeof TABS)[number];
export const CATEGORY: Record<Tab, Category | null> = {
  plan: "new",
  scheduled: "scheduled",
  progress: "in_progress",
  waiting: "waiting",
  done: "done",
  all: null,
};

/** How the list stands: what a dispatcher must not overlook first, or what came last first. */
export const SORTS = ["urgent", "newest"] as const;
export type Sort = (typeof SORTS)[number];

export interface Filter {
  tab: Tab;
  engineer: string | null;
  q: string;
  sort: Sort;
}

/** What waits to be planned stands by urgency, everything else by time. */
export const usualSort = (tab: Tab): Sort => (tab === "plan" ? "urgent" : "newest");

/** How many orders each tab holds, of the list's counts by category. */
export function tabCounts(counts: Partial<Record<Category, number>>): Record<Tab, number> {
  const all = Object.values(counts).reduce((sum, one) => sum + one, 0);
  const of = (tab: Tab) => (CATEGORY[tab] ? (counts[CATEGORY[tab]] ?? 0) : all);
  return Object.fromEntries(TABS.map((tab) => [tab, of(tab)])) as Record<Tab, number>;
}

/** A line of a `page` event (PROTOCOL 4.4, 4.5). */
export type Line =
  | { t: "upsert"; e: string; id: string; v: number; f: Record<string, unknown> }
  | { t: "remove"; e: string; id: string; why?: string };
export interface LivePage {
  channel: string;
  from: number;
  to: number;
  rows: Line[];
}

/** Whether something was missed between what was heard last and this page. */
export const isGap = (heardTo: number | null, page: Pick<LivePage, "from">): boolean =>
  heardTo !== null && page.from !== heardTo;

const rising = (a: string, b: string): number => Number(a > b) - Number(a < b);
const byTime = (a: OrderCard, b: OrderCard): number =>
  rising(a.reported_at, b.reported_at) || rising(a.id, b.id);

/** As the server lists them: newest report first; or P1 first and of one priority the longest waiting first. */
export const comparing: Record<Sort, (a: OrderCard, b: OrderCard) => number> = {
  newest: (a, b) => byTime(b, a),
  urgent: (a, b) => rising(a.priority, b.priority) || byTime(a, b),
};

/** Whether a card belongs to this part of the orders. */
export function inTab(card: OrderCard, tab: Tab): boolean {
  const category = CATEGORY[tab];
  return !category || card.category === category;
}

/** Whether a card belongs under this filter. The server also looks at earlier visits; a card knows only its last. */
export function fits(card: OrderCard, filter: Filter): boolean {
  if (!inTab(card, filter.tab)) return false;
  if (filter.engineer && card.visit?.engineer_id !== filter.engineer) return false;
  const q = filter.q.trim().toLowerCase();
  const said = [card.number, card.summary, card.customer, card.serial];
  return !q || said.some((text) => text?.toLowerCase().includes(q));
}

export interface Applied {
  rows: OrderCard[];
  changed: string[];
}
interface Rules {
  filter: Filter;
  /** There are further pages that were not read: a row behind the last one belongs to them. */
  more: boolean;
  /** Rows that stay although they do not fit any more: somebody is at them. */
  held: ReadonlySet<string>;
}

/** Puts the lines of a page into the list. Rows that did not change keep their identity. */
export function apply(rows: readonly OrderCard[], lines: readonly Line[], rules: Rules): Applied {
  const byId = new Map(rows.map((row) => [row.id, row]));
  const last = rows.at(-1);
  const changed: string[] = [];
  const compare = comparing[rules.filter.sort];
  for (const line of lines) {
    if (line.e !== "order_card") continue;
    const known = byId.get(line.id);
    if (line.t === "remove") {
      byId.delete(line.id);
      continue;
    }
    // Equal versions pass: a visit may change while its order's row does not.
    if (known && known.version > line.v) continue;
    const card = { ...known, ...line.f, id: line.id, version: line.v } as OrderCard;
    // What the server found it found in more than a card shows: a known row is not searched again.
    const belongs = known ? inTab(card, rules.filter.tab) : fits(card, rules.filter);
    // Held is what stands there already: the row that was in hand in another part does not follow into this one.
    const stays = belongs || (known !== undefined && rules.held.has(card.id));
    const unread = !known && rules.more && last !== undefined && compare(card, last) > 0;
    if (!stays) byId.delete(card.id);
    else if (!unread) {
      byId.set(card.id, card);
      changed.push(card.id);
    }
  }
  return { rows: [...byId.values()].sort(compare), changed };
}

/** The next page behind what is there; a row that came by stream meanwhile is not shown twice. */
export function append(
  rows: readonly OrderCard[],
  next: readonly OrderCard[],
  sort: Sort,
): OrderCard[] {
  const known = new Set(rows.map((row) => row.id));
  return [...rows, ...next.filter((row) => !known.has(row.id))].sort(comparing[sort]);
}
