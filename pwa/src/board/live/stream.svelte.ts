/* The board's live connection. Owns when something was last heard, coming back after a cut, and who is told: pages
   go to listeners, a gap or a new connection asks them to read again. One stream per office channel of the person. */
import { session } from "../../session/session.svelte";
import { online } from "../../ui/online.svelte";
import { presence, type Colleague } from "./presence.svelte";
import { isGap, type LivePage } from "./rows";
import { read } from "./sse";

export interface Listener {
  page: (page: LivePage) => void;
  /** Something up to `at` may have been missed: read again, unless an answer is on its way that is as new. */
  refetch: (at: number) => void;
}

const PROBE_AFTER = 5_000;
const DEAD_AFTER = 40_000;
const LATE_AFTER = 10_000;
const LONGEST_WAIT = 15_000;

const listeners = new Set<Listener>();
let open = $state(0);
let wanted = $state(0);
let heardAt = $state(Date.now());
let now = $state(Date.now());
let current: AbortController[] = [];

/** The office streams of a person: the whole office, or the regions and teams he looks after. */
const officeChannels = (all: readonly string[]): string[] => {
  const mine = all.filter((name) => /^(office$|region:|team:)/.test(name));
  return mine.includes("office") || !mine.length ? ["office"] : mine;
};

const heard = () => (heardAt = Date.now());

export const live = {
  get state(): "live" | "late" | "off" {
    if (open < wanted || !wanted || !online()) return "off";
    return now - heardAt > LATE_AFTER ? "late" : "live";
  },
  /** Whole seconds since the server was last heard. */
  get age(): number {
    return Math.max(1, Math.round((now - heardAt) / 1000));
  },
  get heardAt(): number {
    return heardAt;
  },
  get now(): number {
    return now;
  },
  listen(listener: Listener): () => void {
    listeners.add(listener);
    return () => listeners.delete(listener);
  },
  start(): () => void {
    const stop = new AbortController();
    const channels = officeChannels(session.user?.channels ?? []);
    wanted = channels.length;
    current = [];
    channels.forEach((channel, at) => void keepOpen(channel, at, stop.signal));
    const clock = setInterval(tick, 1000);
    const back = () => current.forEach((one) => one.abort());
    addEventListener("online", back);
    return () => {
      stop.abort();
      clearInterval(clock);
      removeEventListener("online", back);
      wanted = 0;
    };
  },
};

let probing = false;
function tick(): void {
  now = Date.now();
  const silent = now - heardAt;
  if (silent > DEAD_AFTER) current.forEach((one) => one.abort());
  else if (silent > PROBE_AFTER && !probing && open === wanted) void probe();
}

/** The stream is quiet when nothing happens: a small question tells quiet from cut off. */
async function probe(): Promise<void> {
  probing = true;
  try {
    const answer = await fetch("/health/live", {
      cache: "no-store",
      signal: AbortSignal.timeout(4000),
    });
    if (answer.ok) heard();
  } catch {
    // No answer: the age on screen goes on growing, which is the truth.
  }
  probing = false;
}

async function keepOpen(channel: string, at: number, stop: AbortSignal): Promise<void> {
  let heardTo: number | null = null;
  for (let tries = 0; !stop.aborted; tries++) {
    const mine = (current[at] = new AbortController());
    try {
      heardTo = await follow(
        channel,
        AbortSignal.any([stop, mine.signal]),
        heardTo,
        () => (tries = 0),
      );
    } catch {
      // Cut, refused or aborted: all the same here, come back after a while.
    }
    if (stop.aborted || session.status !== "in") return;
    const wait = Math.min(LONGEST_WAIT, 500 * 2 ** tries) * (0.75 + Math.random() / 2);
    await new Promise((next) => setTimeout(next, wait));
  }
}

async function follow(
  channel: string,
  signal: AbortSignal,
  heardTo: number | null,
  opened: () => void,
): Promise<number | null> {
  const answer = await fetch(`/sync/v1/events?channel=${encodeURIComponent(channel)}`, {
    signal,
    cache: "no-store",
    headers: { Accept: "text/event-stream" },
  });
  if (answer.status === 401) session.expired();
  if (!answer.ok || !answer.body) throw new Error(`events answered ${answer.status}`);
  open++;
  heard();
  opened();
  let to = heardTo;
  try {
    for await (const { event, data } of read(answer.body)) {
      heard();
      if (event === "hello") to = greet(JSON.parse(data) as { at: number }, to);
      else if (event === "presence")
        presence.heard((JSON.parse(data) as { people: Colleague[] }).people);
      else if (event === "page") to = hand(JSON.parse(data) as LivePage, to);
    }
  } finally {
    open--;
    presence.heard([]); // who is there nobody knows without the stream
  }
  return to;
}

/** Connected again: whatever happened meanwhile was not heard. */
function greet({ at }: { at: number }, heardTo: number | null): number {
  if (heardTo !== at) listeners.forEach((one) => one.refetch(at));
  return at;
}

function hand(page: LivePage, heardTo: number | null): number {
  if (isGap(heardTo, page)) listeners.forEach((one) => one.refetch(page.to));
  else listeners.forEach((one) => one.page(page));
  return page.to;
}
