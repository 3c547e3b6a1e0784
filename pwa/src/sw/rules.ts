/* The worker's decisions as pure functions: what answers a request, what a build's cache is called.
   Only files of the build are ever cached; /api, /sync and everything else with a person's data never is. */

export interface PrecacheEntry {
  url: string;
  hash: string;
  /** Not needed to start: fetched once the app is at rest and says that this phone wants it. */
  later?: true;
}

export const CACHE_PREFIX = "callout-app-";
export const BOARD_OFFLINE = "/app/board-offline.html";
export const START = "/app/";

/** One name per set of contents: the same build has the same cache however often it is installed. */
export function cacheName(entries: readonly PrecacheEntry[]): string {
  const all = entries.map((entry) => entry.hash).join("");
  let sum = 0x811c9dc5;
  for (let at = 0; at < all.length; at++)
    sum = Math.imul(sum ^ all.charCodeAt(at), 0x01000193) >>> 0;
  return `${CACHE_PREFIX}${sum.toString(16)}-${entries.length}`;
}

/** Whether the address itself tells the contents. */
export const isNamed = (url: string): boolean => /^\/assets\/.+-[\w-]{8}\.\w+$/.test(url);

export type Answer =
  | { from: "cache"; url: string }
  | { from: "network-or"; url: string }
  /** A file that this build does not name: the build before may, and a page of it may still be open. */
  | { from: "older"; url: string }
  | { from: "network" };
const FILES = /^\/(assets|app\/workers)\//;

/** What the worker would only hand on. Where the browser can be told it does not wake the worker, which else is never at rest: the one
 *  that follows it could not come. */
export const PAST_THE_WORKER = ["/api/*", "/sync/*"];

/** One line of the list that a browser follows without waking the worker. */
export interface Route {
  condition: { urlPattern: { pathname: string; search?: string } };
  source: "network" | { cacheName: string };
}
/** Chromium takes no more lines than these, and refuses a longer list whole. */
const MOST_ROUTES = 256;
/** What the browser may answer by itself: what passes by, and the files of this build by their exact address. A file that comes later is
 *  not among them, nor one of another build: what the browser does not find in the cache it asks of the network, never of the worker. */
export function routesOf(entries: readonly PrecacheEntry[]): Route[] {
  const past = PAST_THE_WORKER.map((pathname): Route => ({
    condition: { urlPattern: { pathname } },
    source: "network",
  }));
  const source = { cacheName: cacheName(entries) };
  const files = entries
    .filter((entry) => !entry.later && entry.url !== BOARD_OFFLINE)
    .map(({ url }): Route => ({
      condition: { urlPattern: { pathname: url, search: "" } },
      source,
    }));
  return [...past, ...files].slice(0, MOST_ROUTES);
}

export interface Asked {
  method: string;
  mode: string;
  url: URL;
}

/** What answers a request of a page under our scope. `held` are the precached urls. */
export function answerFor(asked: Asked, origin: string, held: ReadonlySet<string>): Answer {
  const { method, mode, url } = asked;
  if (method !== "GET" || url.origin !== origin) return { from: "network" };
  const path = url.pathname;
  if (mode === "navigate") {
    if (path === "/app/board" || path.startsWith("/app/board/"))
      return { from: "network-or", url: BOARD_OFFLINE };
    if (held.has(path) && path !== START) return { from: "cache", url: path };
    return path.startsWith(START) ? { from: "cache", url: START } : { from: "network" };
  }
  if (held.has(path)) return { from: "cache", url: path };
  return FILES.test(path) ? { from: "older", url: path } : { from: "network" };
}
