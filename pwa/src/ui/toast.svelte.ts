/* One message at a time, the same on phone and desk. Owns which toast shows and for how long; ToastHost draws it.
   6 s, 10 s when it holds Undo; the clock stands still while a pointer or the focus is on it; errors stay. */

export interface Toast {
  text: string;
  tone: "done" | "error";
  undo?: {
    word: string;
    act: () => void;
    /** Whether it still can be done: others act on the same thing. Absent: always. */
    isPossible?: () => boolean | Promise<boolean>;
  };
}

const SHORT = 6_000;
const WITH_UNDO = 10_000;

let current = $state.raw<Toast | null>(null);
let timer: ReturnType<typeof setTimeout> | undefined;

function wait(): void {
  clearTimeout(timer);
  if (!current || current.tone === "error") return;
  timer = setTimeout(() => (current = null), current.undo ? WITH_UNDO : SHORT);
}

export const toast = {
  get current(): Toast | null {
    return current;
  },
  show(text: string, undo?: Toast["undo"]): void {
    current = undo ? { text, tone: "done", undo } : { text, tone: "done" };
    wait();
  },
  error(text: string): void {
    current = { text, tone: "error" };
    wait();
  },
  close(): void {
    current = null;
    clearTimeout(timer);
  },
  undo(): void {
    const act = current?.undo?.act;
    toast.close();
    act?.();
  },
  /** Something has changed: an offer that nobody can take up any more goes. */
  async recheck(): Promise<void> {
    const seen = current;
    const isPossible = seen?.undo?.isPossible;
    if (isPossible && !(await isPossible()) && current === seen) toast.close();
  },
  hold: (): void => clearTimeout(timer),
  release: (): void => wait(),
};
