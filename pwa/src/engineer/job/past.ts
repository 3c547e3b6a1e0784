/* The past of a device as its row tells it: visits that have ended, newest first, with what was found. Pure. */
import { isObject } from "../../engines/forms/values";
import type { Shown } from "../../sync/model";
import { textOf } from "../jobs";

export interface PastVisit {
  id: string;
  at: string;
  summary: string;
  workType: string | null;
  engineer: string | null;
  outcome: "done" | "needs_parts" | "cannot_complete";
  words: string | null;
}
export interface Past {
  visits: PastVisit[];
  total: number;
}

/** Null when this phone knows nothing of the past: nothing is said then, not "none". The visit that is open here is no past. */
export function pastOf(history: Shown | null, visit: string): Past | null {
  if (!history || !Array.isArray(history.visits)) return null;
  const findings = isObject(history.findings) ? history.findings : {};
  const rows = history.visits.filter(isObject) as unknown as Shown[];
  const others = rows.filter((row) => row.id !== visit);
  return {
    visits: others.map((row) => ({
      id: row.id,
      at: textOf(row, "at") ?? "",
      summary: textOf(row, "summary") ?? "",
      workType: textOf(row, "work_type_id"),
      engineer: textOf(row, "engineer"),
      outcome: outcomeOf(row),
      words: typeof findings[row.id] === "string" ? String(findings[row.id]) : null,
    })),
    total: Number(history.total ?? 0) - (rows.length - others.length),
  };
}

function outcomeOf(row: Shown): PastVisit["outcome"] {
  if (row.status === "cannot_complete") return "cannot_complete";
  return row.outcome === "needs_parts" ? "needs_parts" : "done";
}
