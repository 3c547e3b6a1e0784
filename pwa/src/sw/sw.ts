/* The staff service worker, scope /app/. Owns the wiring of browser events to rules.ts and lifecycle.ts.
   It waits until a page says {type: "take-over"}: never a new version under a half-written form. */
import { holdLater, install, olderFile, retire, type Surroundings } from "./lifecycle";
import { listenForPushes } from "./listen";
import { answerFor, cacheName, keyOf, PAST_THE_WORKER, type PrecacheEntry } from "./rules";

declare const self: ServiceWorkerGlobalScope;
declare const __PRECACHE__: PrecacheEntry[];

listenForPushes({ area: "/app/", start: "/app/", inPlace: /^\/app\/(?!board)/ });

const entries = __PRECACHE__;
const byUrl = new Map(entries.map((entry) => [entry.url, entry]));
const held = new Set(byUrl.keys());

const world: Surroundings = {
  caches: self.caches,
  fetch: (url, init) => self.fetch(url, init),
  digest: async (body) => {
    const bytes = new Uint8Array(await crypto.subtle.digest("SHA-256", body));
    return Array.from(bytes.subarray(0, 8), (byte) => byte.toString(16).padStart(2, "0")).join("");
  },
};

async function fromCache(url: string, request: Request): Promise<Response> {
  const entry = byUrl.get(url);
  const cache = await self.caches.open(cacheName(entries));
  const hit = entry && (await cache.match(keyOf(entry)));
  // The browser may have thrown the cache away; the network is then the honest answer.
  return hit ?? self.fetch(request);
}

/** Chromium's so far; elsewhere the worker is woken and hands on. */
interface Routed {
  addRoutes?: (rules: { condition: { urlPattern: object }; source: "network" }[]) => Promise<void>;
}
function standAside(event: Routed): void {
  const rules = PAST_THE_WORKER.map((pathname) => ({
    condition: { urlPattern: { pathname } },
    source: "network" as const,
  }));
  event.addRoutes?.(rules).catch(() => undefined);
}

self.addEventListener("install", (event) => {
  standAside(event as Routed);
  event.waitUntil(install(entries, world));
});

self.addEventListener("activate", (event) =>
  event.waitUntil(retire(entries, world).then(() => self.clients.claim())),
);

self.addEventListener("message", (event) => {
  const said = event.data as { type?: string } | null;
  if (said?.type === "take-over") event.waitUntil(self.skipWaiting());
  if (said?.type === "hold-later") event.waitUntil(holdLater(entries, world));
});

self.addEventListener("fetch", (event) => {
  const { request } = event;
  const asked = { method: request.method, mode: request.mode, url: new URL(request.url) };
  const answer = answerFor(asked, self.location.origin, held);
  if (answer.from === "network") return;
  if (answer.from === "cache") return event.respondWith(fromCache(answer.url, request));
  if (answer.from === "older")
    return event.respondWith(
      olderFile(answer.url, world).then((hit) => hit ?? self.fetch(request)),
    );
  event.respondWith(self.fetch(request).catch(() => fromCache(answer.url, request)));
});
