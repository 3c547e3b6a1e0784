// Photos and signatures on their way (PROTOCOL 9): after the acts, one at a time, part by part, from where it stopped. They never hold
// an act up. What is on the way is told by its share; what has arrived is told by the server through the attachment's state.

import { CHUNK_BYTES, getBlob, hasBlob } from "../store/blobs";
import { readFacts } from "../store/session";
import { protocolHeaders, type HttpResponse, type Transport } from "./http";
import type { Model } from "./model";

export type UploadState = "waiting" | "sending" | "sent" | "failed" | "absent";
export interface Upload {
  state: UploadState;
  /** 0 to 1, of real bytes. */
  share: number;
}
export interface UploadOptions {
  transport: Transport;
  app: string;
  now: () => number;
  setTimer: (ms: number, fire: () => void) => () => void;
  lock?: <T>(name: string, work: () => Promise<T>) => Promise<T | undefined>;
}
const WAITS_MS = [5_000, 10_000, 20_000, 40_000, 60_000];
const TRIES_OF_A_HASH = 3;

export class Uploads {
  private readonly shares = new Map<string, Upload>();
  private isRunning = false;
  private running: Promise<void> = Promise.resolve();
  private failures = 0;
  private cancelWait: (() => void) | null = null;
  private isStopped = false;

  constructor(
    private readonly model: Model,
    private readonly options: UploadOptions,
    /** Whether now is the time: signed in, online, every act delivered. */
    private readonly mayRun: () => boolean,
    /** A file has arrived: the server has news about it. */
    private readonly arrived: () => void,
  ) {}

  of(sha: string): Upload | null {
    return this.shares.get(sha) ?? null;
  }

  /** A person says so: what was given up is tried once more, and what waits does not wait any longer. */
  retry(): void {
    for (const [sha, one] of this.shares) if (one.state === "failed") this.shares.delete(sha);
    this.failures = 0;
    this.cancelWait?.();
    this.cancelWait = null;
    this.model.changed();
  }

  /** How many files have not arrived, as far as this phone can send them. */
  count(): number {
    return this.open().length;
  }

  /** Something has changed: begin if there is anything to send and nothing else is more urgent. */
  nudge(): void {
    if (this.isRunning || this.isStopped || this.cancelWait || !this.mayRun()) return;
    if (this.due().length === 0) return;
    this.isRunning = true;
    const { user } = this.model.session;
    const lock = this.options.lock ?? ((_name, work) => work());
    this.running = lock(`callout-upload-${user}`, () => this.sendAll())
      .catch(() => this.waitABit())
      .then(() => {
        this.isRunning = false;
      });
  }

  /** Resolves when nothing is being sent. A wait before another try may still be set. */
  settled(): Promise<void> {
    return this.running;
  }

  stop(): void {
    this.isStopped = true;
    this.cancelWait?.();
  }

  /** Hashes of files that were attached and have not arrived; each once. */
  private due(): string[] {
    return [...new Set(this.open())];
  }

  /** The hash of every attachment that waits for its bytes: two may share them. */
  private open(): string[] {
    const unsent = new Set(this.model.unsent.map((one) => one.mutation.entity_id));
    const isOver = (sha: string) =>
      ["sent", "failed", "absent"].includes(this.of(sha)?.state ?? "");
    return this.model
      .list("attachment")
      .filter((row) => row.state === "missing" && !unsent.has(row.id))
      .map((row) => String(row.sha256))
      .filter((sha) => !isOver(sha));
  }

  private async sendAll(): Promise<void> {
    for (let next = this.due()[0]; next !== undefined; next = this.due()[0]) {
      if (this.isStopped || !this.mayRun()) return;
      if (!(await hasBlob(this.model.session, next))) this.tell(next, "absent", 0);
      else if (!(await this.send(next))) return this.waitABit();
    }
  }

  /** False when it has to be tried again later. */
  private async send(sha: string): Promise<boolean> {
    const bytes = await getBlob(this.model.session, sha);
    if (!bytes) {
      this.tell(sha, "failed", 0);
      return true;
    }
    for (let tries = 0; tries < TRIES_OF_A_HASH; tries++) {
      const end = await this.sendFrom(sha, bytes, await this.stored(sha));
      if (end === "later") return false;
      if (end === "sent") {
        this.failures = 0;
        this.tell(sha, "sent", 1);
        this.arrived();
        return true;
      }
    }
    this.tell(sha, "failed", 0);
    return true;
  }

  private async sendFrom(
    sha: string,
    bytes: Uint8Array<ArrayBuffer>,
    from: number | null,
  ): Promise<"sent" | "later" | "damaged"> {
    if (from === null) return "later";
    let at = Math.min(from, bytes.length);
    if (from === Infinity) return "sent";
    for (;;) {
      if (this.isStopped || !this.mayRun()) return "later";
      const part = bytes.slice(at, at + CHUNK_BYTES);
      const isLast = at + part.length === bytes.length;
      this.tell(sha, "sending", at / bytes.length);
      const reply = await this.ask("PATCH", sha, part, {
        "Upload-Offset": String(at),
        "Upload-Complete": isLast ? "?1" : "?0",
      });
      if (reply?.status === 204 && isLast) return "sent";
      const told = Number(reply?.headers["upload-offset"] ?? NaN);
      if (reply?.status === 422) return "damaged";
      if (!reply || (reply.status !== 204 && reply.status !== 409) || Number.isNaN(told))
        return "later";
      at = told;
    }
  }

  /** How many bytes the server has; Infinity when all, null when it did not answer. */
  private async stored(sha: string): Promise<number | null> {
    const reply = await this.ask("HEAD", sha);
    if (reply?.status === 404) return 0;
    if (reply?.status !== 204) return null;
    if (reply.headers["upload-complete"] === "?1") return Infinity;
    return Number(reply.headers["upload-offset"] ?? 0);
  }

  private async ask(
    method: "HEAD" | "PATCH",
    sha: string,
    bytes?: Uint8Array<ArrayBuffer>,
    more: Record<string, string> = {},
  ): Promise<HttpResponse | null> {
    const { device, epoch } = await readFacts(this.model.session);
    const base = protocolHeaders(
      { app: this.options.app, device, epoch },
      "application/partial-upload",
    );
    const headers = { ...base, ...more };
    const path = `/sync/v1/blob/${sha}`;
    const request = { method, path, headers, body: null, ...(bytes && { bytes }) };
    return this.options.transport(request).catch(() => null);
  }

  private waitABit(): void {
    for (const [sha, one] of this.shares)
      if (one.state === "sending") this.tell(sha, "waiting", one.share);
    const ms = WAITS_MS[Math.min(this.failures, WAITS_MS.length - 1)] ?? 60_000;
    this.failures += 1;
    this.cancelWait?.();
    this.cancelWait = this.options.setTimer(ms, () => {
      this.cancelWait = null;
      this.nudge();
    });
  }

  private tell(sha: string, state: UploadState, share: number): void {
    this.shares.set(sha, { state, share });
    this.model.changed();
  }
}
