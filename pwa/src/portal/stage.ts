/* Where a work order stands for the customer, as data: which steps are done and when. Words are the screen's. */
import type { Tracked } from "../api/views";

export const STEPS = ["received", "planned", "travelling", "on_site", "done"] as const;
export type StepName = (typeof STEPS)[number];
export interface Step {
  name: StepName;
  state: "done" | "current" | "next";
  at: string | null;
}
export type Outcome = "under_way" | "done" | "again" | "parts" | "cancelled";

const REACHED: Record<string, number> = {
  planned: 0,
  dispatched: 1,
  accepted: 1,
  travelling: 2,
  on_site: 3,
  paused: 3,
  done: 5,
};

export function outcomeOf({ category, visit }: Pick<Tracked, "category" | "visit">): Outcome {
  if (category === "cancelled") return "cancelled";
  if (visit?.status === "cannot_complete") return "again";
  if (visit?.status === "done" && visit.outcome === "needs_parts") return "parts";
  // Somebody else may still be at it: done is only what the whole order is.
  return visit?.status === "done" && category === "done" ? "done" : "under_way";
}

export function stepsOf(tracked: Pick<Tracked, "category" | "visit" | "reported_at">): Step[] {
  const { visit } = tracked;
  const isDone = outcomeOf(tracked) === "done";
  // Without a trip that counts, the order waits to be planned (again); interrupted on the way it is still on the way.
  const wanted = isDone
    ? 5
    : outcomeOf(tracked) === "under_way"
      ? (REACHED[visit?.status ?? ""] ?? 0)
      : 0;
  const reached = wanted === 3 && !visit?.arrived_at ? 2 : wanted;
  const times = [
    tracked.reported_at,
    visit?.dispatched_at ?? null,
    visit?.travel_started_at ?? null,
    visit?.arrived_at ?? null,
    visit?.completed_at ?? null,
  ];
  return STEPS.map((name, at) => ({
    name,
    state: at < reached ? "done" : at === reached ? "current" : "next",
    at: at <= reached ? (times[at] ?? null) : null,
  }));
}
