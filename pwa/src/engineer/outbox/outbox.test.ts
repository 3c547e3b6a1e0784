import { describe, expect, it, vi } from "vitest";
import en from "../../i18n/words/engineer.en";
import zh from "../../i18n/words/engineer.zh-CN";
import type { EngineerWords } from "../../i18n/words/engineer.en";
import { VISIT_COMMANDS } from "../../engines/visits/visit";
import { chipOf, worst } from "./chips";
import type { Shown } from "../../sync/model";
import type { Upload } from "../../sync/uploads";
import { compared } from "./compared";
import { fileStateOf } from "./files";
import { actSentence } from "./sentences";
import { summaryOf, Tally } from "./summary";

const languages: [string, EngineerWords["acts"]][] = [
  ["en", en.acts],
  ["zh-CN", zh.acts as EngineerWords["acts"]],
];

describe.each(languages)("acts in words, %s", (_name, acts) => {
  it("never say a command's name", () => {
    for (const name of [...VISIT_COMMANDS, "visit.edit", "comment.add", "part.use", "site.edit"])
      expect(actSentence(`${name}@1`, {}, acts)).not.toMatch(/[a-z]+[._][a-z]+/);
  });
  it("name the field of an edit, the outcome, and the words of a comment", () => {
    const edit = (entity: string, field: string) =>
      actSentence(`${entity}.edit@1`, { set: { [field]: "x" } }, acts);
    expect(edit("visit", "findings")).toBe(acts.findings);
    expect(edit("site", "access_notes")).toBe(acts.accessNotes);
    expect(edit("asset", "label")).toBe(acts.change);
    expect(actSentence("visit.complete@1", { outcome: "needs_parts" }, acts)).toBe(
      acts.completeParts,
    );
    expect(actSentence("comment.add@1", { text: "  two\nlines " }, acts)).toContain("two lines");
    expect(actSentence("comment.add@1", { text: "长".repeat(99) }, acts).length).toBeLessThan(60);
  });
});

describe("the way back to where it was made", () => {
  vi.stubGlobal("location", { href: "https://callout.example/app/" });
  const rows: Record<string, Shown[]> = {
    visit: [{ id: "v1", work_order_id: "o1" }],
    work_order: [{ id: "o1", site_id: "s1", asset_id: "a1" }],
    attachment: [{ id: "p1", work_order_id: "o1" }],
  };
  const place = async (name: string, entity: string, entity_id: string, args = {}) => {
    const { placeOf } = await import("./places");
    return placeOf({ name: `${name}@1`, entity, entity_id, args }, (of) => rows[of] ?? []);
  };
  it("is its job, and of answers their form", async () => {
    const job = "/app/jobs/v1";
    expect(await place("visit.edit", "visit", "v1")).toBe(job);
    expect(await place("comment.add", "comment", "c1", { work_order_id: "o1" })).toBe(job);
    expect(await place("site.edit", "site", "s1")).toBe(job);
    expect(await place("attachment.edit", "attachment", "p1")).toBe(job);
    const answers = { visit_id: "v1", asset_id: "a2" };
    expect(await place("submission.save", "submission", "b1", answers)).toBe(`${job}/form?unit=a2`);
  });
  it("is none once the job has left the phone", async () => {
    expect(await place("visit.edit", "visit", "v9")).toBeUndefined();
  });
});

describe("files", () => {
  const of = (state: string, upload: Upload["state"] | null) =>
    fileStateOf(
      { name: "attachment.add@1", delivered_at: 1 },
      { id: "p1", state },
      upload && { state: upload, share: 0.5 },
      "idle",
    );
  it("need a person when they did not get through, are gone, or cannot be shown", () => {
    expect(of("missing", "failed")).toMatchObject({ state: "attention", trouble: "failed" });
    expect(of("missing", "absent")).toMatchObject({ state: "attention", trouble: "gone" });
    expect(of("refused", null)).toMatchObject({ state: "attention", trouble: "refused" });
  });
  it("are on their way or there", () => {
    expect(of("missing", "sending")).toMatchObject({ state: "sending", trouble: null });
    expect(of("missing", null)).toMatchObject({ state: "queued" });
    expect(of("missing", "sent")).toBeNull();
    expect(of("ready", null)).toBeNull();
  });
});

describe("chips", () => {
  it("a parked entry that was dealt with is delivered", () => {
    expect(chipOf({ state: "parked" }, true)).toBe("attention");
    expect(chipOf({ state: "parked" }, false)).toBe("delivered");
    expect(chipOf({ state: "conflict" }, false)).toBe("delivered");
  });
  it("a job shows the state that needs a person most", () => {
    expect(worst(["on_device", "queued", "attention"])).toBe("attention");
    expect(worst(["delivered"])).toBeNull();
  });
});

describe("the summary", () => {
  it("counts a batch from its beginning, and begins anew after rest", () => {
    const tally = new Tally();
    expect([3, 2, 4, 1].map((n) => tally.of(n))).toEqual([
      { done: 0, all: 3 },
      { done: 1, all: 3 },
      { done: 1, all: 5 },
      { done: 4, all: 5 },
    ]);
    tally.of(0);
    expect(tally.of(2)).toEqual({ done: 0, all: 2 });
  });
  it("says what it waits for", () => {
    const seen = { waiting: 2, done: 1, all: 3 };
    expect(summaryOf({ phase: "offline", ...seen }).kind).toBe("signal");
    expect(summaryOf({ phase: "login", ...seen }).kind).toBe("login");
    expect(summaryOf({ phase: "retrying", ...seen }).kind).toBe("server");
    expect(summaryOf({ phase: "syncing", ...seen })).toMatchObject({ kind: "sending", done: 1 });
    expect(summaryOf({ phase: "offline", waiting: 0, done: 0, all: 0 }).kind).toBe("delivered");
  });
});

describe("what differs between two values", () => {
  const marked = (a: string, b: string) =>
    compared(a, b).map((pieces) =>
      pieces.map(({ text, differs }) => (differs ? `[${text}]` : text)).join(""),
    );
  it("whole numbers, not single figures", () => {
    expect(marked("138 0621 4477", "138 0621 4417")).toEqual([
      "138 0621 [4477]",
      "138 0621 [4417]",
    ]);
  });
  it("the middle of a sentence", () => {
    expect(marked("走南门，登记", "走北门，登记")).toEqual(["走[南]门，登记", "走[北]门，登记"]);
  });
  it("nothing, all, and one side empty", () => {
    expect(marked("same", "same")).toEqual(["same", "same"]);
    expect(marked("", "new")).toEqual(["", "[new]"]);
  });
});
