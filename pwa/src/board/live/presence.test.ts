// What this page tells the others of what is in its hand.
import { afterEach, beforeEach, expect, it, vi } from "vitest";
import { presence } from "./presence.svelte";

const ORDER = "01939e7e-0000-7000-8000-000000000001";
let heard: (string | null)[];
let hands: Map<string, EventListener>;
let stop: () => void;

beforeEach(() => {
  vi.useFakeTimers();
  heard = [];
  hands = new Map();
  vi.stubGlobal("document", { visibilityState: "visible" });
  vi.stubGlobal("addEventListener", (name: string, hear: EventListener) => hands.set(name, hear));
  vi.stubGlobal("removeEventListener", (name: string) => hands.delete(name));
  vi.stubGlobal("fetch", (_path: string, { body }: { body: string }) => {
    heard.push((JSON.parse(body) as { carried_id: string | null }).carried_id);
    return Promise.resolve(new Response(null, { status: 204 }));
  });
  stop = presence.start();
});
afterEach(() => {
  presence.tell(null, null);
  stop();
  vi.useRealTimers();
  vi.unstubAllGlobals();
});
const key = (name: string) => hands.get(name)?.(new Event(name));

it("who walks away with a card in hand keeps it for two minutes, not for ever", async () => {
  presence.tell(null, ORDER);
  await vi.advanceTimersByTimeAsync(119_000);
  expect(heard.slice(1)).toEqual(Array(heard.length - 1).fill(ORDER));
  await vi.advanceTimersByTimeAsync(16_000);
  expect(heard.at(-1)).toBeNull();
  await vi.advanceTimersByTimeAsync(600_000);
  expect(heard.at(-1)).toBeNull();
});

it.each(["keydown", "pointerdown"])("a %s keeps it, and takes it up again", async (name) => {
  presence.tell(null, ORDER);
  for (let minute = 0; minute < 5; minute++) {
    await vi.advanceTimersByTimeAsync(60_000);
    key(name);
  }
  expect(heard.slice(1)).not.toContain(null);
  await vi.advanceTimersByTimeAsync(150_000);
  expect(heard.at(-1)).toBeNull();
  key(name);
  await vi.advanceTimersByTimeAsync(0);
  expect(heard.at(-1)).toBe(ORDER);
});

it("nothing in hand is nothing in hand, whatever is pressed", async () => {
  presence.tell(ORDER, null);
  await vi.advanceTimersByTimeAsync(200_000);
  key("keydown");
  expect(new Set(heard)).toEqual(new Set([null]));
});

it("a card that was put down while the server was slow is said to be put down last", async () => {
  const arrivals: (() => void)[] = [];
  await vi.advanceTimersByTimeAsync(0);
  heard = [];
  vi.stubGlobal("fetch", (_path: string, { body }: { body: string }) => {
    heard.push((JSON.parse(body) as { carried_id: string | null }).carried_id);
    return new Promise<void>((arrive) => arrivals.push(arrive));
  });
  presence.tell(null, ORDER);
  await vi.advanceTimersByTimeAsync(300);
  presence.tell(null, null);
  await vi.advanceTimersByTimeAsync(300);
  expect(heard).toEqual([ORDER]);
  arrivals[0]?.();
  await vi.advanceTimersByTimeAsync(0);
  expect(heard).toEqual([ORDER, null]);
  arrivals[1]?.();
  await vi.advanceTimersByTimeAsync(1_000);
  expect(heard).toHaveLength(2);
});
