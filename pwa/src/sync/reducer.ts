// The sync core: step(state, event) → {state, effects}. Pure: no clock, no chance, no storage, no network. The same code runs in the
// browser and under node in the simulator. Every event ends by planning what may begin now.

import { failed } from "./failures";
import { plan, setLane } from "./plan";
import {
  type Effect,
  type Happening,
  type Kind,
  type Next,
  type SyncEvent,
  type SyncState,
} from "./state";

export function step(state: SyncState, event: SyncEvent): Next {
  if (isLate(state, event)) return { state, effects: [] };
  const after = happen(state, event);
  const planned = plan(after.state, event.at);
  return { state: planned.state, effects: [...after.effects, ...planned.effects] };
}

const KIND_OF: Partial<Record<Happening["t"], Kind>> = {
  hello_ok: "hello",
  page: "pull",
  nothing: "pull",
  staged: "pull",
  committed: "pull",
  push_ok: "push",
  acknowledged: "push",
  intake_ok: "intake",
};

/** A reply that came twice, or to a request that was given up. */
function isLate(state: SyncState, event: SyncEvent): boolean {
  if (!("req" in event)) return false;
  const kind = "kind" in event ? event.kind : KIND_OF[event.t];
  return kind !== undefined && state.lanes[kind].req !== event.req;
}

function happen(state: SyncState, event: SyncEvent): Next {
  switch (event.t) {
    case "start":
      return only(start(state, event));
    case "online":
      return only(fresh({ ...state, online: true, wantsPull: true }, event.at));
    case "offline":
      return only({ ...state, online: false });
    case "visible":
      return only(fresh({ ...state, visible: true, wantsPull: true }, event.at));
    case "hidden":
      return only({ ...state, visible: false });
    case "login":
      return only(login(state, event.at));
    case "poke":
    case "gap":
      return only({ ...state, wantsPull: true });
    case "timer":
      return only(state);
    case "tick":
      return only({ ...state, wantsPull: true, asksAgain: state.waiting.length > 0 });
    case "saved":
      return only(saved(state, event.mid, event.size));
    case "queue":
      return only(requeued(state, event));
    case "hello_ok":
      return helloOk(state, event);
    case "page":
      return page(state, event);
    case "nothing":
      return {
        state: contact(state, event.at),
        effects: [{ do: "commitNothing", req: event.req, seq: event.seq, round: state.round }],
      };
    case "staged":
      return only(staged(state));
    case "committed":
      return only({ ...done(state, "pull"), run: null, lastPullAt: event.at });
    case "push_ok":
      return pushOk(state, event);
    case "acknowledged":
      return acknowledged(state, event);
    case "repaired":
      return repaired(state, event);
    case "sealed":
      return only({
        ...state,
        envelopes: event.envelopes,
        queue: state.paused === "revoked" ? [] : state.queue,
      });
    case "intake_ok":
      return only({ ...done(contact(state, event.at), "intake"), envelopes: event.left });
    case "failed":
      return failed(state, event.kind, event.failure, event);
  }
}

type Of<T extends Happening["t"]> = Extract<SyncEvent, { t: T }>;
const only = (state: SyncState): Next => ({ state, effects: [] });
const contact = (state: SyncState, at: number): SyncState => ({ ...state, lastContactAt: at });
const done = (state: SyncState, kind: Kind): SyncState =>
  setLane(state, kind, { req: null, failures: 0, notBefore: 0 });

function start(
  state: SyncState,
  { queue, waiting, head, epoch, run, envelopes, online, visible }: Of<"start">,
): SyncState {
  return {
    ...state,
    started: true,
    queue,
    waiting,
    head,
    epoch,
    run,
    envelopes,
    online,
    visible,
    wantsPull: true,
  };
}

/** A sign of life ends the waiting after failed attempts; a server that named a time (Retry-After) is still obeyed by `later`. */
function fresh(state: SyncState, at: number): SyncState {
  return (["hello", "pull", "push", "intake"] as const).reduce(
    (next, kind) =>
      next.lanes[kind].failures > 0 && next.lanes[kind].notBefore > at && !isOrdered(next, kind, at)
        ? setLane(next, kind, { notBefore: at })
        : next,
    state,
  );
}

/** Longer than any backoff of ours at this count of failures: the server has asked for it. */
function isOrdered(state: SyncState, kind: Kind, at: number): boolean {
  return (
    state.lanes[kind].notBefore - at > Math.min(300_000, 1_000 * 2 ** state.lanes[kind].failures)
  );
}

function login(state: SyncState, at: number): SyncState {
  if (state.paused === "revoked") return state;
  return fresh({ ...state, paused: null, greeted: false, wantsPull: true, stopped: null }, at);
}

function saved(state: SyncState, mid: number, size: number): SyncState {
  if (state.queue.some((one) => one.mid === mid)) return state;
  return {
    ...state,
    queue: [...state.queue, { mid, size }].sort((a, b) => a.mid - b.mid),
    head: Math.max(state.head, mid),
  };
}

