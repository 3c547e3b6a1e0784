/* What the phone's engine makes of an expression, as JSON. */
import { Expression } from "../src/engines/expressions/evaluate";
import { fromJson, toJson } from "../src/engines/expressions/values";

interface Case {
  ast: unknown;
  context: Record<string, unknown>;
}

export function computed(line: string): string {
  const { ast, context } = JSON.parse(line) as Case;
  const values = Object.entries(context).map(([name, one]) => [name, fromJson(one)] as const);
  const { value, steps, notes } = new Expression(ast).outcome(Object.fromEntries(values));
  return JSON.stringify({
    value: toJson(value),
    steps,
    notes: notes.map(({ code, place }) => [code, place]),
  });
}
