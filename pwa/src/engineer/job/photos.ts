/* The photos of an order as this phone knows them, and where each can be seen: here, or on the server when there is a way to it. */
import type { FileRef } from "../../engines/forms/values";
import type { FilesPort } from "../../forms/run";
import type { Client } from "../../sync/client";
import type { Shown } from "../../sync/model";
import { lookUp, textOf, type Lists } from "../jobs";
import { filesOfForm, type FormFacts } from "./finish";

/** The same object for a photo whenever its row is read anew: its picture must not be opened again for a changed word. */
export function keptRefs(): (row: Shown) => FileRef {
  const kept = new Map<string, FileRef>();
  return (row) => {
    const ref = kept.get(row.id) ?? { id: row.id, sha256: String(row.sha256) };
    kept.set(row.id, ref);
    return ref;
  };
}

/** Oldest first, as they were taken. */
export function photosOf(lists: Lists, order: string): Shown[] {
  const at = (row: Shown): string => textOf(row, "taken_at") ?? "~";
  return lists("attachment")
    .filter((row) => row.work_order_id === order && row.kind === "photo")
    .sort((a, b) => (at(a) < at(b) ? -1 : at(a) > at(b) ? 1 : a.id < b.id ? -1 : 1));
}

/** The small and the large picture of a file; null where there is none to see now. */
export function pictures(client: Client, lists: Lists): [FilesPort, FilesPort] {
  const port = (variant: "thumb" | "screen"): FilesPort => ({
    keep: () => Promise.reject(new Error("Nothing is taken here.")),
    async show(ref) {
      const bytes = await client.photos.get(ref.sha256);
      if (bytes) return URL.createObjectURL(new Blob([bytes], { type: mimeOf(lists, ref) }));
      const row = lookUp(lists, "attachment", ref.id);
      const isThere = row?.state === "ready" && typeof row.width === "number";
      return isThere && navigator.onLine ? `/api/v1/attachments/${ref.id}/${variant}` : null;
    },
  });
  return [port("thumb"), port("screen")];
}

/** Ids of a form's photos and signatures that nobody will ever see as they are: refused, given up, or gone from this phone. */
export async function failedFiles(
  client: Client,
  forms: readonly FormFacts[],
): Promise<ReadonlySet<string>> {
  const lists: Lists = (entity) => client.list(entity);
  const found = new Set<string>();
  for (const ref of forms.flatMap(filesOfForm))
    if (await hasFailed(client, lookUp(lists, "attachment", ref.id), ref)) found.add(ref.id);
  return found;
}

async function hasFailed(client: Client, row: Shown | null, ref: FileRef): Promise<boolean> {
  if (row?.state === "refused") return true;
  if (row?.state === "ready") return false;
  const upload = client.upload(ref.sha256)?.state;
  if (upload === "failed" || upload === "absent") return true;
  return upload !== "sent" && !(await client.photos.has(ref.sha256));
}

const mimeOf = (lists: Lists, ref: FileRef): string =>
  textOf(lookUp(lists, "attachment", ref.id), "mime") ?? "image/jpeg";
