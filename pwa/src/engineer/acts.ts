/* Doing: an act is stored, shown, and offered to be undone while that makes sense. Owns the toast of an act and the
   order of edit before completion; whether an act is possible was asked of the machine before. */
import { w } from "../i18n/engineer";
import { t } from "../i18n/shared";
import type { VisitCommand } from "../engines/visits/visit";
import { StoreError } from "../store/database";
import type { Spends } from "../store/drafts";
import type { Tag } from "../forms/run";
import { uuid7 } from "../session/device";
import type { Args } from "../sync/line";
import type { Act } from "../sync/mutate";
import { toast } from "../ui/toast.svelte";
import { actSentence } from "./outbox/sentences";
import { phone } from "./phone.svelte";
import { isUndoable } from "./verbs";

/** Throws when this phone could not store it; then nothing was done and a toast says so. */
export async function perform(act: Act): Promise<number> {
  try {
    if (!phone.client) throw new Error("No store is open.");
    return (await phone.client.mutate(act)).mid;
  } catch (error) {
    const kind = error instanceof StoreError ? error.kind : null;
    toast.error(kind === "full" ? w().acts.failed : w().acts.notKept);
    throw error;
  }
}

const edit = (entity: string, id: string, set: Args, spends?: Spends): Promise<number> =>
  perform({ name: `${entity}.edit`, entity, entity_id: id, args: { set }, spends });

export const writeFindings = async (
  visit: string,
  findings: string | null,
  spends?: Spends,
): Promise<{ mid: number }> => ({ mid: await edit("visit", visit, { findings }, spends) });

export async function writeAccess(
  site: string,
  access_notes: string | null,
  spends?: Spends,
): Promise<void> {
  await edit("site", site, { access_notes }, spends);
  toast.show(w().acts.saved(w().acts.accessNotes));
}

export async function addComment(order: string, text: string, spends?: Spends): Promise<void> {
  const id = uuid7();
  await perform({
    name: "comment.add",
    entity: "comment",
    entity_id: id,
    args: { work_order_id: order, text },
    spends,
  });
}

/** What a photo shows: the state before the work or after it; null: neither. */
export const tagPhoto = (photo: string, tag: Tag | null): Promise<number> =>
  edit("attachment", photo, { tag });

/** The customer had named the wrong unit: the order is about this one from now on. */
export const switchUnit = (order: string, asset_id: string): Promise<number> =>
  edit("work_order", order, { asset_id });

/** A unit that nobody knew stands on site: the same model until the office says otherwise. Answers its id. */
export async function addUnit(args: {
  product_id: string;
  customer_id: string;
  site_id: string;
  serial: string;
}): Promise<string> {
  const id = uuid7();
  await perform({ name: "asset.add", entity: "asset", entity_id: id, args });
  return id;
}

export async function choose(conflict: string, args: Args): Promise<void> {
  await perform({ name: "conflict.resolve", entity: "conflict", entity_id: conflict, args });
}

/** One step of a visit; the toast takes it back. */
export async function takeStep(
  visit: string,
  command: VisitCommand,
  args: Args = {},
  after: number[] = [],
): Promise<void> {
  await perform({ name: command, entity: "visit", entity_id: visit, args, after });
  const said = actSentence(command, args, w().acts);
  toast.show(w().acts.saved(said), {
    word: t().act.undo,
    act: () => void undo(visit),
    isPossible: async () => {
      const [seen, me] = [await phone.client?.get("visit", visit), phone.person?.id ?? ""];
      return isUndoable(seen ?? null, command, me);
    },
  });
}

async function undo(visit: string): Promise<void> {
  await perform({ name: "visit.revert", entity: "visit", entity_id: visit, args: {} });
  toast.show(w().acts.undone);
}

/** Edits of this visit that are still in the outbox: completing must wait for them, never overtake them. */
export function unsentEdits(visit: string): number[] {
  const items = phone.client?.outbox() ?? [];
  return items
    .filter(
      (item) =>
        item.delivered_at === null &&
        ((item.entity_id === visit && /^visit\.edit\b/.test(item.name)) ||
          (item.args.visit_id === visit && /^submission\.save\b/.test(item.name))),
    )
    .map((item) => item.mid);
}

export async function complete(
  visit: string,
  outcome: string,
  written: readonly (number | null)[],
): Promise<void> {
  const after = new Set([...unsentEdits(visit), ...written.filter((mid) => mid !== null)]);
  await takeStep(visit, "visit.complete", { outcome }, [...after]);
}
