/* What moves the page waits until a press has met its mark. Leaving a field is told between the finger's coming down and the
   tap's arriving: a line that appears then, or a bar that comes back, lets the tap land on something else. */

/** Milliseconds after the finger is up in which its tap may still arrive: the browser tells it later than the finger's going. */
const LATE = 300;
let isDown = false;
let timer: ReturnType<typeof setTimeout> | undefined;
let waiting: (() => void)[] = [];

function release(): void {
  clearTimeout(timer);
  isDown = false;
  const all = waiting;
  waiting = [];
  for (const deed of all) deed();
}
function releaseIn(milliseconds: number): void {
  clearTimeout(timer);
  timer = setTimeout(release, milliseconds);
}
/** Follows the presses of a page. */
export function followPresses(page: EventTarget): void {
  const begin = () => {
    clearTimeout(timer);
    isDown = true;
  };
  // Of a finger the mouse's pair comes with the tap, and the leaving between them: however late the tap is, it is a press again.
  for (const kind of ["pointer", "mouse"]) {
    page.addEventListener(`${kind}down`, begin, true);
    page.addEventListener(`${kind}up`, () => releaseIn(LATE), true);
  }
  // Whoever is meant hears of it first.
  page.addEventListener("click", () => releaseIn(0), true);
  page.addEventListener("pointercancel", release, true);
}
/** Runs the deed now, or once the press that is under way has met what it was meant for. */
export function afterPress(deed: () => void): void {
  if (isDown) waiting.push(deed);
  else deed();
}
