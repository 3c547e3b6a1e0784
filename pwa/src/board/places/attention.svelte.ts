/* What waits for a person: values that clash and entries that could not apply. Read once, then again whenever the
   live stream speaks of one; the rail counts it, the page shows it. */
import { api } from "../../api/client";
import type { Conflict, Page, Parked } from "../../api/views";
import { may } from "../../session/session.svelte";
import { live } from "../live/stream.svelte";

let conflicts = $state.raw<Conflict[]>([]);
let parked = $state.raw<Parked[]>([]);
let phase = $state<"loading" | "ready" | "failed">("loading");
let failure = $state.raw<unknown>(null);
let readAt = $state(0);
let waiting: ReturnType<typeof setTimeout> | undefined;

/** The list holds settled ones too: it is read to its end, so that no open one hides on a later page. */
async function openConflicts(): Promise<Conflict[]> {
  if (!may("conflict.read")) return [];
  const found: Conflict[] = [];
  for (let after = ""; ;) {
    const query = new URLSearchParams({ state: "open", limit: "200", ...(after && { after }) });
    const page = await api.get<Page<Conflict>>(`/api/v1/conflicts?${query}`);
    found.push(...page.items.filter((one) => one.state === "open"));
    after = page.items.at(-1)?.id ?? "";
    if (!page.more || !after) return found;
  }
}

let asked = 0;
async function load(): Promise<void> {
  const mine = ++asked;
  try {
    const [open, kept] = await Promise.all([
      openConflicts(),
      api.get<Page<Parked>>("/api/v1/parked"),
    ]);
    // Asked again meanwhile: that answer is the newer one.
    if (mine !== asked) return;
    [conflicts, parked] = [open, kept.items];
    [phase, failure, readAt] = ["ready", null, Date.now()];
  } catch (error) {
    if (mine !== asked) return;
    [phase, failure] = ["failed", error];
  }
}

export const attention = {
  get conflicts(): Conflict[] {
    return conflicts;
  },
  get parked(): Parked[] {
    return parked;
  },
  get count(): number {
    return conflicts.length + parked.length;
  },
  get phase() {
    return phase;
  },
  get failure(): unknown {
    return failure;
  },
  get readAt(): number {
    return readAt;
  },
  again: load,
  start(): () => void {
    void load();
    return live.listen({
      refetch: () => void load(),
      page: (page) => {
        if (!page.rows.some((row) => row.e === "conflict" || row.e === "parked")) return;
        clearTimeout(waiting);
        waiting = setTimeout(() => void load(), 150);
      },
    });
  },
};
