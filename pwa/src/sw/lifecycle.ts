/* Installing a build and retiring the one before. Caches, network and digest come in as arguments: tests run
   it without a browser. All or nothing: a cache exists only if every file arrived with the hash of this build. */
import { CACHE_PREFIX, cacheName, isNamed, type PrecacheEntry } from "./rules";

export interface Surroundings {
  caches: Pick<CacheStorage, "open" | "keys" | "delete" | "match">;
  fetch: (url: string, init: RequestInit) => Promise<Response>;
  /** First 16 hex digits of the SHA-256. */
  digest: (body: ArrayBuffer) => Promise<string>;
}

/** An unchanged file from an older build, or undefined. */
async function copied(
  entry: PrecacheEntry,
  old: Cache[],
  { digest }: Surroundings,
): Promise<Response | undefined> {
  for (const cache of old) {
    const hit = await cache.match(entry.url);
    if (hit && (await digest(await hit.clone().arrayBuffer())) === entry.hash) return hit;
  }
  return undefined;
}

async function downloaded(
  entry: PrecacheEntry,
  { fetch, digest }: Surroundings,
): Promise<Response> {
  // Names under /assets carry their hash; the rest must be asked for again past the HTTP cache.
  const cache = entry.url.startsWith("/assets/") ? "default" : "no-cache";
  const response = await fetch(entry.url, { cache, credentials: "omit", redirect: "error" });
  if (!response.ok) throw new Error(`${entry.url} answered ${response.status}`);
  // What the server said as it said it: an answer made here, or of another address, has Chromium compile the script at each start.
  const own = isNamed(entry.url) ? response.clone() : null;
  const body = await response.arrayBuffer();
  const hash = await digest(body);
  if (hash !== entry.hash) throw new Error(`${entry.url} is of another build`);
  if (own) return own;
  // A new Response drops what must not be replayed (cookies, lengths of the compressed form); the policy stays.
  const keep = [
    "Content-Type",
    "Content-Security-Policy",
    "X-Content-Type-Options",
    "Referrer-Policy",
    "Permissions-Policy",
  ];
  const headers = new Headers();
  for (const name of keep) {
    const value = response.headers.get(name);
    if (value) headers.set(name, value);
  }
  return new Response(body, { headers });
}

export async function install(
  entries: readonly PrecacheEntry[],
  world: Surroundings,
): Promise<void> {
  const name = cacheName(entries);
  const names = (await world.caches.keys()).filter((key) => key.startsWith(CACHE_PREFIX));
  const old = await Promise.all(names.map((key) => world.caches.open(key)));
  const responses = await Promise.all(
    entries.map(
      async (entry) =>
        (await copied(entry, old, world)) ?? (entry.later ? null : await downloaded(entry, world)),
    ),
  );
  try {
    const cache = await world.caches.open(name);
    await Promise.all(
      entries.map((entry, at) => {
        const response = responses[at];
        return response ? cache.put(entry.url, response) : undefined;
      }),
    );
  } catch (error) {
    // Full storage: half a build is worse than the old one.
    if (!names.includes(name)) await world.caches.delete(name);
    throw error;
  }
}

/** Fetches what can come later and is not here yet. Fails quietly: the next time it is wanted it is asked for again. */
export async function holdLater(
  entries: readonly PrecacheEntry[],
  world: Surroundings,
): Promise<void> {
  const cache = await world.caches.open(cacheName(entries));
  for (const entry of entries.filter((one) => one.later)) {
    if (await cache.match(entry.url)) continue;
    await downloaded(entry, world)
      .then((response) => cache.put(entry.url, response))
      .catch(() => undefined);
  }
}

/** A file of an older build that is still kept, by its address alone. */
export async function olderFile(url: string, world: Surroundings): Promise<Response | undefined> {
  const names = (await world.caches.keys()).filter((key) => key.startsWith(CACHE_PREFIX));
  for (const name of names.reverse()) {
    const cache = await world.caches.open(name);
    const hit = await cache.match(url);
    if (hit) return hit;
  }
  return undefined;
}

/** Which builds have run, the newest first. Not the order of the caches: a build that was replaced while it waited never ran. */
const RAN = "callout-ran";
const RAN_KEY = "/app/ran";
async function runs(world: Surroundings): Promise<string[]> {
  const told = await (await world.caches.open(RAN)).match(RAN_KEY);
  return told ? (await told.text()).split("\n") : [];
}

/** Deletes every other build's cache but the one that ran before: a window of it may still be open, with a form in it. Runs in activate. */
export async function retire(
  entries: readonly PrecacheEntry[],
  world: Surroundings,
): Promise<void> {
  const keep = cacheName(entries);
  const names = await world.caches.keys();
  const others = names.filter((key) => key.startsWith(CACHE_PREFIX) && key !== keep);
  const ran = (await runs(world)).filter((name) => name !== keep);
  // Where nothing was written yet, the newest of the others: they are in the order in which they were made.
  const before = ran.find((name) => others.includes(name)) ?? others.at(-1);
  const gone = others.filter((name) => name !== before);
  const marks = await world.caches.open(RAN);
  // A full disk costs the mark, not the deleting that makes room.
  const mark = new Response([keep, ...(before ? [before] : [])].join("\n"));
  await marks.put(RAN_KEY, mark).catch(() => undefined);
  await Promise.all(gone.map((key) => world.caches.delete(key)));
}
