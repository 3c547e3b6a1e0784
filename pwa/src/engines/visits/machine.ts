// The visit machine: which command a visit allows in which state, and what it changes. Pure; its Python twin is held
// equal by tests/vectors/visits. It does not judge permissions, nor who may be assigned.

import type { Step, Visit, VisitArgs, VisitCommand, VisitState } from "./visit";

const UNDO_SECONDS = 300;
const TERMINAL: readonly VisitState[] = ["done", "cannot_complete", "cancelled"];
const ENGINEER: readonly VisitCommand[] = [
  "visit.accept",
  "visit.decline",
  "visit.travel",
  "visit.arrive",
  "visit.pause",
  "visit.resume",
  "visit.complete",
  "visit.cannot_complete",
];
/** From where a command leads on. The order of the states in VISIT_STATES is the order of a normal day. */
const FROM: Record<VisitCommand, readonly VisitState[]> = {
  "visit.dispatch": ["planned"],
  "visit.accept": ["dispatched"],
  "visit.decline": ["dispatched"],
  "visit.travel": ["accepted"],
  "visit.arrive": ["accepted", "travelling"],
  "visit.pause": ["travelling", "on_site"],
  "visit.resume": ["paused"],
  "visit.complete": ["on_site"],
  "visit.cannot_complete": ["dispatched", "accepted", "travelling", "on_site", "paused"],
  "visit.revert": [],
  "visit.unassign": ["planned", "dispatched", "accepted"],
  "visit.cancel": ["planned", "dispatched", "accepted", "travelling", "on_site", "paused"],
};

export function step(visit: Visit, command: VisitCommand, args: VisitArgs, at: string): Step {
  if (command === "visit.revert") return revert(visit, args, at);
  if (ENGINEER.includes(command) && isSomeoneElses(visit, args)) {
    return isDoneAlready(visit, command, args) && visit.engineer_id === null
      ? { state: "duplicate" }
      : refuse("superseded", "other_engineer");
  }
  if (isDoneAlready(visit, command, args)) return { state: "duplicate" };
  if (!FROM[command].includes(visit.status)) return outOfPlace(visit.status, command);
  const lacking = missing(visit, command, args);
  if (lacking !== null) return refuse("needs_fix", lacking);
  return {
    state: "ok",
    changes: remember(visit, command, args, at, changesOf(visit, command, args, at)),
  };
}

function refuse(code: "superseded" | "needs_fix", suggestion: string): Step {
  return { state: "refused", code, suggestion };
}

function isSomeoneElses(visit: Visit, args: VisitArgs): boolean {
  return args.by != null && visit.engineer_id !== args.by;
}

/** A command that came again, or whose effect is there: the fact it sets is set, or the state it leads to is the state. */
function isDoneAlready(visit: Visit, command: VisitCommand, args: VisitArgs): boolean {
  const { status } = visit;
  if (status === "cancelled") return command === "visit.cancel";
  switch (command) {
    case "visit.dispatch":
      return (
        status === "dispatched" && (args.engineer_id ?? visit.engineer_id) === visit.engineer_id
      );
    case "visit.accept":
      return reached(visit, visit.accepted_at);
    case "visit.travel":
      return reached(visit, visit.travel_started_at);
    case "visit.arrive":
      return reached(visit, visit.arrived_at);
    case "visit.pause":
      return status === "paused";
    case "visit.resume":
      return status === "travelling" || status === "on_site";
    case "visit.complete":
      return status === "done" && visit.outcome === args.outcome;
    case "visit.cannot_complete":
      return status === "cannot_complete";
    case "visit.decline":
    case "visit.unassign":
      return status === "planned" && visit.engineer_id === null;
    default:
      return false;
  }
}

function reached(visit: Visit, fact: string | null): boolean {
  return fact !== null && visit.status !== "planned" && visit.status !== "dispatched";
}

