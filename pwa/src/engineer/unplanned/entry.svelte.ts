/* The job that is being entered, kept at every letter, so that it is there again after a dead battery. Owns the draft `unplanned:new`. */
import { uuid7 } from "../../session/device";
import { StoreError } from "../../store/database";
import type { Json } from "../../store/rows";
import type { Client } from "../../sync/client";
import { bareName } from "../../sync/line";
import { perform } from "../acts";
import { countDrafts, hold, letGo } from "../draft.svelte";
import { UNPLANNED_KEY } from "../drafts";
import { Keeper } from "../form/keeper";
import { lookUp, textOf, type Lists } from "../jobs";
import { enteredFrom } from "./again";
import {
  argsOf,
  blank,
  contactAt,
  enteredOf,
  isUntouched,
  missingOf,
  NONE,
  saidIn,
  type Entered,
  type Missing,
} from "./entered";

export class Entry {
  now = $state.raw<Entered>(blank(uuid7));
  isReady = $state(false);
  isRestored = $state(false);
  fault = $state<StoreError["kind"] | null>(null);
  /** Another window has changed these words, or taken them on. */
  isParted = $state(false);
  hasAsked = $state(false);
  readonly missing = $derived(missingOf(this.now));
  private stamp: string | null = null;
  private readonly keeper: Keeper<Entered>;

  constructor(
    private readonly client: Client,
    private readonly lists: Lists,
    /** The visit one comes from; the order of an act that is to be entered again. */
    private readonly way: { from: string | null; again: string | null },
  ) {
    this.keeper = new Keeper(
      (value) => this.write(value),
      (_isKept, fault) => (this.fault = fault),
    );
  }

  /** Opens with what a killed app left, else with what is to be entered again, else at the place one comes from. */
  async open(): Promise<void> {
    hold(UNPLANNED_KEY);
    const kept = await this.client.drafts.get(UNPLANNED_KEY);
    this.stamp = kept?.stamp ?? null;
    const entered = enteredOf(kept?.value);
    if (entered && !isUntouched(entered)) {
      this.now = entered;
      this.isRestored = true;
    } else this.begin();
    this.isReady = true;
  }

  /** What an act of this phone said that the server could not take. */
  private begin(): void {
    const { again } = this.way;
    const item = this.client
      .outbox()
      .findLast((one) => one.entity_id === again && bareName(one.name) === "work_order.take_on");
    if (item && again && !lookUp(this.lists, "work_order", again))
      this.set(enteredFrom(again, item.args, this.lists, uuid7));
    else this.beginAt(this.way.from);
  }

  private beginAt(from: string | null): void {
    const visit = lookUp(this.lists, "visit", from);
    const order = lookUp(this.lists, "work_order", visit?.work_order_id);
    const site = textOf(order, "site_id");
    if (this.lists("site").length === 0) this.now = { ...this.now, isElsewhere: true };
    if (site) this.now = { ...this.now, site, contact: textOf(order, "contact_id") };
  }

  set(changes: Partial<Entered>): void {
    this.now = { ...this.now, ...changes };
    this.keeper.put(this.now);
  }

  /** Another place: its units are others. */
  stand(site: string): void {
    this.set({ site, isElsewhere: false, contact: contactAt(this.lists, site), device: NONE });
  }

  async anew(): Promise<void> {
    this.now = blank(uuid7);
    this.isRestored = this.isParted = this.hasAsked = false;
    await this.keeper.inTurn(async () => {
      if (this.stamp !== null)
        await this.client.drafts.drop({ key: UNPLANNED_KEY, stamp: this.stamp });
      this.stamp = null;
      await countDrafts(this.client).catch(() => undefined);
    });
    this.begin();
  }

  lacks(what: Missing): boolean {
    return this.hasAsked && this.missing.includes(what);
  }

  /** The act and the end of the draft are one step: words that another window has changed or taken on are not taken on here too.
   *  Answers the visit; null while something is missing. */
  async takeOn(engineer: string): Promise<string | null> {
    this.hasAsked = true;
    if (this.missing.length) return null;
    return this.keeper.inTurn(async () => {
      const { now, stamp } = this;
      const act = {
        name: "work_order.take_on",
        entity: "work_order",
        entity_id: now.ids.order,
        args: argsOf(now, this.lists, engineer),
      };
      const spends = stamp === null ? undefined : { key: UNPLANNED_KEY, stamp, isAll: true };
      try {
        await perform({ ...act, spends });
      } catch (error) {
        if (error instanceof StoreError && error.kind === "stale") this.part();
        throw error;
      }
      this.stamp = null;
      this.renew(now);
      await countDrafts(this.client).catch(() => undefined);
      return now.ids.visit;
    });
  }

  /** What stands here is a job of its own from now on. */
  private part(): void {
    this.isParted = true;
    this.set({ ids: blank(uuid7).ids });
  }

  /** The ids are spent. What was queued is in the act, unless a letter came after it. */
  private renew(taken: Entered): void {
    const isLater = this.now !== taken;
    this.keeper.forget();
    this.now = { ...this.now, ids: blank(uuid7).ids };
    if (isLater) this.keeper.put(this.now);
  }

  async close(): Promise<void> {
    await this.keeper.close().catch(() => undefined);
    letGo(UNPLANNED_KEY);
  }

  private async write(value: Entered): Promise<void> {
    this.stamp = await this.client.drafts.put(
      UNPLANNED_KEY,
      JSON.parse(JSON.stringify({ ...value, text: saidIn(value) })) as Json,
    );
    await countDrafts(this.client).catch(() => undefined);
  }
}
