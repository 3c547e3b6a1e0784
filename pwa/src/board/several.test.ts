import { expect, it } from "vitest";
import { several } from "./several";

it("one command for each; what was refused says why, and holds up nobody", async () => {
  const sent: string[] = [];
  const steps: number[] = [];
  const outcome = await several(
    ["a", "b", "c"],
    (id) => {
      sent.push(id);
      return id === "b" ? Promise.reject(new Error("gone")) : Promise.resolve();
    },
    (done) => steps.push(done),
  );
  expect(sent).toEqual(["a", "b", "c"]);
  expect(steps).toEqual([1, 2, 3]);
  expect(outcome.done).toEqual(["a", "c"]);
  expect([...outcome.failed.keys()]).toEqual(["b"]);
  expect(String(outcome.failed.get("b"))).toContain("gone");
});
