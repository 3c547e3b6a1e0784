/* How an entry of the outbox looks: its icon and the word of its state. */
import ClipboardCheck from "@lucide/icons/icons/clipboard-check";
import ClipboardPen from "@lucide/icons/icons/clipboard-pen";
import Fan from "@lucide/icons/icons/fan";
import GitCompare from "@lucide/icons/icons/git-compare";
import HardHat from "@lucide/icons/icons/hard-hat";
import Image from "@lucide/icons/icons/image";
import KeyRound from "@lucide/icons/icons/key-round";
import MessageSquare from "@lucide/icons/icons/message-square";
import Undo from "@lucide/icons/icons/undo-2";
import type { VisitCommand } from "../../engines/visits/visit";
import { t } from "../../i18n/shared";
import { bareName } from "../../sync/line";
import type { IconType } from "../../ui/Icon.svelte";
import type { SyncState } from "../../ui/status";
import { verbOf } from "../looks";

export function actIcon(name: string): IconType {
  const bare = bareName(name);
  if (bare === "visit.revert") return Undo;
  if (bare === "visit.edit") return ClipboardPen;
  if (bare === "site.edit") return KeyRound;
  if (bare === "comment.add") return MessageSquare;
  if (bare === "conflict.resolve") return GitCompare;
  if (bare === "attachment.add" || bare === "attachment.edit") return Image;
  if (bare === "submission.save") return ClipboardCheck;
  if (bare === "work_order.take_on") return HardHat;
  if (bare === "asset.add" || bare === "work_order.edit") return Fan;
  return verbOf(bare as VisitCommand).icon;
}

export function syncWord(
  state: SyncState,
  seconds: number | null = null,
  share: number | null = null,
): string {
  const words = t().sync;
  const percent = share === null ? "" : `${Math.round(share * 100)}\u2009%`;
  switch (state) {
    case "sending":
      return words.sending(percent);
    case "held":
      return words.held(percent);
    case "retry":
      return words.retry(seconds ?? 0);
    default:
      return words[state];
  }
}
