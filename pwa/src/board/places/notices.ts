/* How a message's state and channel look and read. A state or channel of a newer server shows its own name. */
import Ban from "@lucide/icons/icons/ban";
import BellOff from "@lucide/icons/icons/bell-off";
import Check from "@lucide/icons/icons/check";
import CheckCheck from "@lucide/icons/icons/check-check";
import CircleAlert from "@lucide/icons/icons/circle-alert";
import CircleQuestionMark from "@lucide/icons/icons/circle-question-mark";
import Clock from "@lucide/icons/icons/clock";
import Inbox from "@lucide/icons/icons/inbox";
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
/** smsc_000b and push_413 name what the other side said; one sentence speaks for all of them. */
const NUMBERED = /^(smsc|push)_[0-9a-f]+$/;

/** Why it failed, or why nobody knows, and what to do about it; a code of a newer server shows itself. */
export function whyOf(code: string): { text: string; detail: string | null } {
  const words = w().messages.failures as Record<string, string>;
  const known = words[NUMBERED.exec(code)?.[1] ?? code];
  const isBare = known !== undefined && !NUMBERED.test(code);
  return { text: known ?? words.other ?? code, detail: isBare ? null : w().messages.code(code) };
}
export const outcomeWord = (outcome: string): string =>
  (w().messages.outcomes as Record<string, string>)[outcome] ?? outcome;
export const byWord = (channel: string): string =>
  (w().messages.by as Record<string, string>)[channel] ?? channel;
