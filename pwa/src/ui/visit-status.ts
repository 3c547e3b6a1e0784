/* Icon and tone of every visit state, and of what stands where one stands. A file of its own: the customers' page
   needs these and not the rest of the table. */
import Ban from "@lucide/icons/icons/ban";
import BellDot from "@lucide/icons/icons/bell-dot";
import Calendar from "@lucide/icons/icons/calendar";
import CalendarCheck from "@lucide/icons/icons/calendar-check";
import CircleCheck from "@lucide/icons/icons/circle-check";
import CirclePause from "@lucide/icons/icons/circle-pause";
import CircleX from "@lucide/icons/icons/circle-x";
import Hourglass from "@lucide/icons/icons/hourglass";
import Send from "@lucide/icons/icons/send";
import Truck from "@lucide/icons/icons/truck";
import Wrench from "@lucide/icons/icons/wrench";
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
