import { describe, expect, it } from "vitest";
import { astOf, rowsOf, type Ast, type ConditionRow, type Group, type Operator } from "./rows";

const get = (path: string): Ast => ["get", path];

describe("conditions as rows", () => {
  it.each<[string, Ast, Group["rows"][number]]>([
    ["is", ["==", get("a"), "x"], { field: "a", operator: "is", value: "x" }],
    ["is not", ["!=", get("a"), 5], { field: "a", operator: "is_not", value: 5 }],
    ["less", ["<", get("a"), get("b")], { field: "a", operator: "less", value: get("b") }],
    [
      "a day",
      [">=", get("a"), ["date", 2026, 1, 1]],
      { field: "a", operator: "at_least", value: ["date", 2026, 1, 1] },
    ],
    ["empty", ["==", get("a"), null], { field: "a", operator: "empty", value: null }],
    ["not empty", ["!=", get("a"), null], { field: "a", operator: "not_empty", value: null }],
    ["contains", ["in", "x", get("a")], { field: "a", operator: "contains", value: "x" }],
    [
      "contains not",
      ["not", ["in", "x", get("a")]],
      { field: "a", operator: "contains_not", value: "x" },
    ],
    [
      "one of",
      ["in", get("a"), ["list", "x", "y"]],
      { field: "a", operator: "one_of", value: ["list", "x", "y"] },
    ],
    [
      "none of",
      ["not", ["in", get("a"), ["list", "x"]]],
      { field: "a", operator: "none_of", value: ["list", "x"] },
    ],
  ])("%s", (_, ast, row) => {
    expect(rowsOf(ast)).toEqual({ join: "and", rows: [row] });
    expect(astOf({ join: "and", rows: [row] })).toEqual(ast);
  });

  it.each<[string, Ast]>([
    ["a literal", true],
    ["a calculation", [">", ["+", get("a"), 1], 2]],
    ["a calculation on the right", [">", get("a"), ["+", get("b"), 1]]],
    ["the other way round", ["==", "x", get("a")]],
    ["nothing is less than nothing", ["<", get("a"), null]],
    ["a group of one", ["and", ["==", get("a"), 1]]],
    ["a group of none", ["or"]],
    ["not of a comparison", ["not", ["==", get("a"), 1]]],
    ["not of a group", ["not", ["and", ["==", get("a"), 1], ["==", get("b"), 1]]]],
    ["a group with a formula in it", ["and", ["==", get("a"), 1], ["if", true, true]]],
    ["nothing in a field", ["in", null, get("a")]],
    ["a list with nothing in it", ["in", get("a"), ["list", null]]],
    ["half a day", ["==", get("a"), ["date", 2026, get("b"), 1]]],
    [
      "four deep",
      ["and", ["or", ["and", ["or", get("a"), get("b")], get("c")], get("d")], get("e")],
    ],
  ])("%s does not fit into rows", (_, ast) => {
    expect(rowsOf(ast)).toBeNull();
  });

  it("groups within groups", () => {
    const ast: Ast = [
      "or",
      ["and", ["==", get("a"), 1], ["!=", get("b"), null]],
      ["in", "x", get("c")],
    ];
    expect(rowsOf(ast)).toEqual({
      join: "or",
      rows: [
        {
          join: "and",
          rows: [
            { field: "a", operator: "is", value: 1 },
            { field: "b", operator: "not_empty", value: null },
          ],
        },
        { field: "c", operator: "contains", value: "x" },
      ],
    });
    expect(astOf(rowsOf(ast) as Group)).toEqual(ast);
  });

  it("a condition of no rows is always true", () => {
    expect(astOf({ join: "and", rows: [] })).toBe(true);
  });

  it("whatever rows are made there are, they come back from their expression", () => {
    const operators: Operator[] = ["is", "is_not", "less", "more", "contains", "contains_not"];
    let turn = 0;
    const next = (below: number) => (turn = (turn * 1_103_515_245 + 12_345) % 2 ** 31) % below;
    const row = (): ConditionRow => {
      const kind = next(8);
      const field = `f${next(4)}`;
      if (kind === 6) return { field, operator: next(2) ? "empty" : "not_empty", value: null };
      if (kind === 7)
        return { field, operator: next(2) ? "one_of" : "none_of", value: ["list", "x", next(9)] };
      return {
        field,
        operator: operators[kind] as Operator,
        value: ["x", 5, true, get("g")][next(4)] as Ast,
      };
    };
    const group = (depth: number): Group => ({
      join: next(2) ? "and" : "or",
      rows: Array.from({ length: 2 + next(3) }, () =>
        depth < 3 && next(3) === 0 ? group(depth + 1) : row(),
      ),
    });
    for (let n = 0; n < 2_000; n++) {
      const made = group(1);
      expect(rowsOf(astOf(made))).toEqual(made);
    }
  });
});
