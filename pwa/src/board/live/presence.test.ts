import { afterEach, beforeEach, expect, it, vi } from "vitest";
import { presence } from "./presence.svelte";

interface Sent {
  carried: string | null;
  arrive: () => void;
}
let sent: Sent[];
beforeEach(() => {
  sent = [];
  vi.useFakeTimers();
  vi.stubGlobal("fetch", (_: string, { body }: { body: string }) => {
    const { carried_id: carried } = JSON.parse(body) as { carried_id: string | null };
    return new Promise<void>((arrive) => sent.push({ carried, arrive }));
  });
});
afterEach(() => {
  vi.unstubAllGlobals();
  vi.useRealTimers();
});

it("a card that was put down while the server was slow is said to be put down last", async () => {
  presence.tell(null, "order");
  await vi.advanceTimersByTimeAsync(300);
  presence.tell(null, null);
  await vi.advanceTimersByTimeAsync(300);
  expect(sent.map((one) => one.carried)).toEqual(["order"]);
  sent[0]?.arrive();
  await vi.advanceTimersByTimeAsync(0);
  expect(sent.map((one) => one.carried)).toEqual(["order", null]);
  sent[1]?.arrive();
  await vi.advanceTimersByTimeAsync(1_000);
  expect(sent).toHaveLength(2);
});
