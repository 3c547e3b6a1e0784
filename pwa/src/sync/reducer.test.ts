// The reducer against a generator of everything that can happen, in any order, with a small store beside it that keeps the truth. What
// must hold after every single event is in `check`.

import { describe, expect, it } from "vitest";
import { batchOf, isDue } from "./plan";
import { step } from "./reducer";
import { backoffMs } from "./failures";
import { initial, KINDS, type Effect, type Happening, type Kind, type SyncState } from "./state";

function seeded(seed: number): () => number {
  let a = seed;
  return () => {
    a = (a + 0x6d2b79f5) | 0;
    let t = Math.imul(a ^ (a >>> 15), 1 | a);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 4294967296;
  };
}
function frozen<T>(value: T): T {
  if (value !== null && typeof value === "object") {
    Object.freeze(value);
    Object.values(value).forEach(frozen);
  }
  return value;
}
const CODES = [
  "login_needed",
  "device_foreign",
  "mid_gap",
  "mid_reuse",
  "cookie_too_old",
  "epoch_changed",
  "body_too_large",
  "body_malformed",
  "line_corrupt",
  "protocol_unsupported",
  "too_many_requests",
  "unavailable",
  "unreachable",
  "truncated",
  "stale",
  "changed",
  "elsewhere",
  "fault",
];

class World {
  state: SyncState = initial();
  at = 0;
  mid = 0;
  outbox: number[] = [];
  underWay: Exclude<Effect, { do: "wait" | "notify" }>[] = [];
  sentBy = new Map<number, number[]>();
  wait: number | null = null;
  constructor(public random: () => number) {}

  happen(happening: Happening): void {
    const before = this.state;
    const { state, effects } = step(before, { ...happening, at: this.at, jitter: this.random() });
    expect(step(before, { ...happening, at: this.at, jitter: 0.5 }).state.queue).toEqual(
      state.queue,
    );
    this.state = frozen(state);
    for (const effect of effects) this.take(effect);
    this.check(before, happening, effects);
  }

  private take(effect: Effect): void {
    if (effect.do === "wait") this.wait = effect.until;
    else if (effect.do !== "notify") this.underWay.push(effect);
    if (effect.do === "push") this.sentBy.set(effect.req, effect.mids);
  }

  private check(before: SyncState, happening: Happening, effects: Effect[]): void {
    const { state } = this;
    for (const kind of KINDS) {
      const begun = effects.filter((effect) => effect.do === kind);
      expect(begun.length, `${kind} begun twice at once`).toBeLessThanOrEqual(1);
      if (begun.length > 0 && happening.t !== "failed")
        expect(
          before.lanes[kind].req === null || before.lanes[kind].req !== state.lanes[kind].req,
        ).toBe(true);
      // A late reply changes nothing and plans nothing; the timer that is set will.
      const isIdle =
        state !== before &&
        state.started &&
        state.online &&
        isDue(state, kind) &&
        state.lanes[kind].req === null;
      if (isIdle)
        expect(state.lanes[kind].notBefore, `${kind} sleeps without a reason`).toBeGreaterThan(
          this.at,
        );
    }
    const mayShrink = ["acknowledged", "repaired", "queue", "start", "sealed"].includes(
      happening.t,
    );
    if (!mayShrink)
      for (const { mid } of before.queue)
        expect(
          state.queue.some((one) => one.mid === mid),
          `${mid} left at ${happening.t}`,
        ).toBe(true);
    for (const effect of effects) {
      if (effect.do === "push") {
        expect(effect.mids.length).toBeGreaterThan(0);
        expect(
          effect.mids.every((mid, n) => n === 0 || mid === (effect.mids[n - 1] ?? 0) + 1),
        ).toBe(true);
        if (!effect.again) expect(effect.mids[0]).toBe(state.queue[0]?.mid);
      }
      if (effect.do === "acknowledge") expect(effect.sent).toEqual(this.sentBy.get(effect.req));
    }
    if (happening.t === "failed" && happening.failure.code === "login_needed")
      expect(state.queue).toEqual(before.queue);
  }

  queue() {
    return { queue: this.outbox.map((mid) => ({ mid, size: 300 })), waiting: [], head: this.mid };
  }

