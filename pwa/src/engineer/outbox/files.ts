/* Where the bytes of a photo or signature stand: its act may be delivered while they are still on their way. Pure. */
import type { OutboxItem } from "../../sync/outbox_view";
import type { Shown } from "../../sync/model";
import type { Phase } from "../../sync/status";
import type { Upload } from "../../sync/uploads";
import { bareName } from "../../sync/line";
import type { SyncState } from "../../ui/status";

/** Why a file needs a person: it did not get through, its bytes are gone from this phone, the server cannot show it. */
export type FileTrouble = "failed" | "gone" | "refused";
export interface FileState {
  state: SyncState;
  share: number;
  trouble: FileTrouble | null;
}

/** Null when the item is no file, its act is not delivered yet, or its bytes have arrived. */
export function fileStateOf(
  item: Pick<OutboxItem, "name" | "delivered_at">,
  row: Shown | undefined,
  upload: Upload | null,
  phase: Phase,
): FileState | null {
  if (bareName(item.name) !== "attachment.add" || item.delivered_at === null) return null;
  if (row?.state === "refused") return troubled("refused", 1);
  if (row?.state !== "missing" || upload?.state === "sent") return null;
  const share = upload?.share ?? 0;
  if (upload?.state === "failed") return troubled("failed", share);
  if (upload?.state === "absent") return troubled("gone", 0);
  if (phase !== "idle" && phase !== "syncing")
    return { state: share > 0 ? "held" : "on_device", share, trouble: null };
  return { state: upload?.state === "sending" ? "sending" : "queued", share, trouble: null };
}

const troubled = (trouble: FileTrouble, share: number): FileState => ({
  state: "attention",
  share,
  trouble,
});
