/* Carrying by pointer: from the press to the put-down. Whose place the pointer is over is asked of the view that is shown. */
import type { Carry, Load } from "./carry.svelte";
import { STEP_MINUTES } from "./scale";

export interface Place {
  engineer: string;
  start: number;
}
/** A view of the plan on which something can be put down. */
export interface Centre {
  /** Whose place is there and what time, rounded to `step` minutes; null where nothing can be put down. */
  at(x: number, y: number, step: number): Place | null;
  /** Near an edge the view moves under the pointer. */
  drift(x: number, y: number): void;
  /** Brings an engineer and a time into sight. */
  reveal(engineer: string, start: number): void;
}
export interface Rules {
  centre: () => Centre | undefined;
  isMovable: (load: Load) => boolean;
  startOf: (load: Load) => number;
  drop: () => void;
}
/** Less far it is a click. */
const SLIP = 5;

export class Hand {
  pointer = $state.raw<{ x: number; y: number } | null>(null);
  /** The click that a browser makes of the same press opens nothing. */
  hasJustCarried = false;

  constructor(
    private readonly carry: Carry,
    private readonly rules: Rules,
  ) {}

  /** From here on the pointer carries it, once it has moved so far that it is no click. */
  grab(load: Load, event: PointerEvent): void {
    if (event.button !== 0) return;
    const { carry, rules } = this;
    const from = { x: event.clientX, y: event.clientY };
    const { left } = (event.currentTarget as Element).getBoundingClientRect();
    const held = load.isNew ? 0 : from.x - left;
    const ending = new AbortController();
    const { signal } = ending;
    let drifting: ReturnType<typeof setInterval> | undefined;
    const end = (isPut: boolean) => {
      ending.abort();
      clearInterval(drifting);
      if (carry.load) this.put(isPut);
    };
    const onmove = (move: PointerEvent) => {
      if (!carry.load) {
        if (Math.hypot(move.clientX - from.x, move.clientY - from.y) < SLIP) return;
        if (!rules.isMovable(load)) return end(false);
        carry.pick(load, load.visit?.engineer_id ?? null, rules.startOf(load), false);
        drifting = setInterval(
          () => this.pointer && rules.centre()?.drift(this.pointer.x, this.pointer.y),
          30,
        );
      }
      this.follow(move, held);
    };
    const onkeydown = (key: KeyboardEvent) => {
      if (key.key !== "Escape") return;
      key.preventDefault();
      key.stopPropagation();
      end(false);
    };
    addEventListener("pointermove", onmove, { signal });
    addEventListener("pointerup", () => end(true), { signal });
    addEventListener("pointercancel", () => end(false), { signal });
    addEventListener("blur", () => end(false), { signal });
    addEventListener("keydown", onkeydown, { signal, capture: true });
  }

  private follow({ clientX: x, clientY: y, altKey }: PointerEvent, held: number): void {
    this.pointer = { x, y };
    const centre = this.rules.centre();
    const hit =
      centre?.at(x - held, y, altKey ? 1 : STEP_MINUTES) ?? centre?.at(x, y, STEP_MINUTES);
    this.carry.over(hit?.engineer ?? null, hit?.start ?? this.carry.start);
  }

  private put(isPut: boolean): void {
    this.hasJustCarried = true;
    setTimeout(() => (this.hasJustCarried = false));
    this.pointer = null;
    if (isPut && this.carry.person) this.rules.drop();
    else this.carry.drop();
  }
}