  /** The store and the server, at random good or bad. Replies may come late, twice or never. */
  answer(effect: World["underWay"][number]): Happening {
    const req = "req" in effect ? effect.req : 0;
    const kind: Kind =
      effect.do === "hello"
        ? "hello"
        : effect.do === "push" || effect.do === "acknowledge"
          ? "push"
          : effect.do === "intake"
            ? "intake"
            : "pull";
    const isRequest = KINDS.includes(effect.do as Kind);
    if (isRequest && this.random() < 0.4) {
      const code = CODES[Math.floor(this.random() * CODES.length)] ?? "fault";
      return {
        t: "failed",
        kind,
        req,
        failure: {
          status: 500,
          code,
          expected: 1,
          channel: "c",
          ...(this.random() < 0.2 && { retryAfterMs: 60_000 }),
        },
      };
    }
    switch (effect.do) {
      case "hello":
        return {
          t: "hello_ok",
          req,
          epoch: this.random() < 0.1 ? `e${this.at}` : (this.state.epoch ?? "e"),
          server_last_mid: this.random() < 0.05 ? this.mid + 1 : 0,
          mutations: 100,
          bytes: 4_000,
        };
      case "pull":
        return this.random() < 0.3
          ? { t: "nothing", req, seq: 1 }
          : {
              t: "page",
              req,
              page: {
                at: 1,
                server_at: "",
                channels: [],
                rows: [],
                more: this.random() < 0.5,
                cookies: {},
                acked_mid: null,
              },
            };
      case "persistPage":
        return { t: "staged", req };
      case "commitGeneration":
      case "commitNothing":
        return { t: "committed", req };
      case "push":
        return {
          t: "push_ok",
          req,
          epoch: this.state.epoch,
          through: (effect.mids.at(-1) ?? 0) - (this.random() < 0.3 ? 2 : 0),
          answers: [],
        };
      case "acknowledge": {
        this.outbox = this.outbox.filter(
          (mid) => !(effect.sent.includes(mid) && mid <= effect.through),
        );
        return { t: "acknowledged", req, ...this.queue() };
      }
      case "repair": {
        if (effect.repair.how === "device") {
          this.outbox = this.outbox.map((_mid, n) => n + 1);
          this.mid = this.outbox.length;
        }
        return {
          t: "repaired",
          kind: effect.kind,
          req,
          how: effect.repair.how,
          ok: this.random() < 0.5,
          ...(effect.repair.how === "epoch" && { epoch: effect.repair.epoch }),
          ...this.queue(),
        };
      }
      case "seal":
        return { t: "sealed", envelopes: 0 };
      case "intake":
        return { t: "intake_ok", req, left: 0 };
    }
  }

  turn(): void {
    const dice = this.random();
    this.at += Math.floor(this.random() * 3_000);
    if (dice < 0.45 && this.underWay.length > 0) {
      const [effect] = this.underWay.splice(Math.floor(this.random() * this.underWay.length), 1);
      if (!effect) return;
      const happening = this.answer(effect);
      this.happen(happening);
      if (this.random() < 0.1 && effect.do !== "repair" && effect.do !== "acknowledge")
        this.happen(happening);
    } else if (dice < 0.65) {
      this.outbox.push(++this.mid);
      this.happen({ t: "saved", mid: this.mid, size: 300 });
    } else if (dice < 0.7) this.happen({ t: this.random() < 0.7 ? "online" : "offline" });
    else if (dice < 0.75) this.happen({ t: this.random() < 0.5 ? "visible" : "hidden" });
    else if (dice < 0.8) this.happen({ t: "login" });
    else if (dice < 0.85) this.happen({ t: this.random() < 0.5 ? "poke" : "tick" });
    else if (this.wait !== null) {
      this.at = Math.max(this.at, this.wait);
      this.happen({ t: "timer" });
    }
  }
}

describe("whatever happens, in any order", () => {
  it.each(Array.from({ length: 60 }, (_one, n) => n + 1))("seed %i", (seed) => {
    const world = new World(seeded(seed));
    world.happen({
      t: "start",
      queue: [],
      waiting: [],
      head: 0,
      epoch: null,
      run: null,
      envelopes: 0,
      online: true,
      visible: true,
    });
    for (let n = 0; n < 400; n++) world.turn();
    expect(world.state.queue.map((one) => one.mid)).toEqual(world.outbox);
    // And when the world is kind again, everything drains.
    world.random = () => 0.99;
    for (let n = 0; n < 20_000 && (world.outbox.length > 0 || world.underWay.length > 0); n++) {
      if (n % 50 === 0)
        for (const t of ["login", "online", "visible"] as const) world.happen({ t });
      const effect = world.underWay.shift();
      if (effect) world.happen(world.answer(effect));
      else if (world.wait !== null) {
        world.at = Math.max(world.at, world.wait) + 1;
        world.happen({ t: "timer" });
      }
    }
    expect(world.outbox).toEqual([]);
    expect(world.state.queue).toEqual([]);
  });
});

