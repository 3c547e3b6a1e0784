// The only write of this product: an act becomes a numbered, immutable line in the outbox and is shown, before any screen may say
// "saved" (PROTOCOL 11.1). It judges nothing; a screen asks the engines first, the server decides last.

import { append } from "../store/outbox";
import type { Spends } from "../store/drafts";
import { readFacts } from "../store/session";
import type { Json } from "../store/rows";
import { canonical, type Args, type Mutation } from "./line";
import type { Model } from "./model";

export interface Act {
  /** `visit.complete`, or with its version `visit.complete@2`; 1 when it has none. */
  name: string;
  entity: string;
  entity_id: string;
  args: Args;
  template?: Json;
  /** Blobs that must have arrived before this act is complete. */
  deps?: string[];
  /** Numbers of acts without which this one must wait. */
  after?: number[];
  /** The draft whose words this act carries: it ends with the act, in one transaction. */
  spends?: Spends | undefined;
}
export interface Saved {
  mid: number;
  id: string;
}
export interface MutateOptions {
  now: () => number;
  tz: () => string;
  newId: () => string;
}

export async function mutate(
  model: Model,
  act: Act,
  options: MutateOptions,
): Promise<Saved & { size: number }> {
  if (!act.entity_id) throw new Error(`${act.name} names no ${act.entity}`);
  const { session } = model;
  const id = options.newId();
  const { anchor, device } = await readFacts(session);
  const after = [...new Set([...(act.after ?? []), ...model.makersOf(act, device)])];
  const clock = { wall_at: new Date(options.now()).toISOString(), tz: options.tz(), anchor };
  const whole = (mid: number): Mutation => ({
    mid,
    id,
    name: act.name.includes("@") ? act.name : `${act.name}@1`,
    entity: act.entity,
    entity_id: act.entity_id,
    base_version: model.version(act.entity, act.entity_id),
    args: act.args,
    clock,
    ...(act.template !== undefined && { template: act.template }),
    ...(act.deps?.length && { deps: act.deps }),
    ...(after.length && { after }),
  });
  const line = await append(session, (mid) => canonical(whole(mid)), act.spends);
  await model.add(line);
  return { mid: line.mid, id, size: line.size };
}
