/* The order list of the board: what is shown, how old it is, what is being read. Keeps its rows through every
   failure; optimistic changes lie over the rows until the server has answered. */
import { api } from "../../api/client";
import type { OrderCard, Page } from "../../api/views";
import {
  append,
  apply,
  CATEGORY,
  inTab,
  tabCounts,
  type Filter,
  type Line,
  type Tab,
} from "../live/rows";

type Phase = "loading" | "ready" | "failed";
const PAGE = 100;
const MOST = 200;

let filter = $state.raw<Filter>({ tab: "plan", engineer: null, q: "", sort: "urgent" });
let rows = $state.raw<OrderCard[]>([]);
let total = $state(0);
let more = $state(false);
let phase = $state<Phase>("loading");
let failure = $state.raw<unknown>(null);
let readAt = $state(0);
let counts = $state.raw<Partial<Record<Tab, number>>>({});
let flashed = $state.raw<ReadonlySet<string>>(new Set());
let overlays = $state.raw<ReadonlyMap<string, Partial<OrderCard>>>(new Map());
let held: ReadonlySet<string> = new Set();
let reading: AbortController | undefined;
/** Lines that came while a page was being read: that page may be older than they are. */
let meanwhile: Line[] | null = null;

const shown = $derived(rows.map((row) => ({ ...row, ...overlays.get(row.id) })));

function address(extra: Record<string, string | number>, asked = filter): string {
  const query = new URLSearchParams({ order: asked.sort });
  const category = CATEGORY[asked.tab];
  if (category) query.set("category", category);
  if (asked.engineer) query.set("engineer_id", asked.engineer);
  if (asked.q.trim()) query.set("q", asked.q.trim());
  for (const [name, value] of Object.entries(extra)) query.set(name, String(value));
  return `/api/v1/work-orders?${query}`;
}

/** As many rows as there were, so that reading again does not shorten the list under a reader. */
async function readAll(signal: AbortSignal, wanted: number): Promise<Page<OrderCard>> {
  let page = await api.get<Page<OrderCard>>(
    address({ limit: Math.min(MOST, Math.max(PAGE, wanted)) }),
    { signal },
  );
  while (page.more && page.items.length < wanted) {
    const after = page.items.at(-1)?.id ?? "";
    const next = await api.get<Page<OrderCard>>(address({ limit: MOST, after }), { signal });
    page = { ...next, items: [...page.items, ...next.items] };
  }
  return page;
}

async function load(): Promise<void> {
  reading?.abort();
  const mine = (reading = new AbortController());
  meanwhile = [];
  try {
    const page = await readAll(mine.signal, rows.length);
    // A later question was asked while this answer was already here.
    if (mine !== reading) return;
    const lines = meanwhile ?? [];
    ({ items: rows, more, total } = page);
    counts = tabCounts(page.counts ?? {});
    meanwhile = null;
    take(lines);
    [phase, failure, readAt] = ["ready", null, Date.now()];
  } catch (error) {
    if (mine !== reading) return;
    meanwhile = null;
    [phase, failure] = ["failed", error];
  }
}

function take(lines: readonly Line[]): void {
  const next = apply(rows, lines, { filter, more, held });
  total += next.rows.length - rows.length;
  rows = next.rows;
  if (next.changed.length) flash(next.changed);
}

function flash(ids: readonly string[]): void {
  flashed = new Set([...flashed, ...ids]);
  setTimeout(() => (flashed = new Set([...flashed].filter((id) => !ids.includes(id)))), 900);
}

let counting: ReturnType<typeof setTimeout> | undefined;
/** How many each tab holds, under the same search: any page says it. Failing only leaves the old figures. */
async function count(): Promise<void> {
  const asked = filter;
  try {
    const page = await api.get<Page<OrderCard>>(address({ limit: 1 }, asked));
    if (asked === filter) [counts, total] = [tabCounts(page.counts ?? {}), page.total];
  } catch {
    // The figures are a courtesy; the list itself says when the server is out of reach.
  }
}

export const orders = {
  get rows(): OrderCard[] {
    return shown;
  },
  get total(): number {
    return total;
  },
  get more(): boolean {
    return more;
  },
  get phase(): Phase {
    return phase;
  },
  get failure(): unknown {
    return failure;
  },
  /** When the rows were read; 0 before the first time. */
  get readAt(): number {
    return readAt;
  },
  get counts(): Partial<Record<Tab, number>> {
    return counts;
  },
  get flashed(): ReadonlySet<string> {
    return flashed;
  },
  find: (id: string): OrderCard | undefined => shown.find((row) => row.id === id),
  /** Shows another part of the orders; the rows of the part before are not those. */
  show(next: Filter): void {
    filter = next;
    [rows, total, more, phase] = [[], 0, false, "loading"];
    void load();
  },
  refetch: (): void => void load(),
  async loadMore(): Promise<void> {
    const after = rows.at(-1)?.id;
    if (!more || !after || phase === "loading") return;
    const asked = filter;
    try {
      const page = await api.get<Page<OrderCard>>(address({ limit: PAGE, after }));
      if (asked !== filter) return;
      rows = append(rows, page.items, asked.sort);
      ({ more } = page);
    } catch (error) {
      [phase, failure] = ["failed", error];
    }
  },
  take(lines: readonly Line[]): void {
    if (!lines.some((line) => line.e === "order_card")) return;
    if (meanwhile) meanwhile.push(...lines);
    take(lines);
    clearTimeout(counting);
    counting = setTimeout(() => void count(), 400);
  },
  /** Rows that a person is at: they stay even when they do not fit any more. */
  hold(ids: Iterable<string>): void {
    held = new Set(ids);
    const left = rows.filter((row) => held.has(row.id) || inTab(row, filter.tab));
    if (left.length < rows.length) rows = left;
  },
  /** Shows `patch` on a row while `write` runs. A refusal takes it back and is thrown on; after an answer it stays
   *  until the stream brings the row itself, so that nothing jumps back in between. */
  async optimistically<T>(
    id: string,
    patch: Partial<OrderCard>,
    write: () => Promise<T>,
  ): Promise<T> {
    overlays = new Map(overlays).set(id, patch);
    const before = rows.find((row) => row.id === id);
    try {
      const answer = await write();
      // A row that the stream has brought meanwhile is this change already, or somebody's later one.
      rows = rows.map((row) => (row.id === id && row === before ? { ...row, ...patch } : row));
      return answer;
    } finally {
      const left = new Map(overlays);
      left.delete(id);
      overlays = left;
    }
  },
};
