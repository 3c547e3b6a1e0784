// What an unwelcome answer means (PROTOCOL 2.4–2.9 and its table of codes). Nothing here, not one branch, removes or renumbers a
// mutation: only a stored-ack does the one, only a spoilt device the other.

import { setLane } from "./plan";
import type { Effect, Failure, Kind, Next, Repair, SyncState } from "./state";

const FIRST_MS = 1_000;
const LONGEST_MS = 300_000;
const ELSEWHERE_MS = 3_000;
/** So many answers in a row that ask for "now" are taken for an illness, and wait like any other failure. */
const PATIENCE = 3;

export interface Moment {
  at: number;
  jitter: number;
}

export function failed(state: SyncState, kind: Kind, failure: Failure, when: Moment): Next {
  const req = state.lanes[kind].req ?? 0;
  const freed = release(state, kind);
  if (failure.status > 0) freed.lastContactAt = when.at;
  switch (failure.code) {
    case "elsewhere":
      return {
        state: setLane(freed, kind, {
          notBefore: when.at + ELSEWHERE_MS,
          failures: state.lanes[kind].failures,
        }),
        effects: [],
      };
    case "login_needed":
    case "device_foreign":
      return pause(freed, "login");
    case "protocol_unsupported":
      return kind === "hello" || kind === "pull"
        ? pause(freed, "upgrade")
        : later(freed, kind, failure, when);
    // A disabled person is to this phone what a revoked phone is: hand in what is unsent, then wipe.
    case "user_disabled":
    case "device_revoked":
      return revoked(freed);
    case "epoch_changed":
      return { state: soon({ ...freed, greeted: false, run: null }, kind, when), effects: [] };
    case "cookie_too_old":
      return repair(
        { ...freed, run: null },
        kind,
        req,
        { how: "cookie", channel: failure.channel ?? "" },
        when,
      );
    case "mid_gap":
      return failure.expected === undefined
        ? later(freed, kind, failure, when)
        : repair(freed, kind, req, { how: "resend", from: failure.expected }, when);
    case "mid_reuse":
      return reused(freed, kind, req, failure.mid ?? 0, when);
    case "stale":
      return { state: soon({ ...freed, run: null }, kind, when), effects: [] };
    case "line_corrupt":
    case "changed":
      return { state: soon(freed, kind, when), effects: [] };
    case "body_too_large":
      return smaller(freed, kind, failure, when);
    case "body_malformed":
    case "body_too_deep":
      return kind === "push" ? stop(freed, failure.code) : later(freed, kind, failure, when);
    default:
      return failure.status === 401 ? pause(freed, "login") : later(freed, kind, failure, when);
  }
}

/** The lane is free again, and what it was doing still wants doing. */
function release(state: SyncState, kind: Kind): SyncState {
  const lanes = {
    ...state.lanes,
    [kind]: { ...state.lanes[kind], req: null, failures: state.lanes[kind].failures + 1 },
  };
  const next = { ...state, lanes };
  if (kind === "pull") next.wantsPull = true;
  if (kind === "push") next.sending = [];
  return next;
}

export function backoffMs(failures: number, jitter: number): number {
  const whole = Math.min(LONGEST_MS, FIRST_MS * 2 ** Math.min(failures - 1, 20));
  return Math.round(whole * (0.5 + jitter / 2));
}

function later(state: SyncState, kind: Kind, failure: Failure, when: Moment): Next {
  const ms = Math.max(
    backoffMs(state.lanes[kind].failures, when.jitter),
    failure.retryAfterMs ?? 0,
  );
  return { state: setLane(state, kind, { notBefore: when.at + ms }), effects: [] };
}

function soon(state: SyncState, kind: Kind, when: Moment): SyncState {
  const { failures } = state.lanes[kind];
  return setLane(state, kind, {
    notBefore:
      failures > PATIENCE ? when.at + backoffMs(failures - PATIENCE, when.jitter) : when.at,
  });
}

function pause(state: SyncState, paused: "login" | "upgrade"): Next {
  // A closed phone has nothing to log in to; the 401 of another request that was under way changes nothing.
  if (state.paused === "revoked") return { state, effects: [] };
  const isNews = state.paused !== paused;
  return {
    state: { ...state, paused, greeted: false },
    effects: isNews ? [{ do: "notify", what: paused }] : [],
  };
}

function stop(state: SyncState, code: string): Next {
  return { state: { ...state, stopped: code }, effects: [{ do: "notify", what: "stopped", code }] };
}

function revoked(state: SyncState): Next {
  const effects: Effect[] =
    state.paused === "revoked" ? [] : [{ do: "seal" }, { do: "notify", what: "revoked" }];
  return { state: { ...state, paused: "revoked", greeted: false }, effects };
}

/** The lane stays taken until the store has been put right, so that nothing is sent from the old state. */
function repair(state: SyncState, kind: Kind, req: number, what: Repair, when: Moment): Next {
  const waiting = soon(state, kind, when);
  return {
    state: setLane(waiting, kind, { req }),
    effects: [{ do: "repair", kind, req, repair: what }],
  };
}

/** Acts below that number may have arrived: they are sent first, because under new numbers they would happen twice. */
function reused(state: SyncState, kind: Kind, req: number, mid: number, when: Moment): Next {
  const isFirst = (state.queue[0]?.mid ?? mid) >= mid;
  if (!isFirst) return { state: soon({ ...state, reusedFrom: mid }, kind, when), effects: [] };
  return repair(state, kind, req, { how: "device" }, when);
}

function smaller(state: SyncState, kind: Kind, failure: Failure, when: Moment): Next {
  if (kind !== "push") return later(state, kind, failure, when);
  if (state.batch.mutations <= 1) return stop(state, failure.code);
  const mutations = Math.max(1, Math.floor(state.batch.mutations / 4));
  return {
    state: soon({ ...state, batch: { ...state.batch, mutations } }, kind, when),
    effects: [],
  };
}
