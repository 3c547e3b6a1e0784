/* Who else is at the desk, as the stream tells it, and telling it of this page: what is open here, what is being carried. */
import { session } from "../../session/session.svelte";
import { uuid7 } from "../../session/device";

export interface Colleague {
  id: string;
  name: string;
  opened: string[];
  carried: string[];
}
const EVERY = 15_000;
const SETTLES = 250;
const PATIENCE = 10_000;
/** Whoever walks away with a card in hand keeps it from the others no longer than this. */
const HELD = 120_000;

let people = $state.raw<Colleague[]>([]);
const others = $derived(people.filter((one) => one.id !== session.user?.id));
const page = uuid7();
let said = { opened_id: null as string | null, carried_id: null as string | null };
let soon: ReturnType<typeof setTimeout> | undefined;
/** The last key or press on this page. */
let touchedAt = 0;

const isHeld = (): boolean => Date.now() - touchedAt < HELD;
/** What others are told: a card that nobody has touched for long is in nobody's hand, though it still lies in his. */
const told = () => ({ ...said, carried_id: isHeld() ? said.carried_id : null });

function touched(): void {
  const wasHeld = isHeld();
  touchedAt = Date.now();
  if (!wasHeld && said.carried_id) void send();
}

let isUnderWay = false;
let isOld = false;

/** One after the other: of two that are under way together the older may arrive last, and a card that was put down would stay in hand. */
async function send(): Promise<void> {
  isOld = isUnderWay;
  if (isUnderWay) return;
  isUnderWay = true;
  await post({ ...told(), is_leaving: false }, { signal: AbortSignal.timeout(PATIENCE) });
  isUnderWay = false;
  if (isOld) await send();
}

/** Failing is no matter: the next one says it again, and the live mark says that the server is out of reach. */
async function post(state: object, how: RequestInit): Promise<void> {
  const headers = { "Content-Type": "application/json" };
  const body = JSON.stringify({ page_id: page, ...state });
  try {
    await fetch("/api/v1/board/presence", { method: "POST", body, headers, ...how });
  } catch {
    // Said above.
  }
}

export const presence = {
  /** Everybody but oneself, by name. */
  get others(): Colleague[] {
    return others;
  },
  /** Who has this order in hand just now. */
  carrying: (order: string): Colleague | undefined =>
    others.find((one) => one.carried.includes(order)),
  /** Who else has this order open. */
  opening: (order: string): Colleague[] => others.filter((one) => one.opened.includes(order)),
  heard: (now: Colleague[]): void => void (people = now),
  /** What is open on this page and what is in hand; sent when it has settled. */
  tell(opened_id: string | null, carried_id: string | null): void {
    if (said.opened_id === opened_id && said.carried_id === carried_id) return;
    said = { opened_id, carried_id };
    touchedAt = Date.now();
    clearTimeout(soon);
    soon = setTimeout(() => void send(), SETTLES);
  },
  start(): () => void {
    void send();
    const beat = setInterval(() => document.visibilityState === "visible" && void send(), EVERY);
    // A page that closes takes its ordinary requests with it.
    const leave = () => void post({ ...told(), is_leaving: true }, { keepalive: true });
    addEventListener("pagehide", leave);
    const touches = ["keydown", "pointerdown"] as const;
    for (const one of touches) addEventListener(one, touched, true);
    return () => {
      clearInterval(beat);
      clearTimeout(soon);
      removeEventListener("pagehide", leave);
      for (const one of touches) removeEventListener(one, touched, true);
      leave();
    };
  },
};
