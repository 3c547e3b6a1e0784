/* Which form a job gets: the table that came with the catalogue, asked with the facts of the job. Pure. */
import { chosen, type ChoiceRow } from "../../engines/forms/choose";
import type { Shown } from "../../sync/model";
import { lookUp, textOf, type Job, type Lists } from "../jobs";

export interface ChosenForm {
  /** The version that a job is begun on now. */
  version: string;
  number: number;
  template: string;
}

/** Null when the table gives this job none, or the form has no published version here. */
export function formOf(job: Job, unit: Shown | null, lists: Lists): ChosenForm | null {
  const product = lookUp(lists, "product", unit?.product_id);
  const facts = {
    product_id: product?.id ?? null,
    product_line_id: textOf(product, "product_line_id"),
    work_type_id: textOf(job.order, "work_type_id"),
  };
  const rows = lists("form_choice") as unknown as ChoiceRow[];
  const template = chosen(rows, facts);
  if (template === null) return null;
  const found = lists("form_version")
    .filter((row) => row.form_template_id === template && row.state === "published")
    .sort((a, b) => Number(b.number) - Number(a.number))[0];
  return found ? { version: found.id, number: Number(found.number), template } : null;
}

/** What this person has handed in for a unit on this visit: the newest. */
export function handedIn(job: Job, unit: Shown | null, lists: Lists, person: string): Shown | null {
  const mine = lists("submission").filter(
    (row) =>
      row.visit_id === job.id &&
      (row.author_id ?? person) === person &&
      (row.asset_id ?? null) === (unit?.id ?? null),
  );
  const at = (row: Shown): string => textOf(row, "filled_at") ?? "";
  return mine.sort((a, b) => (at(a) < at(b) ? 1 : -1))[0] ?? null;
}
