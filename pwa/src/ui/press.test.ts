import { afterEach, beforeEach, expect, it, vi } from "vitest";
import { afterPress, followPresses } from "./press";

let page: EventTarget;
let done: string[];
const happens = (...names: string[]) => {
  for (const name of names) page.dispatchEvent(new Event(name));
};
beforeEach(() => {
  vi.useFakeTimers();
  page = new EventTarget();
  done = [];
  followPresses(page);
  page.addEventListener("click", () => done.push("click"));
});
afterEach(() => {
  vi.runAllTimers();
  vi.useRealTimers();
});

it("is done at once where nothing is pressed", () => {
  afterPress(() => done.push("said"));
  expect(done).toEqual(["said"]);
});

it("waits for the tap, which comes after the finger has gone", () => {
  happens("pointerdown", "pointerup");
  afterPress(() => done.push("said"));
  happens("click");
  vi.runAllTimers();
  expect(done).toEqual(["click", "said"]);
});

it("holds for a tap that a busy phone tells long after the finger has gone", () => {
  happens("pointerdown", "pointerup");
  vi.advanceTimersByTime(1000);
  happens("mousedown");
  afterPress(() => done.push("said"));
  happens("mouseup");
  expect(done).toEqual([]);
  happens("click");
  vi.runAllTimers();
  expect(done).toEqual(["click", "said"]);
});

it("waits no longer when no tap follows, or when it became a scroll", () => {
  happens("pointerdown");
  afterPress(() => done.push("said"));
  happens("pointerup");
  expect(done).toEqual([]);
  vi.runAllTimers();
  expect(done).toEqual(["said"]);
  happens("pointerdown");
  afterPress(() => done.push("again"));
  happens("pointercancel");
  expect(done).toEqual(["said", "again"]);
});

it("a press that begins before the last one is over holds everything", () => {
  happens("pointerdown", "pointerup");
  afterPress(() => done.push("said"));
  happens("pointerdown");
  vi.advanceTimersByTime(1000);
  expect(done).toEqual([]);
  happens("click");
  vi.runAllTimers();
  expect(done).toEqual(["click", "said"]);
});
