// A canary beside the store. A browser that wants room, or has not seen this site for long, clears what it keeps for it, the store
// first; it never says so. What is written here lies elsewhere and says whose store there was and how much of it had not been sent.
// Holds no word that a person typed. Where the canary went along, the server still knows that this session had a store (PROTOCOL 3.5).

/** What was lost: how many acts and files had not been sent when that was last known. */
export interface Eviction {
  at: number;
  unsent: number;
}
interface Kept {
  user: string;
  at: number;
  unsent: number;
  lost: Eviction | null;
  /** The store was new, and the server has not said yet whether there was one before. */
  asks?: boolean;
}
export interface CanaryPort {
  read: () => string | null;
  /** Null takes it away. */
  write: (text: string | null) => void;
}
/** PROTOCOL 3.5: what the server last heard of the store that this session had before. */
export interface Before {
  seen_at: string;
  unsent: number;
}

export class Canary {
  private kept: Kept | null = null;
  /** Only the first answer that a new store gets says what was before it: later on this store may begin a new device by itself. */
  private isAsking: boolean;

  /** `isNew`: the store held nothing of this user before this start. */
  constructor(
    private readonly port: CanaryPort | undefined,
    private readonly user: string,
    isNew: boolean,
  ) {
    const found = this.recalled();
    this.isAsking = found?.user === user ? found.asks === true : isNew;
    if (found?.user !== user) return;
    if (isNew) this.write({ ...found, lost: { at: found.at, unsent: found.unsent } });
    else this.kept = found;
  }

  get lost(): Eviction | null {
    return this.kept?.lost ?? null;
  }

  /** How much is unsent now; what was lost stays until somebody has read it. */
  note(unsent: number, at: number): void {
    if (this.kept?.unsent === unsent) return;
    this.write({ user: this.user, at, unsent, lost: this.lost });
  }

  /** The server's answer: whether this session had a store before one that is new. What was written here knows it better. */
  hear(before: Before | null, now: number): boolean {
    if (!this.isAsking) return false;
    this.isAsking = false;
    if (!before) {
      if (this.kept) this.write(this.kept);
      return false;
    }
    const at = Date.parse(before.seen_at);
    const lost = { at: Number.isNaN(at) ? now : at, unsent: before.unsent };
    this.write({ user: this.user, at: now, unsent: this.kept?.unsent ?? 0, lost });
    return true;
  }

  /** Somebody has read it. */
  dismiss(): void {
    if (this.kept) this.write({ ...this.kept, lost: null });
  }

  /** The store ends on purpose. */
  end(): void {
    this.kept = null;
    this.port?.write(null);
  }

  private recalled(): Kept | null {
    try {
      return JSON.parse(this.port?.read() ?? "null") as Kept | null;
    } catch {
      return null;
    }
  }

  private write(kept: Kept): void {
    this.kept = kept;
    this.port?.write(JSON.stringify({ ...kept, asks: this.isAsking }));
  }
}
