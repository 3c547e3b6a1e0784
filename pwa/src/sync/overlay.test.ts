import { describe, expect, it } from "vitest";
import { registerEffects } from "./effects";
import type { Mutation } from "./line";
import { extend, isKnown, overlay, registerEffect } from "./overlay";

registerEffects();
const visit = { status: "dispatched", engineer_id: "ben", findings: null, last_step: null };
const read = (entity: string, id: string) =>
  entity === "visit" && id === "v-1" ? { ...visit } : undefined;
const NAMES = [
  "visit.accept",
  "visit.travel",
  "visit.arrive",
  "visit.pause",
  "visit.resume",
  "visit.revert",
  "visit.complete",
  "visit.cancel",
];

function random(seed: number): () => number {
  let a = seed;
  return () => {
    a = (Math.imul(a, 1103515245) + 12345) & 0x7fffffff;
    return a / 0x7fffffff;
  };
}
function history(seed: number): Mutation[] {
  const dice = random(seed);
  return Array.from({ length: 20 }, (_one, n) => {
    const isEdit = dice() < 0.3;
    const name = isEdit ? "visit.edit@1" : `${NAMES[Math.floor(dice() * NAMES.length)] ?? ""}@1`;
    const clock = {
      wall_at: new Date(Date.UTC(2026, 2, 2, 8, n)).toISOString(),
      tz: "Asia/Shanghai",
      anchor: null,
    };
    const args: Mutation["args"] = isEdit
      ? { set: { findings: `f${n}` } }
      : { outcome: "done", reason: "x" };
    return {
      mid: n + 1,
      id: `m-${n}`,
      name,
      entity: "visit",
      entity_id: "v-1",
      base_version: 1,
      args,
      clock,
    };
  });
}

describe("the overlay", () => {
  it.each([1, 2, 3, 4, 5, 6, 7, 8])(
    "is the same laid at once or act by act, twice over the same base (seed %i)",
    (seed) => {
      const acts = history(seed);
      const steps = acts.reduce((laid, one) => extend(laid, read, [one]), overlay(read, []));
      expect(steps).toEqual(overlay(read, acts));
      expect(overlay(read, acts)).toEqual(overlay(read, acts));
    },
  );

  it("does not touch the base", () => {
    const base = Object.freeze({ ...visit });
    overlay(() => base, history(3));
    expect(base).toEqual(visit);
  });

  it("takes effects by name, whatever the version of the command", () => {
    registerEffect("site.paint", (records, args, { entity, entity_id }) => {
      records.patch(entity, entity_id, { colour: args.colour ?? null });
    });
    expect(isKnown("site.paint@7")).toBe(true);
    const [first] = history(1);
    const paint = {
      ...(first as Mutation),
      name: "site.paint@7",
      entity: "site",
      entity_id: "s",
      args: { colour: "red" },
    };
    expect(overlay(() => ({ colour: "blue" }), [paint]).get("site/s")).toEqual({ colour: "red" });
  });
});
