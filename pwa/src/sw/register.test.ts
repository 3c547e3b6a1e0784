import { afterEach, beforeEach, expect, it, vi } from "vitest";
import { registerWorker, update } from "./register.svelte";

let asked: unknown[];
let hear: Record<string, () => void>;
let reloads: number;

beforeEach(async () => {
  vi.useFakeTimers();
  vi.stubEnv("PROD", true);
  asked = [];
  hear = {};
  reloads = 0;
  const waiting = { postMessage: (said: unknown) => asked.push(said) };
  const serviceWorker = {
    controller: {},
    addEventListener: (name: string, on: () => void) => (hear[name] = on),
    register: () => Promise.resolve({ waiting, addEventListener: () => undefined }),
  };
  vi.stubGlobal("navigator", { serviceWorker });
  vi.stubGlobal("document", { addEventListener: () => undefined });
  vi.stubGlobal("location", { reload: () => (reloads += 1) });
  await registerWorker(() => false);
});
afterEach(() => {
  vi.useRealTimers();
  vi.unstubAllEnvs();
  vi.unstubAllGlobals();
});

it("a version that is taken starts the page anew when its worker has come", () => {
  expect(update.state).toBe("ready");
  update.takeOver();
  expect(update.state).toBe("taking-over");
  hear.controllerchange?.();
  expect(reloads).toBe(1);
});

it("a worker that does not come is offered again, and asked again", () => {
  update.takeOver();
  vi.advanceTimersByTime(9_000);
  expect(update.state).toBe("taking-over");
  vi.advanceTimersByTime(2_000);
  expect(update.state).toBe("ready");
  update.takeOver();
  expect(asked).toEqual([{ type: "take-over" }, { type: "take-over" }]);
});
