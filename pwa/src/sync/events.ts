// The live stream of one channel (PROTOCOL 10) as a hint: something has changed, pull now. What came is not read from the stream, so
// a lost or doubled page cannot matter. Open only while the screen is visible and online; without it the 30 s timer goes on.

import type { Client } from "./client";

const AGAIN_MS = 60_000;

/** Keeps the stream open while it makes sense. Returns how to stop. */
export function watchEvents(client: Pick<Client, "tell">, channel: string): () => void {
  if (typeof EventSource === "undefined") return () => undefined;
  let source: EventSource | null = null;
  let again: ReturnType<typeof setTimeout> | undefined;

  const close = () => {
    clearTimeout(again);
    source?.close();
    source = null;
  };
  const open = () => {
    close();
    source = new EventSource(`/sync/v1/events?channel=${encodeURIComponent(channel)}`);
    // `hello` too: between two connections anything may have happened.
    for (const name of ["hello", "page"]) source.addEventListener(name, () => client.tell("poke"));
    source.onerror = () => {
      // The browser comes back by itself after a lost line; not after a refusal (no session, too many streams).
      if (source?.readyState === EventSource.CLOSED) again = setTimeout(follow, AGAIN_MS);
    };
  };
  const follow = () => {
    const isWanted = document.visibilityState === "visible" && navigator.onLine;
    if (!isWanted) close();
    else if (!source || source.readyState === EventSource.CLOSED) open();
  };

  const stop = new AbortController();
  const { signal } = stop;
  document.addEventListener("visibilitychange", follow, { signal });
  for (const name of ["online", "offline"]) addEventListener(name, follow, { signal });
  follow();
  return () => {
    stop.abort();
    close();
  };
}
