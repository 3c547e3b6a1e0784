/* Moving a map by pointer, by two fingers and by wheel. Owns the view and the size of its box; knows nothing of what is drawn. */
import { moved, zoomed, type Box, type Pixel, type View } from "./geo";

export class Pan {
  view = $state.raw<View>({ x: 0.5, y: 0.5, size: 4_000 });
  box = $state<Box>({ width: 0, height: 0 });
  isMoving = $state(false);
  /** Somebody has looked closer, or elsewhere. */
  isChosen = false;
  private readonly fingers = new Map<number, Pixel>();

  choose(view: View): void {
    this.view = view;
    this.isChosen = true;
  }

  readonly onwheel = (event: WheelEvent): void => {
    event.preventDefault();
    const { left, top } = (event.currentTarget as Element).getBoundingClientRect();
    const at = { x: event.clientX - left, y: event.clientY - top };
    this.choose(zoomed(this.view, Math.exp(-event.deltaY / 400), at, this.box));
  };

  readonly onpointerdown = (event: PointerEvent): void => {
    const over = event.target as Element;
    // Marks, lists and tools are for clicking.
    if (event.button !== 0 || over.closest("button, select, summary, label, .notes")) return;
    const map = event.currentTarget as HTMLElement;
    map.setPointerCapture(event.pointerId);
    this.fingers.set(event.pointerId, { x: event.clientX, y: event.clientY });
    this.isMoving = true;
    const ending = new AbortController();
    const { signal } = ending;
    const of = (what: (own: PointerEvent) => void) => (other: PointerEvent) => {
      if (other.pointerId === event.pointerId) what(other);
    };
    const end = of(() => {
      this.fingers.delete(event.pointerId);
      this.isMoving = this.fingers.size > 0;
      ending.abort();
    });
    map.addEventListener(
      "pointermove",
      of((move) => this.move(move, map)),
      { signal },
    );
    map.addEventListener("pointerup", end, { signal });
    map.addEventListener("pointercancel", end, { signal });
  };

  private move(event: PointerEvent, map: HTMLElement): void {
    const was = this.fingers.get(event.pointerId);
    if (!was) return;
    const is = { x: event.clientX, y: event.clientY };
    this.fingers.set(event.pointerId, is);
    const other = [...this.fingers].find(([id]) => id !== event.pointerId)?.[1];
    if (!other) {
      this.choose(moved(this.view, { x: is.x - was.x, y: is.y - was.y }));
      return;
    }
    const { left, top } = map.getBoundingClientRect();
    const between = { x: (is.x + other.x) / 2 - left, y: (is.y + other.y) / 2 - top };
    const far = (one: Pixel) => Math.max(8, Math.hypot(one.x - other.x, one.y - other.y));
    this.choose(zoomed(this.view, far(is) / far(was), between, this.box));
  }
}
