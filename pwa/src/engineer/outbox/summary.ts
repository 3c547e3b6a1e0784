/* The outbox in one line: what it is doing and how far it is. Pure; the words are the screen's. */
import type { Phase } from "../../sync/status";

export type Summary = { share: number } & (
  | { kind: "delivered" }
  | { kind: "sending"; done: number; all: number }
  | { kind: "signal" | "login" | "server" }
);

export function summaryOf(seen: {
  phase: Phase;
  waiting: number;
  done: number;
  all: number;
}): Summary {
  const { phase, waiting, done, all } = seen;
  if (waiting === 0) return { kind: "delivered", share: 1 };
  const share = all > 0 ? done / all : 0;
  if (phase === "offline") return { kind: "signal", share };
  if (phase === "login") return { kind: "login", share };
  if (phase === "retrying" || phase === "stopped") return { kind: "server", share };
  return { kind: "sending", done, all, share };
}

/** Counts a batch: from the moment something waits until nothing does, how many have gone. Real counts, no guess. */
export class Tally {
  private most = 0;
  private last = 0;

  of(waiting: number): { done: number; all: number } {
    if (waiting === 0) this.most = 0;
    else this.most = this.last === 0 ? waiting : this.most + Math.max(0, waiting - this.last);
    this.last = waiting;
    return { done: this.most - waiting, all: this.most };
  }
}
