/* Who may be calling, looked up while somebody types: once the letters rest, the newest question wins. Call while a component
   starts. The server finds by name, number and address. */
import { api } from "../../api/client";
import type { Caller, Page } from "../../api/views";

const REST_MS = 180;

export function callers(words: () => string | null) {
  let found = $state.raw<Caller[]>([]);
  let more = $state(false);
  let pending = $state(false);
  let failure = $state.raw<unknown>(null);

  async function look(q: string, signal: AbortSignal): Promise<void> {
    try {
      const query = new URLSearchParams({ q, limit: "8" });
      const page = await api.get<Page<Caller>>(`/api/v1/callers?${query}`, { signal });
      [found, more, failure, pending] = [page.items, page.more, null, false];
    } catch (error) {
      if (!signal.aborted) [found, more, failure, pending] = [[], false, error, false];
    }
  }

  $effect(() => {
    const q = words();
    if (q === null) return;
    const asked = new AbortController();
    pending = true;
    const timer = setTimeout(() => void look(q.trim(), asked.signal), q ? REST_MS : 0);
    return () => {
      clearTimeout(timer);
      asked.abort();
    };
  });

  return {
    get found(): Caller[] {
      return found;
    },
    /** There are others who fit: a longer word finds them. */
    get more(): boolean {
      return more;
    },
    get pending(): boolean {
      return pending;
    },
    get failure(): unknown {
      return failure;
    },
  };
}
