/* The customer's end of a push subscription: one per order in a browser, whichever of its links was open when it was asked for.
   Every message brings a link of its own, so where it was asked for is remembered. */
import { api } from "../api/client";
import type { Tracked } from "../api/views";
import { pushes, type Pushes } from "../sw/pushes.svelte";
import { address } from "./track.svelte";

const known = new Map<string, Pushes>();
const keyOf = (number: string) => `callout.news.${number}`;

function rememberedScope(number: string): string {
  const here = location.pathname;
  try {
    const kept = localStorage.getItem(keyOf(number));
    return kept?.startsWith("/p/") ? kept : here;
  } catch {
    return here;
  }
}

function remember(number: string, scope: string): void {
  try {
    localStorage.setItem(keyOf(number), scope);
  } catch {
    // Forbidden storage: the next link offers it once more.
  }
}

/** Null where the server tells nobody about this order. */
export function news({ number, push_key: key }: Tracked): Pushes | null {
  if (key === null) return null;
  const found = known.get(number);
  if (found) return found;
  const scope = rememberedScope(number);
  const made = pushes({
    script: "/p/sw.js",
    scope,
    key: () => Promise.resolve(key),
    keep: async (subscription) => {
      await api.post(`${address()}/push`, subscription);
      remember(number, scope);
    },
    forget: (endpoint) => api.delete(`${address()}/push`, { body: { endpoint } }),
  });
  known.set(number, made);
  return made;
}
