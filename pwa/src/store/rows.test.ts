import { expect, it } from "vitest";
import { pack, unpack, type Fields } from "./rows";

it("what was packed comes out as it was: values, nulls, and fields that a row has not", () => {
  const list = new Map<string, Fields>([
    ["a", { number: "WO-1", priority: 2, done: null, tags: ["x"], open: true }],
    ["b", { number: "", priority: 0, open: false, tags: [] }],
    ["c", {}],
    ["d", { late: "only here" }],
  ]);
  const stored = JSON.parse(JSON.stringify(pack(list))) as ReturnType<typeof pack>;
  expect(unpack(stored)).toEqual(list);
  expect(Object.keys(unpack(stored).get("b") ?? {})).not.toContain("done");
  expect(unpack(JSON.parse(JSON.stringify(pack(new Map()))) as typeof stored)).toEqual(new Map());
});

it("reads what the version before wrote", () => {
  const before: [string, Fields][] = [["a", { number: "WO-1" }]];
  expect(unpack(before)).toEqual(new Map(before));
});
