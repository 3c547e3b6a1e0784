// Runs the effects of the reducer in a real surrounding. Transport, clock, chance and locks are given to it. The lock only saves work:
// two tabs and a service worker may all run, the store and the protocol keep them right.

import { Doers, type Surroundings } from "./doers";
import type { Model } from "./model";
import { PageCut } from "./pull";
import { step } from "./reducer";
import { initial, type Effect, type Happening, type Kind, type SyncState } from "./state";

export interface LoopOptions extends Surroundings {
  random: () => number;
  setTimer: (ms: number, fire: () => void) => () => void;
  /** Runs `work` holding the lock, or returns undefined when it is held elsewhere. */
  lock?: <T>(name: string, work: () => Promise<T>) => Promise<T | undefined>;
  notify?: (notice: Extract<Effect, { do: "notify" }>) => void;
  /** One effect after the other: the simulator's order does not depend on how fast this machine hashes. */
  isSerial?: boolean;
}
const TICK_MS = 30_000;
const KIND: Partial<Record<Effect["do"], Kind>> = {
  hello: "hello",
  pull: "pull",
  persistPage: "pull",
  commitGeneration: "pull",
  commitNothing: "pull",
  push: "push",
  acknowledge: "push",
  intake: "intake",
};

export class Loop {
  state: SyncState = initial();
  private readonly doers: Doers;
  private readonly running = new Set<Promise<void>>();
  private chain: Promise<void> = Promise.resolve();
  private cancelWait: (() => void) | null = null;
  private cancelTick: (() => void) | null = null;
  private isStopped = false;

  constructor(
    private readonly model: Model,
    private readonly options: LoopOptions,
  ) {
    this.doers = new Doers(model.session, model, options);
  }

  dispatch(happening: Happening): void {
    if (this.isStopped) return;
    const before = this.state;
    const { state, effects } = step(this.state, {
      ...happening,
      at: this.options.now(),
      jitter: this.options.random(),
    });
    this.state = state;
    for (const effect of effects) this.perform(effect);
    if (state.visible !== before.visible) this.setTick(state.visible);
    if (state !== before) this.model.changed();
  }

  /** Resolves when nothing is under way. Timers may still be set. */
  async settled(): Promise<void> {
    while (this.running.size > 0) await Promise.all(this.running);
  }

  /** The queue as the store has it: after another tab's act, and at the start. */
  async readQueue(): Promise<void> {
    await this.model.reloadActs();
    this.dispatch({ t: "queue", ...(await this.doers.queue()) });
  }

  stop(): void {
    this.isStopped = true;
    this.cancelWait?.();
    this.cancelTick?.();
  }

  private perform(effect: Effect): void {
    if (effect.do === "wait") return this.wait(effect.until);
    if (effect.do === "notify") return this.options.notify?.(effect);
    const work = this.options.isSerial ? this.chain.then(() => this.run(effect)) : this.run(effect);
    this.chain = work;
    this.running.add(work);
    void work.finally(() => this.running.delete(work));
  }

  private async run(effect: Exclude<Effect, { do: "wait" | "notify" }>): Promise<void> {
    const kind = KIND[effect.do] ?? ("kind" in effect ? effect.kind : "intake");
    const req = "req" in effect ? effect.req : 0;
    if (this.isStopped) return;
    let happening: Happening;
    try {
      happening = await this.locked(effect, kind, req);
    } catch (error) {
      if (!(error instanceof PageCut)) this.options.fault?.(error);
      happening = await this.doers.stumbled(kind, req, error).catch((): Happening => ({
        t: "failed",
        kind,
        req,
        failure: { status: 0, code: "storage_lost" },
      }));
    }
    if (happening.t === "failed" && happening.failure.code === "changed")
      await this.readQueue().catch(() => undefined);
    this.dispatch(happening);
  }

  private async locked(
    effect: Exclude<Effect, { do: "wait" | "notify" }>,
    kind: Kind,
    req: number,
  ): Promise<Happening> {
    const isRequest = effect.do === "pull" || effect.do === "push" || effect.do === "intake";
    if (!this.options.lock || !isRequest) return this.doer(effect);
    const done = await this.options.lock(`callout-${kind}-${this.model.session.user}`, () =>
      this.doer(effect),
    );
    return done ?? { t: "failed", kind, req, failure: { status: 0, code: "elsewhere" } };
  }

  private doer(effect: Exclude<Effect, { do: "wait" | "notify" }>): Promise<Happening> {
    switch (effect.do) {
      case "hello":
        return this.doers.hello(effect);
      case "pull":
        return this.doers.pull(effect);
      case "persistPage":
        return this.doers.persistPage(effect);
      case "commitGeneration":
        return this.doers.commitGeneration(effect);
      case "commitNothing":
        return this.doers.commitNothing(effect);
      case "push":
        return this.doers.push(effect);
      case "acknowledge":
        return this.doers.acknowledge(effect);
      case "repair":
        return this.doers.repair(effect);
      case "seal":
        return this.doers.seal();
      case "intake":
        return this.doers.intake(effect);
    }
  }

  private wait(until: number): void {
    this.cancelWait?.();
    this.cancelWait = this.options.setTimer(Math.max(0, until - this.options.now()), () => {
      this.dispatch({ t: "timer" });
    });
  }

  private setTick(isVisible: boolean): void {
    this.cancelTick?.();
    this.cancelTick = isVisible
      ? this.options.setTimer(TICK_MS, () => {
          this.setTick(true);
          this.dispatch({ t: "tick" });
        })
      : null;
  }
}
