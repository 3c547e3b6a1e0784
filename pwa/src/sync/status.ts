// The one line that tells a person where the phone stands. Words are the screen's.

import type { Eviction } from "./canary";
import type { Readiness } from "./readiness";
import { isDue } from "./plan";
import { KINDS, type SyncState } from "./state";

export type Phase =
  "offline" | "login" | "upgrade" | "revoked" | "stopped" | "syncing" | "retrying" | "idle";
export interface SyncStatus {
  online: boolean;
  phase: Phase;
  /** Acts that the server has not confirmed. */
  pending: number;
  /** Photos and signatures whose bytes are still on their way. */
  files: number;
  lastContactAt: number | null;
  lastPullAt: number | null;
  /** With phase retrying. */
  retryInSeconds: number | null;
  readiness: Readiness;
  /** The first whole answer has not come yet: how many records have. Null as soon as there is anything to show. */
  loading: { records: number } | null;
  /** Only what the day shows has been read so far; the rest is on its way from the disk. */
  isDayOnly: boolean;
  /** Sealed work of people who left this phone, on its way to the office. */
  envelopes: number;
  /** not_persisted, nearly_full. */
  storage: string[];
  /** The browser has thrown away what was kept here; until the person has read it. */
  evicted: Eviction | null;
}

export function statusOf(
  state: SyncState,
  now: number,
): Pick<SyncStatus, "online" | "phase" | "lastContactAt" | "lastPullAt" | "retryInSeconds"> {
  const waits = KINDS.filter((kind) => isDue(state, kind) && state.lanes[kind].req === null).map(
    (kind) => state.lanes[kind].notBefore - now,
  );
  const retry = waits.some((ms) => ms > 0) ? Math.ceil(Math.max(...waits) / 1000) : null;
  const { online, lastContactAt, lastPullAt } = state;
  return { online, lastContactAt, lastPullAt, retryInSeconds: retry, phase: phaseOf(state, retry) };
}

function phaseOf(state: SyncState, retry: number | null): Phase {
  if (state.paused !== null) return state.paused;
  if (!state.online) return "offline";
  if (state.stopped !== null) return "stopped";
  if (KINDS.some((kind) => state.lanes[kind].req !== null)) return "syncing";
  return retry === null ? "idle" : "retrying";
}
