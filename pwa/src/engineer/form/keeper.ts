/* Keeps the newest state of something that is being filled in: each change goes to the disk in order, none overtakes another, and
   what could not be kept is tried again by itself. */
import { StoreError } from "../../store/database";

const AGAIN_MS = 5_000;

export class Keeper<T> {
  private queued: { value: T } | null = null;
  private writing: Promise<void> = Promise.resolve();
  private again: ReturnType<typeof setTimeout> | undefined;

  constructor(
    private readonly write: (value: T) => Promise<void>,
    /** Whether everything is on the disk; else why not. */
    private readonly tell: (isKept: boolean, fault: StoreError["kind"] | null) => void,
  ) {}

  put(value: T): void {
    this.queued = { value };
    clearTimeout(this.again);
    this.tell(false, null);
    void this.inTurn(() => this.writeNewest());
  }

  /** Work that must see what was kept last, and that no later letter may overtake. */
  inTurn<R>(work: () => Promise<R>): Promise<R> {
    const done = this.writing.then(work);
    this.writing = done.then(
      () => undefined,
      () => undefined,
    );
    return done;
  }

  /** What is queued has become something else by now: it is not written any more. */
  forget(): void {
    clearTimeout(this.again);
    this.queued = null;
    this.tell(true, null);
  }

  private async writeNewest(): Promise<void> {
    const next = this.queued;
    if (next === null) return;
    this.queued = null;
    try {
      await this.write(next.value);
      this.tell(this.queued === null, null);
    } catch (error) {
      this.tell(false, error instanceof StoreError ? error.kind : "lost");
      this.queued ??= next;
      this.again = setTimeout(() => this.queued && this.put(this.queued.value), AGAIN_MS);
    }
  }

  /** The screen goes: what is still queued is written now. */
  async close(): Promise<void> {
    clearTimeout(this.again);
    await this.inTurn(() => this.writeNewest());
  }
}
