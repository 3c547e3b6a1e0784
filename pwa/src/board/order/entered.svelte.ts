/* What was entered in the assign form and what its reader had seen then. Owns keeping it through Esc and reload, and
   noticing that somebody else decided meanwhile. Call while the form starts. */
import { untrack } from "svelte";
import type { Visit } from "../../api/views";
import { kept } from "../kept";
import { isSame, seenOf, type Seen } from "./meanwhile";
import { offer, slotOf, type Slot } from "./schedule";

export interface Entered {
  seen: Seen | null;
  /** Place in the order's history that the reader had seen. */
  seq: number;
  slot: Slot;
  engineer: string;
  promise: string;
  /** A time was chosen: it is not moved behind other work any more. */
  touched: boolean;
}
interface Present {
  visit: Visit | null;
  /** The open visit that a new one goes along with. */
  beside?: Visit | null;
  seq: number;
  zone: string;
  minutes: number;
}

function afresh({ visit, beside, seq, zone, minutes }: Present): Entered {
  const like = visit ?? beside;
  const known = like ? slotOf(like, zone) : undefined;
  return {
    seen: seenOf(visit),
    seq,
    slot: known ?? offer([], Date.now(), minutes, zone),
    engineer: visit?.engineer_id ?? "",
    promise: visit ? (visit.promised_from ? "keep" : "none") : beside ? "none" : "60",
    touched: known !== undefined,
  };
}

export function entering(orderId: string, present: () => Present) {
  const box = kept<Entered>(`assign:${orderId}`);
  const before = box.read();
  // From what was there when the form opened: a change from elsewhere must not overwrite what is typed.
  let entered = $state(before ?? untrack(() => afresh(present())));
  let isOwn = $state(before !== null);
  $effect(() => {
    if (isOwn) box.write($state.snapshot(entered));
  });
  function forget(): void {
    isOwn = false;
    box.write(null);
  }
  return {
    get now(): Entered {
      return entered;
    },
    /** Only what a planner decides on counts: an engineer's word on the visit is no reason to ask again. */
    get isCrossed(): boolean {
      return !isSame(entered.seen, seenOf(present().visit));
    },
    /** From now on it is a person's input, worth keeping. */
    own: (): void => void (isOwn = true),
    /** The reader knows how it stands now, and goes on with his input. */
    accept(): void {
      const { visit, seq } = present();
      [entered.seen, entered.seq] = [seenOf(visit), seq];
      if (!visit?.promised_from && entered.promise === "keep") entered.promise = "none";
    },
    startOver(): void {
      forget();
      entered = afresh(present());
    },
    /** Decided or given up: what was typed is of no use any more. */
    forget,
  };
}
