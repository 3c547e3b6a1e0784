/* Icon and tone of every visit state, SLA state and sync state: the one table that phone and desk draw from.
   Words are not here: they come from i18n under the same keys. */
import ArrowUp from "@lucide/svelte/icons/arrow-up";
import Ban from "@lucide/svelte/icons/ban";
import BellDot from "@lucide/svelte/icons/bell-dot";
import Calendar from "@lucide/svelte/icons/calendar";
import CalendarCheck from "@lucide/svelte/icons/calendar-check";
import Check from "@lucide/svelte/icons/check";
import CircleAlert from "@lucide/svelte/icons/circle-alert";
import CircleCheck from "@lucide/svelte/icons/circle-check";
import CirclePause from "@lucide/svelte/icons/circle-pause";
import CircleX from "@lucide/svelte/icons/circle-x";
import Clock from "@lucide/svelte/icons/clock";
import GitCompare from "@lucide/svelte/icons/git-compare";
import Hourglass from "@lucide/svelte/icons/hourglass";
import RotateCw from "@lucide/svelte/icons/rotate-cw";
import Send from "@lucide/svelte/icons/send";
import Smartphone from "@lucide/svelte/icons/smartphone";
import Timer from "@lucide/svelte/icons/timer";
import TimerOff from "@lucide/svelte/icons/timer-off";
import Truck from "@lucide/svelte/icons/truck";
import Wrench from "@lucide/svelte/icons/wrench";
import type { IconType } from "./Icon.svelte";

export type Tone = "new" | "planned" | "active" | "waiting" | "done" | "late" | "off";
export interface Look {
  icon: IconType;
  tone: Tone;
}

/** The nine states of the visit machine. */
export const visitStatus = {
  planned: { icon: Calendar, tone: "planned" },
  dispatched: { icon: Send, tone: "planned" },
  accepted: { icon: CalendarCheck, tone: "planned" },
  travelling: { icon: Truck, tone: "active" },
  on_site: { icon: Wrench, tone: "active" },
  paused: { icon: CirclePause, tone: "waiting" },
  done: { icon: CircleCheck, tone: "done" },
  cannot_complete: { icon: CircleX, tone: "off" },
  cancelled: { icon: Ban, tone: "off" },
} as const satisfies Record<string, Look>;
export type VisitState = keyof typeof visitStatus;

/** What is not a visit state but stands where one stands. `to_accept` is dispatched, seen by its own engineer. */
export const orderStatus = {
  to_accept: { icon: BellDot, tone: "new" },
  waiting_parts: { icon: Hourglass, tone: "waiting" },
} as const satisfies Record<string, Look>;

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
