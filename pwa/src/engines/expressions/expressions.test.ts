import { readdirSync, readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { Expression, MOST_STEPS } from "./evaluate";
import { fromJson, toJson, type Context } from "./values";

interface Case {
  name: string;
  kind: string;
  ast: unknown;
  context: Record<string, unknown>;
  expect: unknown;
  notes: string[];
  steps?: number;
}
const folder = new URL("../../../../tests/vectors/expressions/", import.meta.url);
const files = readdirSync(folder).filter((name) => name.endsWith(".json"));
const casesOf = (name: string): Case[] =>
  (JSON.parse(readFileSync(new URL(name, folder), "utf8")) as { cases: Case[] }).cases;

describe("the expression language against the vectors that it shares with the server", () => {
  it.each(files)("%s: every case has its value", (name) => {
    const wrong: unknown[] = [];
    for (const one of casesOf(name)) {
      expect(one.kind).toBe("value");
      const context = Object.fromEntries(
        Object.entries(one.context).map(([key, data]) => [key, fromJson(data)]),
      ) as Context;
      const { value, steps, notes } = new Expression(one.ast).outcome(context);
      expect(steps).toBeLessThanOrEqual(MOST_STEPS);
      const found = {
        expect: toJson(value),
        notes: notes.map(({ code }) => code),
        ...(one.steps !== undefined && { steps }),
      };
      const { expect: wanted, notes: why, steps: cost } = one;
      const should = { expect: wanted, notes: why, ...(cost !== undefined && { steps: cost }) };
      if (JSON.stringify(found) !== JSON.stringify(should)) wrong.push([one.name, found, should]);
    }
    expect(wrong).toEqual([]);
  });

  it("there are files, and none without cases", () => {
    expect(files.length).toBeGreaterThan(1);
    for (const name of files) expect(casesOf(name).length).toBeGreaterThan(100);
  });
});
