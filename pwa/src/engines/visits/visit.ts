// The words of the visit machine: its nine states, its commands and the fields of a visit that it reads and writes.
// Field names are those of the wire. Nothing here decides anything; `machine.ts` does.

export const VISIT_STATES = [
  "planned",
  "dispatched",
  "accepted",
  "travelling",
  "on_site",
  "paused",
  "done",
  "cannot_complete",
  "cancelled",
] as const;
export type VisitState = (typeof VISIT_STATES)[number];

export const VISIT_COMMANDS = [
  "visit.dispatch",
  "visit.accept",
  "visit.decline",
  "visit.travel",
  "visit.arrive",
  "visit.pause",
  "visit.resume",
  "visit.complete",
  "visit.cannot_complete",
  "visit.revert",
  "visit.unassign",
  "visit.cancel",
] as const;
export type VisitCommand = (typeof VISIT_COMMANDS)[number];

/** What the last engineer step changed, so that `visit.revert` can put it back. */
export interface LastStep {
  command: VisitCommand;
  at: string;
  by: string | null;
  undo: Partial<Visit>;
}

export interface Visit {
  status: VisitState;
  engineer_id: string | null;
  findings: string | null;
  outcome: "done" | "needs_parts" | "cannot_complete" | null;
  reason: string | null;
  paused_from: "travelling" | "on_site" | null;
  accepted_at: string | null;
  travel_started_at: string | null;
  arrived_at: string | null;
  paused_at: string | null;
  completed_at: string | null;
  last_step: LastStep | null;
}

/** A visit that nobody has been sent to and nothing has happened to. */
export const NEW_VISIT = {
  status: "planned",
  engineer_id: null,
  findings: null,
  outcome: null,
  reason: null,
  paused_from: null,
  accepted_at: null,
  travel_started_at: null,
  arrived_at: null,
  paused_at: null,
  completed_at: null,
  last_step: null,
} as const satisfies Visit;

/** `by` is the acting engineer; the caller fills it from the session, it is never taken from the wire. Absent: the office acts. */
export interface VisitArgs {
  by?: string | null;
  engineer_id?: string;
  outcome?: string;
  reason?: string;
}

/** The codes are those of PROTOCOL 5.6; a suggestion is a stable key for which the screens have a sentence. */
export type Step =
  | { state: "ok"; changes: Partial<Visit> }
  | { state: "duplicate" }
  | { state: "refused"; code: "superseded" | "needs_fix"; suggestion: string };
