/* What a person may do with a visit now, asked of the visit machine itself, and where the visit stands as steps.
   Pure: words, icons and the doing are elsewhere. */
import { step } from "../engines/visits/machine";
import type { LastStep, Visit, VisitCommand, VisitState } from "../engines/visits/visit";
import type { Shown } from "../sync/model";

/** The verb on the button of each state; a state without one has ended, or waits for the office. */
const NEXT: Partial<Record<VisitState, VisitCommand>> = {
  dispatched: "visit.accept",
  accepted: "visit.travel",
  travelling: "visit.arrive",
  on_site: "visit.complete",
  paused: "visit.resume",
};
/** Behind the menu, in this order. */
const SECONDARY: readonly VisitCommand[] = [
  "visit.arrive",
  "visit.pause",
  "visit.resume",
  "visit.cannot_complete",
  "visit.decline",
];

/** Whether the machine would let it happen once reason, outcome and findings are given. */
export function isAllowed(visit: Shown, command: VisitCommand): boolean {
  const seen = { ...visit, findings: "-" } as unknown as Visit;
  const answer = step(seen, command, { outcome: "done", reason: "-" }, new Date(0).toISOString());
  return answer.state === "ok";
}

export function nextVerb(visit: Shown): VisitCommand | null {
  const command = NEXT[visit.status as VisitState];
  return command && isAllowed(visit, command) ? command : null;
}

/** Whether this last step of his can be taken back. By when is the server's to judge: the offer stands for seconds only. */
export function isUndoable(visit: Shown | null, command: VisitCommand, me: string): boolean {
  // Giving a visit back takes it off this phone: that it is gone says nothing then.
  if (!visit) return command === "visit.decline";
  const last = visit.last_step as LastStep | null | undefined;
  const isHis = visit.is_detached !== true && visit.engineer_id === me;
  if (last?.command !== command || !(isHis || command === "visit.decline")) return false;
  return step(visit as unknown as Visit, "visit.revert", {}, last.at).state === "ok";
}

/** What else is possible. Before it is accepted a job is declined, not left undone: the server says the same. */
export function otherVerbs(visit: Shown): VisitCommand[] {
  const next = nextVerb(visit);
  return SECONDARY.filter(
    (command) =>
      command !== next &&
      isAllowed(visit, command) &&
      !(command === "visit.cannot_complete" && visit.status === "dispatched"),
  );
}

export interface LifeStep {
  key: "accepted" | "travelling" | "on_site" | "done";
  at: string | null;
  state: "done" | "current" | "next";
}
const FACTS: [LifeStep["key"], string][] = [
  ["accepted", "accepted_at"],
  ["travelling", "travel_started_at"],
  ["on_site", "arrived_at"],
  ["done", "completed_at"],
];
const REACHED: Partial<Record<VisitState, number>> = {
  accepted: 0,
  travelling: 1,
  on_site: 2,
  done: 3,
};

/** Four steps with the times of the facts. A time is shown only for what has happened. */
export function lifeSteps(visit: Shown): LifeStep[] {
  const paused = visit.paused_from as VisitState | null;
  const status = visit.status === "paused" ? (paused ?? "on_site") : (visit.status as VisitState);
  const reached = REACHED[status] ?? lastFact(visit);
  return FACTS.map(([key, field], at) => {
    const time = typeof visit[field] === "string" && at <= reached ? String(visit[field]) : null;
    const isCurrent = at === reached && status !== "done" && status !== "cannot_complete";
    return { key, at: time, state: at > reached ? "next" : isCurrent ? "current" : "done" };
  });
}

function lastFact(visit: Shown): number {
  const isEnded = visit.status === "cannot_complete" || visit.status === "cancelled";
  return isEnded ? FACTS.findLastIndex(([, field]) => typeof visit[field] === "string") : -1;
}
