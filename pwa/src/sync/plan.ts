// What to begin now, given the state: at most one request of each kind, never before its time. A pull never waits for a push.
// When something must wait, the one time at which to look again.

import type { Effect, Kind, Lane, Queued, Run, SyncState } from "./state";

/** The envelope of a push body: its first line names number and hash of each line. */
const LINE_OVERHEAD = 96;
const BODY_OVERHEAD = 256;

export function plan(state: SyncState, at: number): { state: SyncState; effects: Effect[] } {
  if (!state.started || !state.online) return { state, effects: [] };
  let next = state;
  const effects: Effect[] = [];
  for (const kind of ["hello", "pull", "push", "intake"] as const) {
    if (!isDue(next, kind) || next.lanes[kind].req !== null || next.lanes[kind].notBefore > at)
      continue;
    const begun = begin(next, kind);
    next = begun.state;
    effects.push(begun.effect);
  }
  const until = wakeAt(next, at);
  if (until !== null) effects.push({ do: "wait", until });
  return { state: next, effects };
}

export function isDue(state: SyncState, kind: Kind): boolean {
  const { paused } = state;
  switch (kind) {
    case "hello":
      return paused === null && !state.greeted;
    case "pull":
      return paused === null && state.greeted && state.wantsPull;
    case "push":
      return (
        mayPush(state) && (state.queue.length > 0 || (state.asksAgain && state.waiting.length > 0))
      );
    case "intake":
      return state.envelopes > 0;
  }
}

/** Every version ever tagged may push (PROTOCOL 2.3), so an old client that may not pull any more still sends. */
function mayPush({ paused, greeted, stopped }: SyncState): boolean {
  if (stopped !== null) return false;
  return paused === "upgrade" || (paused === null && greeted);
}

function begin(state: SyncState, kind: Kind): { state: SyncState; effect: Effect } {
  const req = state.requests + 1;
  const next = { ...setLane(state, kind, { req }), requests: req };
  switch (kind) {
    case "hello":
      return { state: next, effect: { do: "hello", req } };
    case "intake":
      return { state: next, effect: { do: "intake", req } };
    case "pull": {
      const round = state.round + 1;
      return {
        state: { ...next, wantsPull: false, round },
        effect: { do: "pull", req, run: state.run, round },
      };
    }
    case "push":
      return beginPush(next, req);
  }
}

function beginPush(state: SyncState, req: number): { state: SyncState; effect: Effect } {
  const again = state.queue.length === 0;
  const mids = again
    ? contiguous(state.waiting, state.batch.mutations)
    : batchOf(sendable(state), state.batch);
  return {
    state: { ...state, sending: mids, asksAgain: false },
    effect: { do: "push", req, mids, again },
  };
}

const sendable = ({ queue, reusedFrom }: SyncState) =>
  reusedFrom === null ? queue : queue.filter((one) => one.mid < reusedFrom);

/** The longest prefix that fits; a single line that is too large is sent alone, for the server to say so. */
export function batchOf(queue: readonly Queued[], limit: SyncState["batch"]): number[] {
  const mids: number[] = [];
  let bytes = BODY_OVERHEAD;
  for (const { mid, size } of queue) {
    bytes += size + LINE_OVERHEAD;
    const isFirst = mids.length === 0;
    if (
      !isFirst &&
      (mids.length >= limit.mutations || bytes > limit.bytes || mid !== (mids.at(-1) ?? 0) + 1)
    )
      break;
    mids.push(mid);
  }
  return mids;
}

function contiguous(mids: readonly number[], most: number): number[] {
  const first = mids[0] ?? 0;
  return mids.filter((mid, n) => mid === first + n).slice(0, most);
}

export function setLane(state: SyncState, kind: Kind, change: Partial<Lane>): SyncState {
  return { ...state, lanes: { ...state.lanes, [kind]: { ...state.lanes[kind], ...change } } };
}

export function setRun(state: SyncState, run: Run | null): SyncState {
  return { ...state, run };
}

function wakeAt(state: SyncState, at: number): number | null {
  const times = (Object.keys(state.lanes) as Kind[])
    .filter(
      (kind) =>
        isDue(state, kind) && state.lanes[kind].req === null && state.lanes[kind].notBefore > at,
    )
    .map((kind) => state.lanes[kind].notBefore);
  return times.length > 0 ? Math.min(...times) : null;
}
