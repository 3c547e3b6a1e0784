// The words of the sync core: its state, what can happen to it (events) and what it asks for (effects). All of it is plain data.
// Deciding is in reducer.ts, failures.ts and plan.ts; doing is in loop.ts.

import type { Cookies } from "../store/session";
import type { Answer } from "../store/outbox";
import type { Page } from "../store/rows";

export type Kind = "hello" | "pull" | "push" | "intake";
export const KINDS: readonly Kind[] = ["hello", "pull", "push", "intake"];
export interface Queued {
  mid: number;
  size: number;
}
export interface Run {
  id: string;
  pages: number;
  cookies: Cookies;
  /** Records staged since this start; for the words on the screen only. */
  records?: number;
}

/** One request of each kind at a time. `req` is the number of the one under way: a reply with another number is late and is ignored. */
export interface Lane {
  req: number | null;
  failures: number;
  notBefore: number;
}

export interface SyncState {
  started: boolean;
  online: boolean;
  visible: boolean;
  /** login: 401, waits for the person. upgrade: 426, pushes go on. revoked: nothing but intake. */
  paused: "login" | "upgrade" | "revoked" | null;
  /** A push that nobody but a person can help: the code of the answer. */
  stopped: string | null;
  greeted: boolean;
  epoch: string | null;
  head: number;
  /** PROTOCOL 3.4: the numbers of this device are spoilt; a new device begins when what can be sent has been. */
  spoilt: boolean;
  /** From this number on the server holds other acts than this phone (409 mid_reuse): what is below is sent first, then a new device begins. */
  reusedFrom: number | null;
  queue: Queued[];
  sending: number[];
  /** Stored by the server, not applied yet. */
  waiting: number[];
  asksAgain: boolean;
  batch: { mutations: number; bytes: number };
  wantsPull: boolean;
  run: Run | null;
  round: number;
  envelopes: number;
  lanes: Record<Kind, Lane>;
  requests: number;
  lastContactAt: number | null;
  lastPullAt: number | null;
}

export interface Failure {
  /** 0: no answer. */
  status: number;
  code: string;
  retryAfterMs?: number;
  expected?: number;
  mid?: number;
  channel?: string;
}
export type Repair =
  | { how: "epoch"; epoch: string }
  | { how: "resend"; from: number }
  | { how: "device" }
  | { how: "cookie"; channel: string };

export type Happening =
  | {
      t: "start";
      queue: Queued[];
      waiting: number[];
      head: number;
      epoch: string | null;
      run: Run | null;
      envelopes: number;
      online: boolean;
      visible: boolean;
    }
  | { t: "online" }
  | { t: "offline" }
  | { t: "visible" }
  | { t: "hidden" }
  | { t: "login" }
  | { t: "poke" }
  | { t: "gap" }
  | { t: "timer" }
  | { t: "tick" }
  | { t: "saved"; mid: number; size: number }
  | { t: "queue"; queue: Queued[]; waiting: number[]; head: number }
  | {
      t: "hello_ok";
      req: number;
      epoch: string;
      server_last_mid: number;
      mutations: number;
      bytes: number;
    }
  | { t: "page"; req: number; page: Page }
  | { t: "nothing"; req: number; seq: number }
  | { t: "staged"; req: number }
  | { t: "committed"; req: number }
  | { t: "push_ok"; req: number; epoch: string | null; through: number; answers: Answer[] }
  | { t: "acknowledged"; req: number; queue: Queued[]; waiting: number[]; head: number }
  | {
      t: "repaired";
      kind: Kind;
      req: number;
      how: Repair["how"];
      ok: boolean;
      epoch?: string;
      queue: Queued[];
      waiting: number[];
      head: number;
    }
  | { t: "sealed"; envelopes: number }
  | { t: "intake_ok"; req: number; left: number }
  | { t: "failed"; kind: Kind; req: number; failure: Failure };
/** Time and chance come in from outside: the reducer has neither. `jitter` is in 0..1. */
export type SyncEvent = Happening & { at: number; jitter: number };

export type Effect =
  | { do: "hello"; req: number }
  | { do: "pull"; req: number; run: Run | null; round: number }
  | { do: "persistPage"; req: number; run: string; number: number; page: Page }
  | { do: "commitGeneration"; req: number; run: string | null; round: number; page: Page }
  | { do: "commitNothing"; req: number; seq: number; round: number }
  | { do: "push"; req: number; mids: number[]; again: boolean }
  | {
      do: "acknowledge";
      req: number;
      sent: number[];
      through: number;
      answers: Answer[];
      round: number;
    }
  | { do: "repair"; kind: Kind; req: number; repair: Repair }
  | { do: "seal" }
  | { do: "intake"; req: number }
  | { do: "wait"; until: number }
  | {
      do: "notify";
      what: "login" | "upgrade" | "revoked" | "stopped" | "answered";
      answers?: Answer[];
      code?: string;
    };

export interface Next {
  state: SyncState;
  effects: Effect[];
}

const lane = (): Lane => ({ req: null, failures: 0, notBefore: 0 });
export const initial = (): SyncState => ({
  started: false,
  online: false,
  visible: false,
  paused: null,
  stopped: null,
  greeted: false,
  epoch: null,
  head: 0,
  spoilt: false,
  reusedFrom: null,
  queue: [],
  sending: [],
  waiting: [],
  asksAgain: false,
  batch: { mutations: 100, bytes: 256 * 1024 },
  wantsPull: false,
  run: null,
  round: 0,
  envelopes: 0,
  lanes: { hello: lane(), pull: lane(), push: lane(), intake: lane() },
  requests: 0,
  lastContactAt: null,
  lastPullAt: null,
});
