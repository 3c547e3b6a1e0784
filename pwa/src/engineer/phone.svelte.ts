/* The sync client of the person whose phone this is, as the screens see it. Owns its opening, closing and the wiring
   to window and stream; screens read lists and act through it. An expired session is never taken for a sign-out. */
import { locale } from "../i18n/locale.svelte";
import { describe } from "../session/device";
import { session, type User } from "../session/session.svelte";
import { sideOfDay } from "../i18n/format";
import { browserPorts, watchWindow } from "../sync/browser_ports";
import { open, type Client } from "../sync/client";
import { watchEvents } from "../sync/events";
import type { Shown } from "../sync/model";
import type { Departure } from "../store/leaving";
import type { SyncStatus } from "../sync/status";
import { hearServerTime } from "./clock.svelte";
import { unfinished } from "./draft.svelte";
import { painted, whenIdle } from "../ui/idle";
import { router } from "./routes";
import {
  askToKeep,
  personOf,
  recallOwner,
  recallPerson,
  rememberPerson,
  type Person,
} from "./person";

const SCHEMA = 1;
const APP = `callout-pwa/${__APP_VERSION__}`;

let person = $state.raw<Person | null>(recallPerson());
let client = $state.raw<Client | null>(null);
let status = $state.raw<SyncStatus | null>(null);
let isBroken = $state(false);
/** Until the disk has answered, nobody is asked to sign in. */
let isAsking = $state(person === null);
let opening: Promise<void> = Promise.resolve();
let offs: (() => void)[] = [];

/** The first screen stands. */
let tellMounted = (): void => undefined;
const mounted = new Promise<void>((go) => (tellMounted = go));
const rest = () => new Promise<void>((go) => void whenIdle(go, 3_000));
function portsOf(who: Person) {
  const ports = browserPorts(who.id, {
    app: APP,
    schema: SCHEMA,
    label: describe(navigator.userAgent, navigator.maxTouchPoints).label,
    locale,
    isToday: (at) => sideOfDay(at, Date.now(), who.zone) === 0,
  });
  // The browser counts its bytes at leisure: the jobs are shown first.
  const { storageWarnings } = ports;
  return {
    ...ports,
    ...(router.current?.name === "today" && { afterDay: () => mounted.then(painted) }),
    ...(storageWarnings && { storageWarnings: () => rest().then(storageWarnings) }),
  };
}

async function openFor(who: Person): Promise<void> {
  close();
  try {
    const opened = await open(who.id, portsOf(who));
    client = opened;
    isBroken = false;
    hearServerTime(opened.anchor); // which day it is is known before the list is shown
    void opened.whole.catch(() => opened === client && (isBroken = true));
    offs = [opened.subscribe(follow), watchWindow(opened), watchEvents(opened, `user:${who.id}`)];
  } catch {
    isBroken = true;
  }
}

/** Another tab of this browser: who left there has left here too. */
const others =
  typeof BroadcastChannel === "undefined" ? null : new BroadcastChannel("callout-left");
others?.addEventListener("message", ({ data }: MessageEvent<string>) => {
  if (data !== person?.id) return;
  phone.forget();
  session.expired();
});

/** Words for a job that left while this app was closed: once per whole pull, when there are any. */
let settledAt = Date.now();
function settle(next: SyncStatus): void {
  if (next.isDayOnly || next.phase !== "idle" || (next.lastPullAt ?? 0) <= settledAt) return;
  if (unfinished() === 0) return;
  settledAt = next.lastPullAt ?? settledAt;
  const [at, me] = [client, person?.id];
  if (at && me)
    void import("./stranded").then((all) => all.settleFindings(at, me)).catch(() => undefined);
}

let heardAt: number | null = null;
function hear(next: SyncStatus): void {
  if (next.lastContactAt === heardAt) return;
  heardAt = next.lastContactAt;
  void client
    ?.about()
    .then(({ anchor }) => hearServerTime(anchor))
    .catch(() => undefined);
}

function follow(next: SyncStatus): void {
  settle(next);
  hear(next);
  const isNews = next.phase === "revoked" && status?.phase !== "revoked";
  status = next;
  if (!isNews) return;
  // Closed by the office: this phone is nobody's at the next start, and its cookie ends with it.
  rememberPerson(null);
  void session.signOut().catch(() => undefined);
}

/** What those who left have left behind, while nobody is here. */
async function handInLeft(): Promise<void> {
  try {
    const { handIn } = await import("../sync/hand_in");
    await handIn({ transport: portsOf(NOBODY).transport, app: APP });
  } catch {
    // The next start tries again.
  }
}

function close(): void {
  for (const off of offs) off();
  offs = [];
  client?.close();
  client = null;
  status = null;
}

/** One after the other: two sign-ins in a row must not open two stores. */
const inTurn = (work: () => Promise<void>): Promise<void> => (opening = opening.then(work));

export const phone = {
  get person(): Person | null {
    return person;
  },
  get isAsking(): boolean {
    return isAsking;
  },
  /** Null until the store is open. */
  get client(): Client | null {
    return client;
  },
  /** Reading it in markup or a $derived also follows every change of the lists. */
  get status(): SyncStatus | null {
    return status;
  },
  get isBroken(): boolean {
    return isBroken;
  },
  /** Rows of an entity; follows changes. */
  lists(entity: string): readonly Shown[] {
    void status;
    return client?.list(entity) ?? [];
  },
  mounted: (): void => tellMounted(),
  /** At the start, before the session has been asked: who worked here goes on working. */
  resume: (): Promise<void> =>
    inTurn(async () => {
      person ??= await recallOwner();
      isAsking = false;
      if (person) await openFor(person);
      else void handInLeft();
    }),
  /** Somebody has signed in, or the server has confirmed who it is. */
  enter: (user: User): Promise<void> =>
    inTurn(async () => {
      if (person && person.id !== user.id) {
        others?.postMessage(person.id);
        router.go("today"); // the address was another person's
      }
      const isSame = client !== null && person?.id === user.id && status?.phase !== "revoked";
      person = personOf(user);
      rememberPerson(person);
      void askToKeep();
      if (!isSame) await openFor(person);
      else if (status?.phase === "login") client?.tell("login");
    }),
  retryOpening: (): Promise<void> =>
    inTurn(async () => {
      if (person) await openFor(person);
    }),
  /** Server first, then this phone; see `leave` for what `kept` means. Throws when the server cannot be reached. */
  async signOut(): Promise<Departure> {
    await session.signOut();
    const left: Departure = (await client?.logout()) ?? { state: "left", unsent: 0, drafts: 0 };
    if (left.state === "left") {
      if (person) others?.postMessage(person.id);
      phone.forget();
      void handInLeft();
    }
    return left;
  },
  /** This phone is nobody's. */
  forget(): void {
    close();
    person = null;
    rememberPerson(null);
  },
};

const NOBODY: Person = { id: "-", name: "", locale: "en", zone: "UTC" };
