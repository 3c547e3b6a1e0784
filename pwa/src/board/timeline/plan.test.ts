import { beforeEach, expect, test, vi } from "vitest";
import type { BoardAnswer } from "../../api/views";
import type { Listener } from "../live/stream.svelte";

const asked: ((answer: Partial<BoardAnswer>) => void)[] = [];
let told: Listener;
vi.mock("../../api/client", () => ({
  api: { get: () => new Promise((answer) => asked.push(answer)) },
}));
vi.mock("../live/stream.svelte", () => ({
  live: {
    listen: (listener: Listener) => {
      told = listener;
      return () => undefined;
    },
  },
}));
const { plan } = await import("./plan.svelte");

const answer = (at: number): BoardAnswer => ({
  at,
  engineers: [],
  orders: [],
  skills: [],
  teams: [],
});
const moment = () => new Promise((done) => setTimeout(done));

beforeEach(async () => {
  for (const one of asked.splice(0)) one(answer(9));
  await moment();
  asked.length = 0;
});

test("the stream's greeting does not ask again for an answer on its way that is new enough", async () => {
  const stop = plan.follow();
  plan.show({ start: 0, end: 1 });
  told.refetch(7);
  expect(asked).toHaveLength(1);
  asked[0]?.(answer(7));
  await moment();
  expect(asked).toHaveLength(1);
  expect(plan.phase).toBe("ready");
  stop();
});

test("an answer that is older than what the stream has not told is shown, and asked for once more", async () => {
  const stop = plan.follow();
  plan.show({ start: 0, end: 1 });
  told.refetch(8);
  asked[0]?.(answer(7));
  await moment();
  expect(asked).toHaveLength(2);
  asked[1]?.(answer(8));
  await moment();
  expect(asked).toHaveLength(2);
  stop();
});

test("at rest a gap is read at once", () => {
  const stop = plan.follow();
  told.refetch(10);
  expect(asked).toHaveLength(1);
  stop();
});
