import { readdirSync, readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { Expression, MOST_STEPS } from "./evaluate";
import { expand } from "../../../test/recipes";
import { fromJson, toJson, type Context } from "./values";

interface Case {
  name: string;
  kind: string;
  ast: unknown;
  context: Record<string, unknown>;
  expect: unknown;
  notes: string[];
  steps?: number;
  places?: number[][];
}
const folder = new URL("../../../../tests/vectors/expressions/", import.meta.url);
const files = readdirSync(folder).filter((name) => name.endsWith(".json"));
const casesOf = (name: string): Case[] =>
  (JSON.parse(readFileSync(new URL(name, folder), "utf8")) as { cases: Case[] }).cases;
/** Names of a row have no order: those that look like numbers come first here. */
const written = (data: unknown): string =>
  JSON.stringify(data, (_, one: unknown) =>
    typeof one === "object" && one !== null && !Array.isArray(one)
      ? Object.entries(one).sort(([a], [b]) => (a < b ? -1 : 1))
      : one,
  );

describe("the expression language against the vectors that it shares with the server", () => {
  it.each(files)(
    "%s: every case has its value",
    (name) => {
      const wrong: unknown[] = [];
      for (const one of casesOf(name)) {
        expect(one.kind).toBe("value");
        const context = Object.fromEntries(
          Object.entries(expand(one.context) as Case["context"]).map(([key, data]) => [
            key,
            fromJson(data),
          ]),
        ) as Context;
        const { value, steps, notes } = new Expression(expand(one.ast)).outcome(context);
        expect(steps).toBeLessThanOrEqual(MOST_STEPS);
        const found = {
          expect: toJson(value),
          notes: notes.map(({ code }) => code),
          ...(one.steps !== undefined && { steps }),
          ...(one.places !== undefined && { places: notes.map(({ place }) => place) }),
        };
        const { expect: wanted, notes: why, steps: cost, places } = one;
        const should = {
          expect: wanted,
          notes: why,
          ...(cost !== undefined && { steps: cost }),
          ...(places !== undefined && { places }),
        };
        if (written(found) !== written(should)) wrong.push([one.name, found, should]);
      }
      expect(wrong).toEqual([]);
    },
    30_000,
  );

  it.each([NaN, Infinity, -Infinity, undefined, 1n, Symbol("a"), () => null, new Date(NaN)])(
    "%s, which JSON cannot carry, is null",
    (thing) => {
      const { notes } = new Expression(["+", 1, thing]).outcome({});
      expect(notes.map(({ code }) => code)).toEqual(["malformed"]);
      if (!(thing instanceof Date)) expect(fromJson([{ a: thing }])).toEqual([{ a: null }]);
    },
  );

  it("there are files, and none without cases", () => {
    expect(files.length).toBeGreaterThan(1);
    for (const name of files) expect(casesOf(name).length).toBeGreaterThan(100);
  });
});
