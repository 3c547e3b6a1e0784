/* How an order looks in a list: icon and tone of its status, of its priority, of the way it came. The words of the
   status are the server's; only icon and tone are chosen here, by the visit's state and the order's category. */
import Ban from "@lucide/icons/icons/ban";
import ChevronUp from "@lucide/icons/icons/chevron-up";
import ChevronsUp from "@lucide/icons/icons/chevrons-up";
import CircleCheck from "@lucide/icons/icons/circle-check";
import CircleDot from "@lucide/icons/icons/circle-dot";
import Equal from "@lucide/icons/icons/equal";
import Globe from "@lucide/icons/icons/globe";
import HardHat from "@lucide/icons/icons/hard-hat";
import Hourglass from "@lucide/icons/icons/hourglass";
import Mail from "@lucide/icons/icons/mail";
import Minus from "@lucide/icons/icons/minus";
import Phone from "@lucide/icons/icons/phone";
import Plus from "@lucide/icons/icons/plus";
import QrCode from "@lucide/icons/icons/qr-code";
import RotateCcw from "@lucide/icons/icons/rotate-ccw";
import Webhook from "@lucide/icons/icons/webhook";
import type { Category, Channel, Priority } from "../../api/views";
import type { IconType } from "../../ui/Icon.svelte";
import { visitStatus, type Look, type VisitState } from "../../ui/status";

const BY_CATEGORY: Record<Category, Look> = {
  new: { icon: Plus, tone: "new" },
  scheduled: visitStatus.planned,
  in_progress: { icon: CircleDot, tone: "active" },
  waiting: { icon: Hourglass, tone: "waiting" },
  done: { icon: CircleCheck, tone: "done" },
  cancelled: { icon: Ban, tone: "off" },
};

export const visitLook = (status: string): Look =>
  visitStatus[status as VisitState] ?? visitStatus.planned;

/** The order's chip: as its visit while one is under way, else as its category. */
export function orderLook(category: Category, visit: { status: string } | null | undefined): Look {
  if (category === "scheduled" || category === "in_progress") return visitLook(visit?.status ?? "");
  if (category === "waiting" && visit?.status === "paused") return visitStatus.paused;
  if (category === "new" && visit?.status === "cannot_complete")
    return { icon: RotateCcw, tone: "waiting" };
  return BY_CATEGORY[category];
}

export const PRIORITY: Record<Priority, IconType> = {
  P1: ChevronsUp,
  P2: ChevronUp,
  P3: Equal,
  P4: Minus,
};

export const CHANNEL: Record<Channel, IconType> = {
  phone: Phone,
  web: Globe,
  qr: QrCode,
  email: Mail,
  api: Webhook,
  engineer: HardHat,
};
