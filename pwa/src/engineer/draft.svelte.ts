/* One text that a person is typing: kept on the disk at every letter, in order, and turned into an act when typing
   rests. Owns the draft's key; what the act is comes in. The rules are in drafts.ts. */
import { StoreError } from "../store/database";
import type { Spends } from "../store/drafts";
import type { Client } from "../sync/client";
import { editOf, opened, type TextDraft } from "./drafts";

const REST_MS = 6_000;

let dirty = $state(0);
/** How many texts on this phone are not yet acts. */
export const unfinished = (): number => dirty;
export async function countDrafts(client: Client): Promise<void> {
  dirty = (await client.drafts.keys()).length;
}

/** Drafts that a screen holds right now: nobody else settles those. */
const held = new Set<string>();
let editors = $state(0);
export const isHeld = (key: string): boolean => held.has(key);
export function hold(key: string): void {
  held.add(key);
  editors = held.size;
}
export function letGo(key: string): void {
  held.delete(key);
  editors = held.size;
}
/** Whether this page may begin anew: nobody is in the middle of a text or a form. What lies on the disk is no reason to wait. */
export const mayRestart = (): boolean => editors === 0 || dirty === 0;

/* Two tabs of one person show one text: the tab that is not typed in follows the other. */
interface Elsewhere {
  key: string;
  /** Null: it became an act, or was thrown away. */
  text: string | null;
  /** The writing that this is about. */
  stamp: string;
}
const tabs =
  typeof BroadcastChannel === "undefined" ? null : new BroadcastChannel("callout-drafts");

export interface DraftOptions {
  key: string;
  /** What is saved when the field opens; later values come through `follow`. */
  saved: string | null;
  /** Makes the act that ends the draft. Without it the text stays a draft until `spend` or `take`. */
  commit?: (value: string | null, spends: Spends | undefined) => Promise<{ mid: number }>;
}

const AGAIN_MS = 5_000;

export class Draft {
  text = $state("");
  caret: number | null = null;
  isRestored = $state(false);
  isReady = $state(false);
  /** Whether every letter typed here is on the disk: only then may a screen say so. */
  isKept = $state(false);
  /** Why the last letters are not on the disk. It is tried again by itself. */
  fault = $state<StoreError["kind"] | null>(null);
  private isTouched = false;
  private saved: string | null;
  /** What the last act wrote, until the screen shows it: the same text must not become two acts. */
  private written: string | null | undefined;
  private queued: TextDraft | null = null;
  /** The kept words that this tab wrote or read last: others than these are not its own to drop. */
  private stamp: string | null = null;
  private writing: Promise<unknown> = Promise.resolve();
  private rest: ReturnType<typeof setTimeout> | undefined;
  private again: ReturnType<typeof setTimeout> | undefined;
  private readonly onOther = (event: MessageEvent<Elsewhere>) => this.hear(event.data);

  constructor(
    private readonly client: Client,
    private readonly options: DraftOptions,
  ) {
    this.saved = options.saved;
  }

  async open(): Promise<void> {
    hold(this.options.key);
    tabs?.addEventListener("message", this.onOther);
    const kept = await this.client.drafts.get(this.options.key);
    this.stamp ??= kept?.stamp ?? null;
    const { text, caret, isRestored } = opened(this.saved, kept?.value);
    if (kept !== undefined && !isRestored && !this.isTouched) await this.drop();
    if (!this.isTouched) Object.assign(this, { text, caret, isRestored });
    this.isReady = true;
  }

  /** The screen goes: what was typed becomes an act, whatever the address bar says by now. */
  async close(): Promise<void> {
    tabs?.removeEventListener("message", this.onOther);
    try {
      await this.commit();
    } finally {
      letGo(this.options.key);
    }
  }

  /** Another phone or the office wrote: shown, unless this person is in the middle of a sentence. */
  follow(saved: string | null): void {
    this.saved = saved;
    if (this.written === saved) this.written = undefined;
    if (this.isReady && !this.isTouched && !this.isRestored) this.text = saved ?? "";
  }

  private hear({ key, text, stamp }: Elsewhere): void {
    if (key !== this.options.key || document.hasFocus()) return;
    if (text === null && stamp !== this.stamp) return; // the words here are newer than those that went
    this.stamp = text === null ? null : stamp;
    clearTimeout(this.rest);
    clearTimeout(this.again);
    this.queued = null; // the other tab's words are the newer ones
    this.isTouched = false;
    this.isRestored = text !== null;
    this.text = text ?? this.saved ?? "";
  }

