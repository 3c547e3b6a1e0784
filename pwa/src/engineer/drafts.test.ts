import { describe, expect, it } from "vitest";
import { draftOf, editOf, opened, visitOfKey, findingsKey } from "./drafts";

describe("a field opens", () => {
  it("with what is saved when there is no draft", () => {
    expect(opened("saved", undefined)).toEqual({ text: "saved", caret: null, isRestored: false });
  });
  it("with the draft and its caret after a kill", () => {
    const draft = { text: "half a sent", caret: 4 };
    expect(opened("saved", draft)).toEqual({ text: "half a sent", caret: 4, isRestored: true });
  });
  it("with what is saved when the draft became an act before the kill", () => {
    expect(opened("the same", { text: "the same", caret: 1 }).isRestored).toBe(false);
  });
  it("with what is saved when the draft cannot be read", () => {
    expect(opened(null, { words: 1 })).toEqual({ text: "", caret: null, isRestored: false });
  });
  it("never with a caret outside the text", () => {
    expect(draftOf({ text: "ab", caret: 9 })?.caret).toBe(2);
    expect(draftOf({ text: "ab" })?.caret).toBe(2);
  });
});

describe("a text becomes an edit", () => {
  it("only when it changes something", () => {
    expect(editOf("a", "a")).toBeUndefined();
    expect(editOf("a \n", "a")).toBeUndefined();
    expect(editOf("  ", null)).toBeUndefined();
    expect(editOf("b", "a")).toBe("b");
    expect(editOf("a", null)).toBe("a");
  });
  it("and an emptied one is null", () => {
    expect(editOf(" ", "a")).toBeNull();
  });
});

it("a key tells its visit", () => {
  expect(visitOfKey(findingsKey("v-1"))).toBe("v-1");
  expect(visitOfKey("comment:v-1")).toBeNull();
});
