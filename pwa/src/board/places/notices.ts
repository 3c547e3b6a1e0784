/* How a message's state and channel look and read. A state or channel of a newer server shows its own name. */
import Ban from "@lucide/svelte/icons/ban";
import BellOff from "@lucide/svelte/icons/bell-off";
import Check from "@lucide/svelte/icons/check";
import CheckCheck from "@lucide/svelte/icons/check-check";
import CircleAlert from "@lucide/svelte/icons/circle-alert";
import CircleQuestionMark from "@lucide/svelte/icons/circle-question-mark";
import Clock from "@lucide/svelte/icons/clock";
import { w } from "../../i18n/board";
import type { Look } from "../../ui/status";

const LOOKS: Record<string, Look> = {
  waiting: { icon: Clock, tone: "off" },
  sent: { icon: Check, tone: "done" },
  delivered: { icon: CheckCheck, tone: "done" },
  failed: { icon: CircleAlert, tone: "late" },
  unknown: { icon: CircleQuestionMark, tone: "waiting" },
  withdrawn: { icon: Ban, tone: "off" },
  not_wanted: { icon: BellOff, tone: "off" },
};

export const noticeLook = (state: string): Look =>
  LOOKS[state] ?? { icon: CircleQuestionMark, tone: "waiting" };
export const noticeWord = (state: string): string =>
  (w().messages.states as Record<string, string>)[state] ?? state;
export const byWord = (channel: string): string =>
  (w().messages.by as Record<string, string>)[channel] ?? channel;