function outOfPlace(status: VisitState, command: VisitCommand): Step {
  if (TERMINAL.includes(status)) return refuse("superseded", `already_${status}`);
  if (command === "visit.decline" && status !== "planned")
    return refuse("needs_fix", "use_cannot_complete");
  if (status === "planned") return refuse("needs_fix", "not_dispatched");
  if (command === "visit.unassign") return refuse("superseded", "already_under_way");
  const isLate =
    command === "visit.dispatch" ||
    command === "visit.accept" ||
    (command === "visit.travel" && status !== "dispatched");
  if (isLate) return refuse("superseded", `already_${status}`);
  if (status === "dispatched") return refuse("needs_fix", "not_accepted");
  if (command === "visit.resume") return refuse("needs_fix", "not_paused");
  if (status === "paused") return refuse("needs_fix", "resume_first");
  return refuse("needs_fix", command === "visit.pause" ? "not_under_way" : "not_on_site");
}

function missing(visit: Visit, command: VisitCommand, args: VisitArgs): string | null {
  switch (command) {
    case "visit.dispatch":
      return (args.engineer_id ?? visit.engineer_id) ? null : "engineer_missing";
    case "visit.decline":
    case "visit.cannot_complete":
      return isBlank(args.reason) ? "reason_missing" : null;
    case "visit.complete":
      if (args.outcome !== "done" && args.outcome !== "needs_parts") return "outcome_missing";
      return isBlank(visit.findings) ? "findings_missing" : null;
    default:
      return null;
  }
}

function isBlank(text: string | null | undefined): boolean {
  return text == null || text.trim() === "";
}

function changesOf(
  visit: Visit,
  command: VisitCommand,
  args: VisitArgs,
  at: string,
): Partial<Visit> {
  switch (command) {
    case "visit.dispatch":
      return {
        status: "dispatched",
        engineer_id: args.engineer_id ?? visit.engineer_id,
        reason: null,
        accepted_at: null,
      };
    case "visit.accept":
      return { status: "accepted", accepted_at: at };
    case "visit.decline":
      return { status: "planned", engineer_id: null, reason: args.reason ?? null };
    case "visit.travel":
      return { status: "travelling", travel_started_at: at };
    case "visit.arrive":
      return { status: "on_site", arrived_at: at };
    case "visit.pause":
      return {
        status: "paused",
        paused_at: at,
        paused_from: visit.status as "travelling" | "on_site",
      };
    case "visit.resume":
      return { status: visit.paused_from ?? "on_site", paused_from: null };
    case "visit.complete":
      return { status: "done", completed_at: at, outcome: args.outcome as "done" | "needs_parts" };
    case "visit.cannot_complete":
      return {
        status: "cannot_complete",
        outcome: "cannot_complete",
        reason: args.reason ?? null,
        paused_from: null,
      };
    case "visit.unassign":
      return { status: "planned", engineer_id: null, accepted_at: null };
    case "visit.cancel":
      return { status: "cancelled", reason: args.reason ?? visit.reason, paused_from: null };
    case "visit.revert":
      return {};
  }
}

/** An engineer step leaves what it overwrote, for five minutes of undo; an office step takes that away. */
function remember(
  visit: Visit,
  command: VisitCommand,
  args: VisitArgs,
  at: string,
  changes: Partial<Visit>,
): Partial<Visit> {
  if (!ENGINEER.includes(command)) return { ...changes, last_step: null };
  const undo = Object.fromEntries(
    Object.keys(changes).map((field) => [field, visit[field as keyof Visit]]),
  );
  return { ...changes, last_step: { command, at, by: args.by ?? visit.engineer_id, undo } };
}

function revert(visit: Visit, args: VisitArgs, at: string): Step {
  if (visit.status === "cancelled") return refuse("superseded", "already_cancelled");
  const last = visit.last_step;
  if (last === null) return refuse("superseded", "nothing_to_undo");
  if (args.by != null && last.by !== args.by) return refuse("superseded", "other_engineer");
  if (Date.parse(at) - Date.parse(last.at) > UNDO_SECONDS * 1000)
    return refuse("superseded", "undo_too_late");
  return { state: "ok", changes: { ...last.undo, last_step: null } };
}
