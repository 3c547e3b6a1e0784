// The browser as a surrounding of the sync core: fetch, Web Locks, visibility, signal, a channel between tabs, and the quota.
// A service worker uses the same ports; what it lacks (a document, a window) counts as not visible.

import { ownZone } from "../i18n/own_zone";
import type { Client } from "./client";
import type { HttpResponse, Transport } from "./http";
import { cryptoRandom, uuid7 } from "./ids";
import type { Ports } from "./ports";

export interface BrowserOptions {
  app: string;
  schema: number;
  label: string;
  /** The language that is shown right now: the server's sentences come in it. */
  locale: () => string;
  notify?: Ports["notify"];
  /** Whether a moment is today where the work is; the phone's own zone when it is not given. */
  isToday?: Ports["isToday"];
  timeoutMs?: number;
}
const NEARLY_FULL = 0.9;
const CANARY = "callout.canary";

export function browserPorts(user: string, options: BrowserOptions): Ports {
  const tabs =
    typeof BroadcastChannel === "undefined" ? null : new BroadcastChannel(`callout-outbox-${user}`);
  return {
    transport: fetchTransport(options.timeoutMs ?? 60_000, options.locale),
    now: () => Date.now(),
    tz: ownZone,
    random: Math.random,
    newId: () => uuid7(Date.now(), cryptoRandom),
    setTimer: (ms, fire) => {
      const timer = setTimeout(fire, ms);
      return () => {
        clearTimeout(timer);
      };
    },
    app: options.app,
    about: {
      schema: options.schema,
      label: options.label,
      platform: navigator.userAgent,
      get locale() {
        return options.locale();
      },
    },
    isOnline: () => navigator.onLine,
    isVisible: () => typeof document !== "undefined" && document.visibilityState === "visible",
    isToday: options.isToday ?? ((at) => new Date(at).toDateString() === new Date().toDateString()),
    storageWarnings,
    canary: { read: stored, write: keepStored },
    tellTabs: () => {
      tabs?.postMessage(null);
    },
    listenTabs: (heard) => {
      tabs?.addEventListener("message", heard);
      return () => {
        tabs?.removeEventListener("message", heard);
        tabs?.close();
      };
    },
    ...(typeof navigator.locks === "object" && { lock: webLock }),
    ...(options.notify && { notify: options.notify }),
  };
}

/** Tells the client what the window notices. Returns how to stop. */
export function watchWindow(client: Client): () => void {
  const stop = new AbortController();
  const { signal } = stop;
  addEventListener(
    "online",
    () => {
      client.tell("online");
    },
    { signal },
  );
  addEventListener(
    "offline",
    () => {
      client.tell("offline");
    },
    { signal },
  );
  document.addEventListener(
    "visibilitychange",
    () => {
      client.tell(document.visibilityState === "visible" ? "visible" : "hidden");
    },
    { signal },
  );
  return () => {
    stop.abort();
  };
}

async function webLock<T>(name: string, work: () => Promise<T>): Promise<T | undefined> {
  return navigator.locks.request(name, { ifAvailable: true }, async (lock) =>
    lock ? work() : undefined,
  );
}

function fetchTransport(timeoutMs: number, locale: () => string): Transport {
  return async ({ method, path, headers, body, bytes }): Promise<HttpResponse> => {
    const response = await fetch(path, {
      method,
      headers: { ...headers, "Accept-Language": locale() },
      body: bytes ?? body,
      credentials: "same-origin",
      cache: "no-store",
      signal: AbortSignal.timeout(timeoutMs),
    });
    const named = Object.fromEntries(
      [...response.headers].map(([name, value]) => [name.toLowerCase(), value]),
    );
    return {
      status: response.status,
      headers: named,
      body: new Uint8Array(await response.arrayBuffer()),
    };
  };
}

function stored(): string | null {
  try {
    return localStorage.getItem(CANARY);
  } catch {
    return null; // a worker has none, some browsers forbid it: then the server knows
  }
}

function keepStored(text: string | null): void {
  try {
    if (text === null) localStorage.removeItem(CANARY);
    else localStorage.setItem(CANARY, text);
  } catch {
    // As above.
  }
}

async function storageWarnings(): Promise<string[]> {
  if (typeof navigator.storage !== "object") return [];
  const { usage = 0, quota = 0 } = await navigator.storage.estimate();
  const isPersisted = await navigator.storage.persisted();
  return [
    ...(isPersisted ? [] : ["not_persisted"]),
    ...(quota > 0 && usage / quota > NEARLY_FULL ? ["nearly_full"] : []),
  ];
}
