import { beforeEach, expect, it, vi } from "vitest";
import { toast } from "./toast.svelte";

beforeEach(() => {
  vi.useFakeTimers();
  toast.close();
});

it("goes away once what it offers is no longer possible", async () => {
  let isPossible = true;
  const act = vi.fn();
  toast.show("Accepted", { word: "Undo", act, isPossible: () => isPossible });
  await toast.recheck();
  expect(toast.current?.text).toBe("Accepted");
  isPossible = false;
  await toast.recheck();
  expect(toast.current).toBeNull();
  expect(act).not.toHaveBeenCalled();
});

it("another one that came while it was asked stays", async () => {
  let answer: (isPossible: boolean) => void = () => undefined;
  const asking = new Promise<boolean>((resolve) => (answer = resolve));
  toast.show("Accepted", {
    word: "Undo",
    act: () => undefined,
    isPossible: () => asking,
  });
  const asked = toast.recheck();
  toast.show("Set off");
  answer(false);
  await asked;
  expect(toast.current?.text).toBe("Set off");
});

it("a message without an offer has nothing to ask about", async () => {
  toast.show("Saved");
  await toast.recheck();
  expect(toast.current?.text).toBe("Saved");
});
