import { afterEach, beforeEach, expect, it, vi } from "vitest";
import type * as Register from "./register.svelte";

let update: typeof Register.update;
let asked: unknown[];
let hear: Record<string, () => void>;
let reloads: number;
let isBusy: boolean;

beforeEach(async () => {
  vi.useFakeTimers();
  vi.stubEnv("PROD", true);
  asked = [];
  hear = {};
  reloads = 0;
  isBusy = false;
  const waiting = { postMessage: (said: unknown) => asked.push(said) };
  const serviceWorker = {
    controller: {},
    addEventListener: (name: string, on: () => void) => (hear[name] = on),
    register: () => Promise.resolve({ waiting, addEventListener: () => undefined }),
  };
  vi.stubGlobal("navigator", { serviceWorker });
  vi.stubGlobal("document", { addEventListener: () => undefined });
  vi.stubGlobal("location", { reload: () => (reloads += 1) });
  vi.resetModules();
  const fresh = await import("./register.svelte");
  update = fresh.update;
  await fresh.registerWorker(() => !isBusy);
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

it("not under a form that was begun since: it is offered, and then begins at once", () => {
  update.takeOver();
  isBusy = true;
  hear.controllerchange?.();
  expect([reloads, update.state]).toEqual([0, "ready"]);
  isBusy = false;
  update.takeOver();
  expect([reloads, asked.length]).toEqual([1, 1]);
});

it("a worker that does not come: the page goes, which lets it in", () => {
  update.takeOver();
  vi.advanceTimersByTime(4_000);
  expect([reloads, update.state]).toEqual([0, "taking-over"]);
  vi.advanceTimersByTime(2_000);
  expect([reloads, update.state]).toEqual([1, "ready"]);
});

it("a worker that does not come while a form was begun is offered again, and asked again", () => {
  update.takeOver();
  isBusy = true;
  vi.advanceTimersByTime(6_000);
  expect([reloads, update.state]).toEqual([0, "ready"]);
  update.takeOver();
  expect(asked).toEqual([{ type: "take-over" }, { type: "take-over" }]);
});
