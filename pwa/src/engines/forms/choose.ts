// Which form a job gets: the first row of the ordered table whose filled cells all fit. Pure; twin of server/forms/engine/choose.py.

export interface ChoiceRow {
  id: string;
  position: number;
  product_id: string | null;
  product_line_id: string | null;
  work_type_id: string | null;
  form_template_id: string | null;
}
export type ChoiceFacts = Partial<Record<(typeof CELLS)[number], string | null>>;
const CELLS = ["product_id", "product_line_id", "work_type_id"] as const;

/** The id of the form template; null when no row fits or the first that fits says "none". */
export function chosen(rows: readonly ChoiceRow[], facts: ChoiceFacts): string | null {
  const inOrder = [...rows].sort((a, b) => a.position - b.position || (a.id < b.id ? -1 : 1));
  const fits = (row: ChoiceRow) =>
    CELLS.every((cell) => row[cell] === null || row[cell] === (facts[cell] ?? null));
  return inOrder.find(fits)?.form_template_id ?? null;
}
