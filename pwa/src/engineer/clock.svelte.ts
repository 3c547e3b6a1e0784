/* The present moment for screens, twice a minute: what day it is, how old the data is. A phone whose clock is wrong shows
   the server's time: what it last heard tells by how much. */
import type { Anchor } from "../store/session";

const TOLERATED_MS = 2 * 60_000;
const TOLD_MS = 5 * 60_000;
let now = $state(Date.now());
let offset = $state(0);
setInterval(() => (now = Date.now()), 30_000);
document.addEventListener("visibilitychange", () => (now = Date.now()));

/** A moment of this phone's clock in true time. */
export const trueTime = (at: number): number => at - (Math.abs(offset) > TOLERATED_MS ? offset : 0);
export const present = (): number => trueTime(now);

/** By how much this phone's clock is wrong, ahead is positive; 0 when it is right enough to say nothing. */
export const clockFault = (): number => (Math.abs(offset) > TOLD_MS ? offset : 0);

export function hearServerTime(anchor: Anchor | null): void {
  if (anchor) offset = Date.parse(anchor.wall_at) - Date.parse(anchor.server_at);
}
