/* The timeline's data: the cards of the day, kept by the live stream; engineers with shifts, absences and the age of their phones'
   data, read again each minute. Keeps what was read through every failure. Rows are derived in cards.ts. */
import { api } from "../../api/client";
import type { BoardAnswer, BoardEngineer, CardVisit, OrderCard, Words } from "../../api/views";
import type { Span } from "../../i18n/zones";
import type { Line } from "../live/rows";
import { live } from "../live/stream.svelte";
import type { Phase } from "../reading.svelte";
import { ordered } from "./layout";
import { isToPlan, queueOf, taken, visitsByEngineer, withVisit, type Cards } from "./cards";

const PEOPLE_EVERY = 60_000;
let span: Span = { start: 0, end: 0 };
let cards = $state.raw<Cards>(new Map());
let engineers = $state.raw<BoardEngineer[]>([]);
let skills = $state.raw<ReadonlyMap<string, Words>>(new Map());
let teams = $state.raw<ReadonlyMap<string, Words>>(new Map());
let phase = $state<Phase>("loading");
let failure = $state.raw<unknown>(null);
let readAt = $state(0);
let overlays = $state.raw<ReadonlyMap<string, { visit: string; change: Partial<CardVisit> }>>(
  new Map(),
);
let asked: AbortController | undefined;
/** Lines that came while the day was being read: the answer may be older than they are. */
let meanwhile: Line[] | null = null;
/** How new the answer on its way has to be: what the stream has not told must be in it. */
let needed = 0;

const shown: Cards = $derived.by(() => {
  if (!overlays.size) return cards;
  const all = new Map(cards);
  for (const [id, { visit, change }] of overlays) {
    const card = all.get(id);
    if (card) all.set(id, withVisit(card, visit, change));
  }
  return all;
});
const visits = $derived(visitsByEngineer(shown));
const queue = $derived(queueOf(shown));
const rows = $derived(ordered(engineers, [...teams.keys()]));

const versionOf = (card: OrderCard | undefined, visit: string): number =>
  card?.visits.find((one) => one.id === visit)?.version ?? 0;

const address = (part = ""): string => {
  const [from, until] = [new Date(span.start), new Date(span.end)].map((at) => at.toISOString());
  return `/api/v1/board${part}?${new URLSearchParams({ from_at: from ?? "", until_at: until ?? "" })}`;
};

async function load(): Promise<void> {
  asked?.abort();
  const mine = (asked = new AbortController());
  [meanwhile, needed] = [[], 0];
  try {
    const answer = await api.get<BoardAnswer>(address(), { signal: mine.signal });
    if (mine !== asked) return;
    const lines = meanwhile ?? [];
    cards = taken(new Map(answer.orders.map((one) => [one.id, one])), lines, span, Date.now());
    engineers = answer.engineers;
    teams = new Map(answer.teams.map((one) => [one.id, one.name]));
    skills = new Map(answer.skills.map((one) => [one.id, one.name]));
    [phase, failure, readAt, meanwhile] = ["ready", null, Date.now(), null];
    if (answer.at < needed) void load();
  } catch (error) {
    if (mine === asked) [phase, failure, meanwhile] = ["failed", error, null];
  }
}

/** Who works, and how old the data of his phone is. Failing leaves the figures, whose age is on the screen. */
async function readPeople(): Promise<void> {
  const of = span;
  try {
    const answer = await api.get<{ engineers: BoardEngineer[] }>(address("/engineers"));
    if (of === span) ({ engineers } = answer);
  } catch {
    // The live mark says that the server is out of reach.
  }
}

export const plan = {
  get engineers(): BoardEngineer[] {
    return engineers;
  },
  /** In the order of their rows. */
  get ordered(): BoardEngineer[] {
    return rows;
  },
  get teams() {
    return teams;
  },
  get visits() {
    return visits;
  },
  get queue() {
    return queue;
  },
  get skills() {
    return skills;
  },
  get phase(): Phase {
    return phase;
  },
  get failure(): unknown {
    return failure;
  },
  get readAt(): number {
    return readAt;
  },
  find: (order: string): OrderCard | undefined => shown.get(order),
  /** Another day. The rows of the day before are not those; the engineers stay where they are. */
  show(next: Span): void {
    span = next;
    cards = new Map([...cards].filter(([, card]) => isToPlan(card)));
    phase = "loading";
    void load();
  },
  again: (): Promise<void> => load(),
  /** Listens to the stream until the answer is called. */
  follow(): () => void {
    const stop = live.listen({
      refetch: (at) => {
        if (meanwhile) needed = Math.max(needed, at);
        else void load();
      },
      page: ({ rows }) => {
        meanwhile?.push(...rows);
        cards = taken(cards, rows, span, Date.now());
      },
    });
    const timer = setInterval(() => void readPeople(), PEOPLE_EVERY);
    return () => {
      stop();
      clearInterval(timer);
    };
  },
  /** Shows a visit as it will be while `write` runs; after an answer it stays so, with the version that `write` answers, until the
   *  stream brings the card itself. */
  async optimistically(
    order: string,
    visit: string,
    change: Partial<CardVisit>,
    write: () => Promise<number>,
  ): Promise<void> {
    overlays = new Map(overlays).set(order, { visit, change });
    const before = versionOf(cards.get(order), visit);
    try {
      const version = await write();
      const card = cards.get(order);
      // What the stream has brought meanwhile is this change already, or somebody's later one.
      if (card && versionOf(card, visit) === before)
        cards = new Map(cards).set(order, withVisit(card, visit, { ...change, version }));
    } finally {
      const left = new Map(overlays);
      left.delete(order);
      overlays = left;
    }
  },
};
