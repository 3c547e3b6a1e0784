/* One text that a person is typing: kept on the disk at every letter, in order, and turned into an act when typing
   rests. Owns the draft's key; what the act is comes in. The rules are in drafts.ts. */
import type { Client } from "../sync/client";
import { editOf, opened, type TextDraft } from "./drafts";

const REST_MS = 6_000;

let dirty = $state(0);
/** How many texts on this phone are not yet acts. */
export const unfinished = (): number => dirty;
export async function countDrafts(client: Client): Promise<void> {
  dirty = (await client.drafts.keys()).length;
}

export interface DraftOptions {
  key: string;
  /** What is saved now, as the screen shows it. */
  saved: () => string | null;
  /** Makes the act; returns its number. Without it the text stays a draft until `take`. */
  commit?: (value: string | null) => Promise<number>;
}

export class Draft {
  text = $state("");
  caret: number | null = null;
  isRestored = $state(false);
  isReady = $state(false);
  /** Whether every letter typed here is on the disk: only then may a screen say so. */
  isKept = $state(false);
  private isTouched = false;
  /** What the last act wrote, until the screen shows it: the same text must not become two acts. */
  private written: string | null | undefined;
  private queued: TextDraft | null = null;
  private writing: Promise<void> = Promise.resolve();
  private rest: ReturnType<typeof setTimeout> | undefined;
  private committing: Promise<number | null> = Promise.resolve(null);

  constructor(
    private readonly client: Client,
    private readonly options: DraftOptions,
  ) {}

  async open(): Promise<void> {
    const kept = await this.client.drafts.get(this.options.key);
    const { text, caret, isRestored } = opened(this.options.saved(), kept);
    if (kept !== undefined && !isRestored) await this.drop();
    if (!this.isTouched) Object.assign(this, { text, caret, isRestored });
    this.isReady = true;
  }

  /** Another phone or the office wrote: shown, unless this person is in the middle of a sentence. */
  follow(saved: string | null): void {
    if (this.written === saved) this.written = undefined;
    if (this.isReady && !this.isTouched && !this.isRestored) this.text = saved ?? "";
  }

  typed(text: string, caret: number): void {
    this.text = text;
    this.isTouched = true;
    this.isKept = false;
    this.keep({ text, caret });
    clearTimeout(this.rest);
    if (this.options.commit) this.rest = setTimeout(() => void this.commit(), REST_MS);
  }

  /** The newest letter wins; a write that is under way is waited for, so none overtakes another. */
  private keep(draft: TextDraft): void {
    this.queued = draft;
    this.writing = this.writing
      .then(async () => {
        if (this.queued === null) return;
        const next = this.queued;
        this.queued = null;
        await this.client.drafts.put(this.options.key, { ...next });
        this.isKept = this.queued === null;
        await countDrafts(this.client);
      })
      .catch(() => undefined);
  }

  /** The number of the act that carries the text; null when nothing had changed. */
  commit(): Promise<number | null> {
    clearTimeout(this.rest);
    this.committing = this.committing.catch(() => null).then(() => this.commitNow());
    return this.committing;
  }

  private async commitNow(): Promise<number | null> {
    if (!this.options.commit || !this.isReady) return null;
    const { text } = this;
    const value = editOf(text, this.written === undefined ? this.options.saved() : this.written);
    const mid = value === undefined ? null : await this.options.commit(value);
    if (value !== undefined) {
      this.written = value;
      if (this.text === text) this.isKept = true;
    }
    await this.writing;
    if (this.text === text) {
      this.isTouched = false;
      this.isRestored = false;
      await this.drop();
    }
    return mid;
  }

  /** The text leaves the draft: it is being saved elsewhere, or thrown away. */
  async take(): Promise<string> {
    clearTimeout(this.rest);
    const { text } = this;
    this.text = "";
    this.isTouched = this.isRestored = false;
    this.queued = null;
    await this.writing;
    await this.drop();
    return text;
  }

  private async drop(): Promise<void> {
    await this.client.drafts.delete(this.options.key);
    await countDrafts(this.client);
  }
}
