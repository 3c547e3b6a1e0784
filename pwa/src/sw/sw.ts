/* The staff service worker, scope /app/. Owns the wiring of browser events to rules.ts and lifecycle.ts.
   It waits until a page says {type: "take-over"}: never a new version under a half-written form. */
import { holdLater, install, olderFile, retire, type Surroundings } from "./lifecycle";
import { listenForPushes } from "./listen";
import { answerFor, cacheName, routesOf, type PrecacheEntry, type Route } from "./rules";

declare const self: ServiceWorkerGlobalScope;
declare const __PRECACHE__: PrecacheEntry[];

listenForPushes({ area: "/app/", start: "/app/", inPlace: /^\/app\/(?!board)/ });

const entries = __PRECACHE__;
const held = new Set(entries.map((entry) => entry.url));

const world: Surroundings = {
  caches: self.caches,
  fetch: (url, init) => self.fetch(url, init),
  digest: async (body) => {
    const bytes = new Uint8Array(await crypto.subtle.digest("SHA-256", body));
    return Array.from(bytes.subarray(0, 8), (byte) => byte.toString(16).padStart(2, "0")).join("");
  },
};

async function fromCache(url: string, request: Request): Promise<Response> {
  const cache = await self.caches.open(cacheName(entries));
  const hit = await cache.match(url);
  // The browser may have thrown the cache away; the network is then the honest answer.
  return hit ?? self.fetch(request);
}

/** Chromium's so far; elsewhere the worker is woken, and answers or hands on. */
interface Routed {
  addRoutes?: (routes: Route[]) => Promise<void>;
}
function standAside(event: Routed): void {
  event.addRoutes?.(routesOf(entries)).catch(() => undefined);
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
