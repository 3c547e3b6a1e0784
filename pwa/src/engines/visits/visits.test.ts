import { readdirSync, readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { step } from "./machine";
import {
  VISIT_COMMANDS,
  VISIT_STATES,
  type Step,
  type Visit,
  type VisitArgs,
  type VisitCommand,
} from "./visit";

interface Case {
  name: string;
  spec: string;
  given: Visit;
  command: VisitCommand;
  args: VisitArgs;
  at: string;
  expect: Step;
}
const folder = new URL("../../../../tests/vectors/visits/", import.meta.url);
const { cases } = JSON.parse(readFileSync(new URL("machine.json", folder), "utf8")) as {
  cases: Case[];
};
const ran = new Set<string>();

describe("the visit machine", () => {
  it.each(cases)("$name", (one) => {
    ran.add(one.name);
    const frozen = structuredClone(one.given);
    expect(step(one.given, one.command, one.args, one.at)).toEqual(one.expect);
    expect(one.given).toEqual(frozen);
  });

  it("has run every case of every file, and every cell", () => {
    expect(readdirSync(folder)).toEqual(["machine.json"]);
    expect(ran.size).toBe(cases.length);
    const cells = cases
      .filter((one) => one.spec === "cell")
      .map((one) => `${one.command} in ${one.given.status}`);
    expect(new Set(cells).size).toBe(VISIT_STATES.length * VISIT_COMMANDS.length);
  });

  it("takes every engineer step back to exactly the visit before it", () => {
    const undone = cases.filter(
      (one) => one.expect.state === "ok" && one.command !== "visit.revert",
    );
    for (const one of undone) {
      const after = step(one.given, one.command, one.args, one.at);
      if (after.state !== "ok" || after.changes.last_step == null) continue;
      const back = step(
        { ...one.given, ...after.changes },
        "visit.revert",
        { by: after.changes.last_step.by },
        one.at,
      );
      expect(back.state).toBe("ok");
      if (back.state === "ok")
        expect({ ...one.given, ...after.changes, ...back.changes }).toEqual({
          ...one.given,
          last_step: null,
        });
    }
  });
});
