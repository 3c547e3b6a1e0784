/* How a message's state and channel look and read. A state or channel of a newer server shows its own name. */
import Ban from "@lucide/svelte/icons/ban";
import BellOff from "@lucide/svelte/icons/bell-off";
import Check from "@lucide/svelte/icons/check";
import CheckCheck from "@lucide/svelte/icons/check-check";
import CircleAlert from "@lucide/svelte/icons/circle-alert";
import CircleQuestionMark from "@lucide/svelte/icons/circle-question-mark";
import Clock from "@lucide/svelte/icons/clock";
import Inbox from "@lucide/svelte/icons/inbox";
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

type Told = { state: string; channel: string };
/** The outbox only keeps a message: nobody has it until the office passes it on. */
const isKept = ({ state, channel }: Told): boolean => channel === "outbox" && state === "sent";

export const noticeLook = (one: Told): Look =>
  isKept(one)
    ? { icon: Inbox, tone: "waiting" }
    : (LOOKS[one.state] ?? { icon: CircleQuestionMark, tone: "waiting" });
export const noticeWord = (one: Told): string =>
  isKept(one)
    ? w().messages.kept
    : ((w().messages.states as Record<string, string>)[one.state] ?? one.state);
export const byWord = (channel: string): string =>
  (w().messages.by as Record<string, string>)[channel] ?? channel;