  typed(text: string, caret: number): void {
    this.text = text;
    this.isTouched = true;
    this.isKept = false;
    this.keep({ text, caret });
    clearTimeout(this.rest);
    if (this.options.commit)
      this.rest = setTimeout(() => void this.commit().catch(() => undefined), REST_MS);
  }

  /** The newest letter wins; a write that is under way is waited for, so none overtakes another. */
  private keep(draft: TextDraft): void {
    this.queued = draft;
    clearTimeout(this.again);
    void this.inTurn(() => this.keepNewest());
  }

  /** Letters, the act and the end of the words go to the disk one after the other. */
  private inTurn<T>(work: () => Promise<T>): Promise<T> {
    const done = this.writing.then(work);
    this.writing = done.catch(() => undefined);
    return done;
  }

  /** Resolves when the letters typed so far are on the disk, or could not be put there. */
  async flush(): Promise<void> {
    await this.writing;
  }

  private async keepNewest(): Promise<void> {
    const next = this.queued;
    if (next === null) return;
    this.queued = null;
    try {
      // An emptied field that was never saved is nothing to go on with.
      if (next.text === "" && !this.options.commit) await this.drop();
      else {
        this.stamp = await this.client.drafts.put(this.options.key, { ...next });
        this.tell(next.text, this.stamp);
      }
      this.isKept = this.queued === null;
      this.fault = null;
    } catch (error) {
      this.fault = error instanceof StoreError ? error.kind : "lost";
      this.queued ??= next;
      this.again = setTimeout(() => this.queued && this.keep(this.queued), AGAIN_MS);
    }
    await countDrafts(this.client).catch(() => undefined);
  }

  /** The number of the act that carries the text; null when nothing had changed. */
  commit(): Promise<number | null> {
    clearTimeout(this.rest);
    return this.inTurn(() => this.commitNow());
  }

  private async commitNow(): Promise<number | null> {
    if (!this.options.commit || !this.isReady) return null;
    const { text } = this;
    const hadWords = this.isTouched || this.isRestored;
    const value = editOf(text, this.written === undefined ? this.saved : this.written);
    // A tab that only looked on has nothing of its own to let go: the kept words are another tab's.
    if (value === undefined && !hadWords) return null;
    const { stamp } = this;
    const done = value === undefined ? null : await this.options.commit(value, this.spends);
    if (value === undefined) await this.drop();
    else await this.spent(stamp);
    if (value !== undefined) this.written = value;
    if (this.text === text) {
      this.isKept ||= value !== undefined;
      this.letGo();
    }
    return done?.mid ?? null;
  }

  /** The text becomes an act of its own: `act` makes it and ends the draft with it. The field is empty then. */
  async spend(act: (spends: Spends | undefined) => Promise<unknown>): Promise<void> {
    clearTimeout(this.rest);
    await this.inTurn(async () => {
      const { text, stamp } = this;
      await act(this.spends);
      if (this.text === text) {
        this.text = "";
        this.letGo();
      }
      await this.spent(stamp);
    });
  }

  /** The text is thrown away; answers what it was. */
  async take(): Promise<string> {
    clearTimeout(this.rest);
    const { text } = this;
    this.text = "";
    this.letGo();
    await this.inTurn(() => this.drop());
    return text;
  }

  private get spends(): Spends | undefined {
    return this.stamp === null ? undefined : { key: this.options.key, stamp: this.stamp };
  }

  private letGo(): void {
    this.isTouched = this.isRestored = false;
    this.queued = null;
    clearTimeout(this.again);
  }

  private async drop(): Promise<void> {
    const { spends, stamp } = this;
    if (spends) await this.client.drafts.drop(spends);
    await this.spent(stamp);
  }

  /** The kept words of this stamp are gone. */
  private async spent(stamp: string | null): Promise<void> {
    if (stamp !== null && this.stamp === stamp) this.stamp = null;
    if (stamp !== null) this.tell(null, stamp);
    await countDrafts(this.client).catch(() => undefined);
  }

  private tell(text: string | null, stamp: string): void {
    tabs?.postMessage({ key: this.options.key, text, stamp } satisfies Elsewhere);
  }
}
