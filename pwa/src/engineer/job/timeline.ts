/* What happened on a job, as far as this phone knows: from the facts of its rows, with what waits in the outbox. Pure. */
import type { Shown } from "../../sync/model";
import { textOf, type Job } from "../jobs";

export type Happened =
  | "reported"
  | "takenOn"
  | "sent"
  | "accept"
  | "travel"
  | "arrive"
  | "paused"
  | "form"
  | "formPart"
  | "complete"
  | "completeParts"
  | "cannotComplete"
  | "cancelled";
export interface Step {
  what: Happened;
  at: string;
  /** Null: this very person, or nobody in particular. */
  who: string | null;
  isOwn: boolean;
  /** Why, or how it came in. */
  words: string | null;
}

const FACTS: [Happened, string][] = [
  ["sent", "dispatched_at"],
  ["accept", "accepted_at"],
  ["travel", "travel_started_at"],
  ["arrive", "arrived_at"],
];

/** Newest first. */
export function timelineOf(job: Job, submissions: readonly Shown[], me: string): Step[] {
  const steps = [
    ...taken(job),
    ...facts(job, me),
    ...forms(submissions, job.id, me),
    ...end(job, me),
  ];
  // of one moment the later step stands above
  return steps.reverse().sort((a, b) => (a.at < b.at ? 1 : a.at > b.at ? -1 : 0));
}

const ofVisit = (job: Job, me: string) => ({ who: null, isOwn: job.visit.engineer_id === me });

/** An engineer's own find was reported, sent and accepted in one. */
const isOwnFind = ({ order, visit }: Job): boolean =>
  order?.channel === "engineer" && textOf(order, "reported_at") === textOf(visit, "accepted_at");

function taken(job: Job): Step[] {
  const at = textOf(job.order, "reported_at");
  if (!at) return [];
  if (isOwnFind(job)) return [{ what: "takenOn", at, who: null, isOwn: true, words: null }];
  return [{ what: "reported", at, who: null, isOwn: false, words: textOf(job.order, "channel") }];
}

function facts(job: Job, me: string): Step[] {
  const known = isOwnFind(job) ? FACTS.slice(2) : FACTS;
  const past = known.flatMap(([what, field]): Step[] => {
    const at = textOf(job.visit, field);
    const own = what === "sent" ? { who: null, isOwn: false } : ofVisit(job, me);
    return at ? [{ what, at, ...own, words: null }] : [];
  });
  const paused = job.status === "paused" ? textOf(job.visit, "paused_at") : null;
  return paused
    ? [...past, { what: "paused", at: paused, ...ofVisit(job, me), words: null }]
    : past;
}

function forms(submissions: readonly Shown[], visit: string, me: string): Step[] {
  return submissions.flatMap((row): Step[] => {
    const at = textOf(row, "filled_at");
    if (row.visit_id !== visit || !at) return [];
    const isOwn = (row.author_id ?? me) === me;
    const who = isOwn ? null : textOf(row, "author_name");
    return [{ what: row.is_final === true ? "form" : "formPart", at, who, isOwn, words: null }];
  });
}

function end(job: Job, me: string): Step[] {
  const { visit, status } = job;
  const changed = textOf(visit, "status_changed_at") ?? textOf(visit, "updated_at");
  const done = textOf(visit, "completed_at");
  const words = textOf(visit, "reason");
  if (status === "done" && done)
    return [
      {
        what: visit.outcome === "needs_parts" ? "completeParts" : "complete",
        at: done,
        ...ofVisit(job, me),
        words: null,
      },
    ];
  if (status === "cannot_complete" && changed)
    return [{ what: "cannotComplete", at: changed, ...ofVisit(job, me), words }];
  if (status === "cancelled" && changed)
    return [{ what: "cancelled", at: changed, who: null, isOwn: false, words }];
  return [];
}