describe("one thing at a time", () => {
  const begun = (): SyncState => {
    const { state } = step(initial(), {
      t: "start",
      queue: [{ mid: 1, size: 10 }],
      waiting: [],
      head: 1,
      epoch: "e",
      run: null,
      envelopes: 0,
      online: true,
      visible: true,
      at: 0,
      jitter: 0,
    });
    return step(state, {
      t: "hello_ok",
      req: 1,
      epoch: "e",
      server_last_mid: 0,
      mutations: 100,
      bytes: 262144,
      at: 1,
      jitter: 0,
    }).state;
  };
  it("pulls while a push is under way, and sends while a pull is", () => {
    const state = begun();
    expect(state.lanes.pull.req).not.toBeNull();
    expect(state.lanes.push.req).not.toBeNull();
  });
  it("obeys Retry-After, even when the signal comes back", () => {
    const state = begun();
    const failure = { status: 503, code: "unavailable", retryAfterMs: 60_000 };
    const after = step(state, {
      t: "failed",
      kind: "push",
      req: state.lanes.push.req ?? 0,
      failure,
      at: 2,
      jitter: 0,
    }).state;
    expect(after.lanes.push.notBefore).toBe(60_002);
    expect(step(after, { t: "online", at: 3, jitter: 0 }).state.lanes.push.notBefore).toBe(60_002);
  });
  it("a closed phone stays closed, whatever another request still answers", () => {
    const state = begun();
    const answer = (kind: "push" | "pull", status: number, code: string, from: SyncState) =>
      step(from, {
        t: "failed",
        kind,
        req: from.lanes[kind].req ?? 0,
        failure: { status, code },
        at: 2,
        jitter: 0,
      }).state;
    const revoked = answer("push", 403, "device_revoked", state);
    expect(answer("pull", 401, "login_needed", revoked).paused).toBe("revoked");
  });
  it("ignores a reply that comes twice", () => {
    const state = begun();
    const reply = {
      t: "failed",
      kind: "push",
      req: state.lanes.push.req ?? 0,
      failure: { status: 0, code: "unreachable" },
      at: 2,
      jitter: 0,
    } as const;
    const after = step(state, reply).state;
    expect(step(after, reply)).toEqual({ state: after, effects: [] });
  });
  it("an answer of the old history confirms nothing", () => {
    const state = begun();
    const { state: after, effects } = step(state, {
      t: "push_ok",
      req: state.lanes.push.req ?? 0,
      epoch: "new",
      through: 1,
      answers: [],
      at: 2,
      jitter: 0,
    });
    expect(effects.some((effect) => effect.do === "acknowledge")).toBe(false);
    expect(after.queue).toHaveLength(1);
  });
  it("waits longer each time, up to five minutes, never twice the same for everybody", () => {
    expect([1, 2, 3, 9, 30].map((n) => backoffMs(n, 1))).toEqual([
      1_000, 2_000, 4_000, 256_000, 300_000,
    ]);
    expect(backoffMs(3, 0)).toBe(2_000);
  });
  it("cuts a push by number and by size, and sends a giant alone", () => {
    const queue = Array.from({ length: 300 }, (_one, n) => ({
      mid: n + 1,
      size: n === 5 ? 900_000 : 1_000,
    }));
    expect(batchOf(queue, { mutations: 100, bytes: 262_144 })).toEqual([1, 2, 3, 4, 5]);
    expect(batchOf(queue.slice(5), { mutations: 100, bytes: 262_144 })).toEqual([6]);
    expect(batchOf(queue.slice(6), { mutations: 100, bytes: 262_144 })).toHaveLength(100);
    expect(batchOf(queue.slice(6), { mutations: 500, bytes: 262_144 })).toHaveLength(238);
  });
});
