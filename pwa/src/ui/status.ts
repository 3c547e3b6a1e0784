/* Icon and tone of every visit state, SLA state and sync state: the one table that phone and desk draw from.
   Words are not here: they come from i18n under the same keys. */
import ArrowUp from "@lucide/icons/icons/arrow-up";
import Check from "@lucide/icons/icons/check";
import CircleAlert from "@lucide/icons/icons/circle-alert";
import CirclePause from "@lucide/icons/icons/circle-pause";
import Clock from "@lucide/icons/icons/clock";
import GitCompare from "@lucide/icons/icons/git-compare";
import RotateCw from "@lucide/icons/icons/rotate-cw";
import Smartphone from "@lucide/icons/icons/smartphone";
import Timer from "@lucide/icons/icons/timer";
import TimerOff from "@lucide/icons/icons/timer-off";
import type { Look } from "./visit-status";

export * from "./visit-status";

export const slaStatus = {
  plenty: { icon: Timer, tone: "off" },
  soon: { icon: Timer, tone: "waiting" },
  over: { icon: TimerOff, tone: "late" },
} as const satisfies Record<string, Look>;
export type SlaState = keyof typeof slaStatus;

/** The one vocabulary of sync. `held` is an upload stopped part-way by the loss of the network. */
export const syncStatus = {
  on_device: { icon: Smartphone, tone: "off" },
  queued: { icon: Clock, tone: "off" },
  sending: { icon: ArrowUp, tone: "active" },
  held: { icon: CirclePause, tone: "off" },
  retry: { icon: RotateCw, tone: "waiting" },
  delivered: { icon: Check, tone: "done" },
  uploaded: { icon: Check, tone: "done" },
  compare: { icon: GitCompare, tone: "waiting" },
  attention: { icon: CircleAlert, tone: "late" },
} as const satisfies Record<string, Look>;
export type SyncState = keyof typeof syncStatus;
