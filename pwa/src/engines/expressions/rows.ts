// Conditions as rows (field, operator, value) and groups of them: the same expression, looked at otherwise. What does not fit into rows is
// no condition of rows: it shows as a formula and is never changed by being looked at. Pure.

export type Ast = null | boolean | number | string | Ast[];
export type Operator =
  | "is"
  | "is_not"
  | "less"
  | "at_most"
  | "more"
  | "at_least"
  | "contains"
  | "contains_not"
  | "one_of"
  | "none_of"
  | "empty"
  | "not_empty";
/** `value` is what stands on the right as an expression: a literal, a date, another field; a list for one_of and none_of; null for empty. */
export interface ConditionRow {
  field: string;
  operator: Operator;
  value: Ast;
}
export interface Group {
  join: "and" | "or";
  rows: (ConditionRow | Group)[];
}
export const isGroup = (one: ConditionRow | Group): one is Group => "join" in one;
/** Deeper groups are for formulas. */
const MOST_DEPTH = 3;

const COMPARING: Partial<Record<string, Operator>> = {
  "==": "is",
  "!=": "is_not",
  "<": "less",
  "<=": "at_most",
  ">": "more",
  ">=": "at_least",
};
const SIGNS = new Map(Object.entries(COMPARING).map(([sign, operator]) => [operator, sign]));

/** The condition as rows; null where it does not fit into them. */
export function rowsOf(ast: Ast): Group | null {
  const found = groupOf(ast, 1);
  if (found) return found;
  const row = rowOf(ast);
  return row && { join: "and", rows: [row] };
}

function groupOf(ast: Ast, depth: number): Group | null {
  if (!Array.isArray(ast) || ast.length < 3 || depth > MOST_DEPTH) return null;
  const [join, ...parts] = ast;
  if (join !== "and" && join !== "or") return null;
  const rows = parts.map((part) => rowOf(part) ?? groupOf(part, depth + 1));
  return rows.every((one) => one !== null) ? { join, rows } : null;
}

function rowOf(ast: Ast): ConditionRow | null {
  if (!Array.isArray(ast)) return null;
  const [name, left = null, right = null] = ast;
  if (name === "not" && ast.length === 2) return opposite(rowOf(left));
  if (ast.length !== 3) return null;
  if (name === "in") return containing(left, right);
  const operator = typeof name === "string" ? COMPARING[name] : undefined;
  const field = pathOf(left);
  if (!operator || field === null || !isOperand(right)) return null;
  if (right !== null) return { field, operator, value: right };
  if (operator === "is") return { field, operator: "empty", value: null };
  return operator === "is_not" ? { field, operator: "not_empty", value: null } : null;
}

function containing(one: Ast, whole: Ast): ConditionRow | null {
  const [inside, field] = [pathOf(whole), pathOf(one)];
  if (inside !== null && isOperand(one) && one !== null)
    return { field: inside, operator: "contains", value: one };
  const isList = Array.isArray(whole) && whole[0] === "list";
  const isPlain = isList && whole.slice(1).every((each) => isOperand(each) && each !== null);
  return field !== null && isPlain ? { field, operator: "one_of", value: whole } : null;
}

function opposite(row: ConditionRow | null): ConditionRow | null {
  if (row?.operator === "contains") return { ...row, operator: "contains_not" };
  return row?.operator === "one_of" ? { ...row, operator: "none_of" } : null;
}

const pathOf = (ast: Ast): string | null =>
  Array.isArray(ast) && ast.length === 2 && ast[0] === "get" && typeof ast[1] === "string"
    ? ast[1]
    : null;
/** A literal, a day, or another field. */
const isOperand = (ast: Ast): boolean =>
  !Array.isArray(ast) ||
  pathOf(ast) !== null ||
  (ast.length === 4 && ast[0] === "date" && ast.slice(1).every((part) => typeof part === "number"));

/** The way back: `astOf(rowsOf(ast))` is `ast`. A group of nothing is always true. */
export function astOf(group: Group): Ast {
  const parts = group.rows.map((one) => (isGroup(one) ? astOf(one) : astOfRow(one)));
  return parts.length === 1 ? (parts[0] ?? null) : parts.length ? [group.join, ...parts] : true;
}

function astOfRow({ field, operator, value }: ConditionRow): Ast {
  const got = ["get", field];
  switch (operator) {
    case "empty":
      return ["==", got, null];
    case "not_empty":
      return ["!=", got, null];
    case "contains":
      return ["in", value, got];
    case "contains_not":
      return ["not", ["in", value, got]];
    case "one_of":
      return ["in", got, value];
    case "none_of":
      return ["not", ["in", got, value]];
  }
  return [SIGNS.get(operator) ?? "==", got, value];
}
