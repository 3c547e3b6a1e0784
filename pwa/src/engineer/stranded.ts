/* Words that were typed for something this phone no longer has: findings become an act by themselves (the server keeps
   them as a late comment), what was never meant to be sent by itself is shown to its writer. */
import { StoreError } from "../store/database";
import type { Client } from "../sync/client";
import { countDrafts, isHeld } from "./draft.svelte";
import type { VisitState } from "../engines/visits/visit";
import { draftOf, partsOfKey, visitOfKey } from "./drafts";
import { fileActs, keptOf, saveAct } from "./form/handing_in";
import { partsOfForm } from "./form/units";
import { isOver } from "./jobs";

/** Only after a whole pull: before it nobody knows what has left. */
export async function settleFindings(client: Client, me: string): Promise<void> {
  // One tab at a time: the second finds nothing left.
  if (typeof navigator.locks === "object")
    await navigator.locks.request("callout-stranded", () => settleAll(client, me));
  else await settleAll(client, me);
}

async function settleAll(client: Client, me: string): Promise<void> {
  for (const { key } of await client.drafts.keys()) {
    const visit = visitOfKey(key);
    const form = partsOfForm(key)?.visit;
    if (isHeld(key)) continue;
    if (visit && !isMine(client, visit, me)) await settleOne(client, key, visit);
    if (form && !isMine(client, form, me)) await settleForm(client, key);
  }
  await countDrafts(client);
}

/** The act and the end of its words are one step: a death in between would say them twice. */
async function settleOne(client: Client, key: string, visit: string): Promise<void> {
  const draft = await client.drafts.get(key);
  if (!draft) return;
  const spends = { key, stamp: draft.stamp, isAll: true };
  const findings = draftOf(draft.value)?.text.trim();
  if (!findings) return void (await client.drafts.drop(spends));
  const act = {
    name: "visit.edit",
    entity: "visit",
    entity_id: visit,
    args: { set: { findings } },
  };
  try {
    await client.mutate({ ...act, spends });
  } catch (error) {
    // Somebody types in them in another tab right now: the next pull settles what there is by then.
    if (!(error instanceof StoreError && error.kind === "stale")) throw error;
  }
}

/** Answers for a visit that has left are facts too: handed in as they stand, the server marks them late. */
async function settleForm(client: Client, key: string): Promise<void> {
  const draft = await client.drafts.get(key);
  if (!draft) return;
  const spends = { key, stamp: draft.stamp, isAll: true };
  const kept = keptOf(draft.value);
  if (!kept) return void (await client.drafts.drop(spends));
  const attached = new Set(client.list("attachment").map((row) => row.id));
  try {
    const after: number[] = [];
    for (const act of fileActs(kept, attached)) after.push((await client.mutate(act)).mid);
    await client.mutate(saveAct(kept, false, after, spends));
  } catch (error) {
    if (!(error instanceof StoreError && error.kind === "stale")) throw error;
  }
}

function isMine(client: Client, visit: string, me: string): boolean {
  const row = client.list("visit").find((one) => one.id === visit);
  return (
    row !== undefined &&
    row.engineer_id === me &&
    row.is_detached !== true &&
    !isOver({ status: row.status as VisitState })
  );
}

export interface StrandedText {
  key: string;
  stamp: string;
  text: string;
}

/** Texts whose order or site is not on this phone. */
export async function strandedTexts(client: Client): Promise<StrandedText[]> {
  const found: StrandedText[] = [];
  for (const { key } of await client.drafts.keys()) {
    const { what, id } = partsOfKey(key);
    const entity = what === "comment" ? "work_order" : what === "access" ? "site" : null;
    if (!entity || isHeld(key) || client.list(entity).some((row) => row.id === id)) continue;
    const draft = await client.drafts.get(key);
    if (!draft) continue;
    const { stamp } = draft;
    const text = draftOf(draft.value)?.text.trim();
    if (text) found.push({ key, stamp, text });
    else await client.drafts.drop({ key, stamp });
  }
  return found;
}
