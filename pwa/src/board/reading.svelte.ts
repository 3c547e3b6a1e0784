/* One address of the server as a screen shows it: the answer, its age, what went wrong. Keeps the answer through
   every failure, reads again when the live stream asks. Call while a component starts. */
import { untrack } from "svelte";
import { api } from "../api/client";
import type { LivePage } from "./live/rows";
import { live } from "./live/stream.svelte";

export type Phase = "loading" | "ready" | "failed";
export interface Reading<T> {
  readonly data: T | null;
  readonly phase: Phase;
  readonly failure: unknown;
  readonly readAt: number;
  again: () => Promise<void>;
}

/** `path` null: nothing to read yet. `touches` says whether a live page is about what is read here. */
export function reading<T>(
  path: () => string | null,
  touches: (page: LivePage) => boolean = () => false,
): Reading<T> {
  let data = $state.raw<T | null>(null);
  let phase = $state<Phase>("loading");
  let failure = $state.raw<unknown>(null);
  let readAt = $state(0);
  let asked: AbortController | undefined;
  let waiting: ReturnType<typeof setTimeout> | undefined;

  async function load(from: string): Promise<void> {
    asked?.abort();
    const mine = (asked = new AbortController());
    try {
      data = await api.get<T>(from, { signal: mine.signal });
      [phase, failure, readAt] = ["ready", null, Date.now()];
    } catch (error) {
      if (!mine.signal.aborted) [phase, failure] = ["failed", error];
    }
  }
  const again = async () => {
    const from = path();
    if (from) await load(from);
  };

  $effect(() => {
    const from = path();
    [data, phase, failure] = [null, "loading", null];
    if (from) untrack(() => void load(from));
    return () => asked?.abort();
  });

  $effect(() =>
    live.listen({
      refetch: () => void again(),
      page: (page) => {
        if (!touches(page)) return;
        clearTimeout(waiting);
        waiting = setTimeout(() => void again(), 150);
      },
    }),
  );

  return {
    get data() {
      return data;
    },
    get phase() {
      return phase;
    },
    get failure() {
      return failure;
    },
    get readAt() {
      return readAt;
    },
    again,
  };
}