/** The store is the truth about the queue: another tab may have saved or sent. */
function requeued(
  state: SyncState,
  { queue, waiting, head }: Pick<Of<"queue">, "queue" | "waiting" | "head">,
): SyncState {
  return { ...state, queue, waiting, head };
}

function helloOk(state: SyncState, event: Of<"hello_ok">): Next {
  const met = {
    ...contact(state, event.at),
    batch: { mutations: event.mutations, bytes: event.bytes },
  };
  if (event.epoch !== state.epoch)
    return mend(
      met,
      "hello",
      event.req,
      { how: "epoch", epoch: event.epoch },
      event.server_last_mid,
    );
  return greet(met, event.req, event.server_last_mid);
}

function greet(state: SyncState, req: number, serverLastMid: number): Next {
  const spoilt = serverLastMid > state.head;
  if (spoilt && state.queue.length === 0) return mend(state, "hello", req, { how: "device" });
  return only({ ...done(state, "hello"), greeted: true, spoilt, wantsPull: true });
}

function mend(
  state: SyncState,
  kind: Kind,
  req: number,
  repair: Extract<Effect, { do: "repair" }>["repair"],
  serverLastMid = 0,
): Next {
  return {
    state: { ...state, spoilt: state.spoilt || serverLastMid > state.head },
    effects: [{ do: "repair", kind, req, repair }],
  };
}

function page(state: SyncState, { req, page: got, at }: Of<"page">): Next {
  const run = state.run ?? { id: `run-${at}-${req}`, pages: 0, cookies: {} };
  const next = contact(state, at);
  if (!got.more)
    return {
      state: next,
      effects: [
        { do: "commitGeneration", req, run: state.run?.id ?? null, round: state.round, page: got },
      ],
    };
  const records = (run.records ?? 0) + got.rows.length;
  const longer = { ...run, pages: run.pages + 1, cookies: got.cookies, records };
  return {
    state: { ...next, run: longer },
    effects: [{ do: "persistPage", req, run: run.id, number: run.pages, page: got }],
  };
}

/** The next page of the same run: the round stays, because what counts is when the run was begun. */
function staged(state: SyncState): SyncState {
  return { ...done(state, "pull"), wantsPull: true, round: state.round - 1 };
}

function pushOk(state: SyncState, event: Of<"push_ok">): Next {
  if (event.epoch !== null && event.epoch !== state.epoch && state.epoch !== null) {
    return failed(state, "push", { status: 412, code: "epoch_changed" }, event);
  }
  const { req, through, answers } = event;
  const effect: Effect = {
    do: "acknowledge",
    req,
    sent: state.sending,
    through,
    answers,
    round: state.round,
  };
  const news = answers.filter(
    (answer) =>
      answer.sentence !== null || answer.state === "parked" || answer.state === "conflict",
  );
  const notice: Effect[] =
    news.length > 0 ? [{ do: "notify", what: "answered", answers: news }] : [];
  return { state: contact(state, event.at), effects: [effect, ...notice] };
}

function acknowledged(state: SyncState, event: Of<"acknowledged">): Next {
  const moved = event.queue[0]?.mid !== state.sending[0];
  const freed = moved
    ? done(state, "push")
    : setLane(state, "push", {
        req: null,
        failures: state.lanes.push.failures + 1,
        notBefore: event.at + 1_000,
      });
  const next = { ...requeued(freed, event), sending: [], wantsPull: true };
  if (isSpent(next))
    return mend(setLane(next, "push", { req: event.req }), "push", event.req, { how: "device" });
  return only(next);
}

/** What could be sent under this device's numbers has been. */
function isSpent({ spoilt, reusedFrom, queue }: SyncState): boolean {
  const [first] = queue;
  return first === undefined
    ? spoilt || reusedFrom !== null
    : reusedFrom !== null && first.mid >= reusedFrom;
}

function repaired(state: SyncState, event: Of<"repaired">): Next {
  const { kind, req, how } = event;
  const next = requeued(state, event);
  if (how === "resend" && !event.ok) return mend(next, kind, req, { how: "device" });
  const free = setLane(next, kind, { req: null });
  switch (how) {
    case "device":
      return only({ ...free, greeted: false, spoilt: false, reusedFrom: null, wantsPull: true });
    // Requests of the old history that are still under way are given up: their replies must not count.
    case "epoch":
      return inEpoch({ ...giveUp(next), epoch: event.epoch ?? null, run: null }, req);
    default:
      return only({ ...free, wantsPull: true });
  }
}

/** The hello that told us of the new history is complete only now. */
function inEpoch(state: SyncState, req: number): Next {
  if (state.spoilt && state.queue.length === 0) return mend(state, "hello", req, { how: "device" });
  return only({ ...done(state, "hello"), greeted: true, wantsPull: true });
}

function giveUp(state: SyncState): SyncState {
  return (["pull", "push"] as const).reduce<SyncState>(
    (next, kind) => setLane(next, kind, { req: null, notBefore: 0 }),
    { ...state, sending: [] },
  );
}
