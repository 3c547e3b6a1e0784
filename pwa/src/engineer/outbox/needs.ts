/* What waits for this person: parked entries and open clashes. Pure over the phone's lists. */
import type { Shown } from "../../sync/model";
import type { Lists } from "../jobs";

export const openConflicts = (lists: Lists): Shown[] =>
  lists("conflict").filter((row) => row.state === "open");
/** One's own: who also works in the office sees everybody's there, not in his pocket. */
const ownParked = (lists: Lists, me: string): Shown[] =>
  lists("parked").filter((row) => row.user_id === me || row.user_id == null);
export const parkedRows = (lists: Lists, me: string): Shown[] =>
  ownParked(lists, me).sort((a, b) =>
    String(b.received_at ?? "").localeCompare(String(a.received_at ?? "")),
  );
export const needingYou = (lists: Lists, me: string): number =>
  openConflicts(lists).length + ownParked(lists, me).length;

/** The clashes that touch one of these records. */
export const conflictsOf = (rows: readonly Shown[], ids: readonly unknown[]): Shown[] =>
  rows.filter((row) => ids.includes(row.record_id) || ids.includes(row.work_order_id));
