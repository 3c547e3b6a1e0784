/* What waits for this person: parked entries and open clashes. Pure over the phone's lists. */
import type { Shown } from "../../sync/model";
import type { Lists } from "../jobs";

export const openConflicts = (lists: Lists): Shown[] =>
  lists("conflict").filter((row) => row.state === "open");
export const parkedRows = (lists: Lists): Shown[] =>
  [...lists("parked")].sort((a, b) =>
    String(b.received_at ?? "").localeCompare(String(a.received_at ?? "")),
  );
export const needingYou = (lists: Lists): number =>
  openConflicts(lists).length + lists("parked").length;

/** The clashes that touch one of these records. */
export const conflictsOf = (rows: readonly Shown[], ids: readonly unknown[]): Shown[] =>
  rows.filter((row) => ids.includes(row.record_id) || ids.includes(row.work_order_id));
