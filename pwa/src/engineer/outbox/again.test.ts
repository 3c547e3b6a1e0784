import { describe, expect, it } from "vitest";
import type { Json } from "../../store/rows";
import type { Shown } from "../../sync/model";
import { againOf } from "./again";

const rows: Record<string, Shown[]> = {
  visit: [
    { id: "v1", work_order_id: "o1", engineer_id: "ben", status: "on_site" },
    { id: "v2", work_order_id: "o2", engineer_id: "ben", status: "done" },
    { id: "v3", work_order_id: "o3", engineer_id: "emma", status: "on_site" },
  ],
  work_order: [
    { id: "o1", site_id: "s1" },
    { id: "o3", site_id: "s3" },
  ],
  form_version: [{ id: "f1" }],
};
const lists = (entity: string): readonly Shown[] => rows[entity] ?? [];
const again = (name: string, entity_id: string, args: Record<string, Json>) =>
  againOf({ name, entity_id, args }, lists, "ben");

describe("what was parked is taken up again", () => {
  it("findings in their field, behind what is being written there", () => {
    const found = again("visit.edit@1", "v1", { set: { findings: "Fan worn" } });
    expect(found).toMatchObject({ key: "findings:v1", visit: "v1" });
    expect(found?.draft(undefined)).toEqual({ text: "Fan worn", caret: 8 });
    expect(found?.draft({ text: "Oil low", caret: 1 })).toEqual({
      text: "Oil low\nFan worn",
      caret: 16,
    });
    expect(found?.draft({ text: "Fan worn", caret: 0 })).toEqual({ text: "Fan worn", caret: 8 });
  });
  it("a comment at its order, access notes at a job of that site", () => {
    expect(
      again("comment.add@1", "c1", { work_order_id: "o1", text: "Key at gate" }),
    ).toMatchObject({
      key: "comment:o1",
      visit: "v1",
    });
    expect(again("site.edit@1", "s1", { set: { access_notes: "Gate 2" } })).toMatchObject({
      key: "access:s1",
      visit: "v1",
    });
  });
  it("answers in the form, unless newer ones are there", () => {
    const args = { work_order_id: "o1", visit_id: "v1", form_version_id: "f1", asset_id: null };
    const found = again("submission.save@1", "b1", { ...args, answers: { hours: 7 } });
    expect(found).toMatchObject({ key: "form:v1:-", place: { name: "form" } });
    expect(found?.draft(undefined)).toMatchObject({ submission: "b1", answers: { hours: 7 } });
    expect(found?.draft({ answers: { hours: 8 } })).toBeNull();
  });
  it("not where the job is over, another's, or not on this phone", () => {
    expect(again("visit.edit@1", "v2", { set: { findings: "x" } })).toBeNull();
    expect(again("visit.edit@1", "v3", { set: { findings: "x" } })).toBeNull();
    expect(again("visit.edit@1", "v9", { set: { findings: "x" } })).toBeNull();
    expect(again("site.edit@1", "s3", { set: { access_notes: "x" } })).toBeNull();
  });
  it("not a step, and nothing without words", () => {
    expect(again("visit.complete@1", "v1", { outcome: "done" })).toBeNull();
    expect(again("visit.edit@1", "v1", { set: { findings: null } })).toBeNull();
    expect(again("comment.add@1", "c1", { work_order_id: "o1", text: " " })).toBeNull();
  });
});
