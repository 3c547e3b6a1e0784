/* How a job looks: chips, icons and times in the words of this person. The one place where the engineer's
   screens meet words, status looks and zones. */
import ArrowRight from "@lucide/icons/icons/arrow-right";
import Ban from "@lucide/icons/icons/ban";
import CalendarCheck from "@lucide/icons/icons/calendar-check";
import CheckCheck from "@lucide/icons/icons/check-check";
import CirclePause from "@lucide/icons/icons/circle-pause";
import CirclePlay from "@lucide/icons/icons/circle-play";
import CircleX from "@lucide/icons/icons/circle-x";
import MapPinCheck from "@lucide/icons/icons/map-pin-check";
import Truck from "@lucide/icons/icons/truck";
import type { VisitCommand } from "../engines/visits/visit";
import { w } from "../i18n/engineer";
import { clock } from "../i18n/format";
import { t } from "../i18n/shared";
import type { IconType } from "../ui/Icon.svelte";
import { orderStatus, visitStatus, type Look } from "../ui/status";
import { textOf, type Job } from "./jobs";
import { ownZone } from "../i18n/own_zone";

export function statusOf(job: Job): Look & { word: string } {
  if (job.status === "dispatched") return { ...orderStatus.to_accept, word: t().order.to_accept };
  if (job.status === "done" && job.visit.outcome === "needs_parts")
    return { ...orderStatus.waiting_parts, word: t().order.waiting_parts };
  return { ...visitStatus[job.status], word: t().visit[job.status] };
}

export const timeOf = (at: string | null, zone: string): string => (at ? clock(at, zone) : "");

/** "13:00–14:00", or nothing when one of them is not known. */
export function spanOf(job: Job, from: string, until: string): [string, string] | null {
  const [a, b] = [textOf(job.visit, from), textOf(job.visit, until)];
  return a && b ? [timeOf(a, job.zone), timeOf(b, job.zone)] : null;
}

/** Names the zone only where the person could be misled: the site's is not the phone's. */
export function foreignZone(job: Job): string | null {
  return job.zone === ownZone()
    ? null
    : (job.zone.split("/").at(-1)?.replaceAll("_", " ") ?? job.zone);
}

const VERB_ICON: Partial<Record<VisitCommand, IconType>> = {
  "visit.accept": CalendarCheck,
  "visit.travel": Truck,
  "visit.arrive": MapPinCheck,
  "visit.pause": CirclePause,
  "visit.resume": CirclePlay,
  "visit.complete": CheckCheck,
  "visit.cannot_complete": CircleX,
  "visit.decline": Ban,
};

export function verbOf(command: VisitCommand): { word: string; icon: IconType } {
  const words: Partial<Record<VisitCommand, string>> = {
    "visit.accept": w().job.accept,
    "visit.travel": w().job.depart,
    "visit.arrive": w().job.arrive,
    "visit.pause": w().job.pause,
    "visit.resume": w().job.resume,
    "visit.complete": w().job.complete,
    "visit.cannot_complete": w().job.cannotComplete,
    "visit.decline": w().job.decline,
  };
  return { word: words[command] ?? "", icon: VERB_ICON[command] ?? ArrowRight };
}
