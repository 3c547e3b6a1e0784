// The face of the sync core for screens: read lists and records, act, see what became of it. Everything below it (reducer, store,
// requests) is out of reach of a screen. It knows no framework; what can be watched fits Svelte's store contract.

import { StoreError, type Database } from "../store/database";
import { draftKeys, dropDraft, getDraft, putDraft, type DraftStamp } from "../store/drafts";
import { deleteBlob, getBlob, hasBlob, putBlob } from "../store/blobs";
import type { Departure, Envelope } from "../store/leaving";
import { envelopes } from "../store/left";
import { openStore } from "../store/opening";
import { isStored, prune } from "../store/outbox";
import type { Json } from "../store/rows";
import { renewFront } from "../store/front";
import { readFacts, trueTime, type Anchor, type Facts, type Session } from "../store/session";
import { unfinishedRun, type Unfinished } from "../store/staging";
import { Canary } from "./canary";
import { registerEffects } from "./effects";
import { chooseFront } from "./front";
import { Loop } from "./loop";
import { Model, type Shown } from "./model";
import { mutate, type Act, type Saved } from "./mutate";
import { outboxItems, type OutboxItem } from "./outbox_view";
import type { Ports } from "./ports";
import { readable, readableLater, type Readable } from "./readable";
import { statusOf, type SyncStatus } from "./status";
import { Uploads, type Upload } from "./uploads";
import { readiness } from "./readiness";

export interface Drafts {
  get(key: string): Promise<{ value: Json; stamp: string } | undefined>;
  /** Answers the stamp of this writing. */
  put(key: string, value: Json): Promise<string>;
  /** False when it is gone or holds other words than those of the stamp. */
  drop(draft: DraftStamp): Promise<boolean>;
  keys(): Promise<{ key: string; at: number }[]>;
}
export interface Photos {
  put(bytes: Uint8Array<ArrayBuffer>): Promise<string>;
  get(sha: string): Promise<Uint8Array<ArrayBuffer> | null>;
  /** Whether anything of it is kept here, without opening it. */
  has(sha: string): Promise<boolean>;
  delete(sha: string): Promise<void>;
}

/** Loaded when somebody goes: it is no part of a start. */
const leaving = () => import("../store/leaving");

/** Opens the store of a user on this phone. Another user who is still here leaves first. Works without a network. */
export async function open(user: string, ports: Ports): Promise<Client> {
  registerEffects();
  const { newId, now, databaseName: name, gate } = ports;
  const how = { newId, now, ...(name !== undefined && { name }), ...(gate && { gate }) };
  const { db, others, session, front, isSettled } = await openStore(user, how);
  for (const other of others) await (await leaving()).leave(db, other);
  const model = new Model(session, now);
  const isShown = Boolean(front && ports.afterDay && (await model.showFront(front, isSettled)));
  const client = new Client(db, session, model, ports);
  if (isShown && front && ports.afterDay) client.fill(front.facts, ports.afterDay());
  else await client.fill(null, Promise.resolve());
  return client;
}

const RENEW_MS = 12 * 3_600_000;

/** What the start of the loop is told of this phone, beside its rows. */
interface Found {
  facts: Facts;
  run: Unfinished | null;
  /** How many envelopes wait. */
  envelopes: number;
}
async function lookAround(db: Database, session: Session): Promise<Found> {
  const [facts, run, sealed] = await Promise.all([
    readFacts(session),
    unfinishedRun(session),
    envelopes(db),
  ]);
  return { facts, run, envelopes: sealed.length };
}

export class Client implements Readable<SyncStatus> {
  readonly drafts: Drafts;
  readonly photos: Photos;
  private readonly loop: Loop;
  private readonly uploads: Uploads;
  private readonly canary: Canary;
  private status: SyncStatus | null = null;
  private storage: string[] = [];
  /** When the server was last heard before this start. */
  private heardAt: number | null = null;
  private saving: Promise<unknown> = Promise.resolve();
  private readonly offs: (() => void)[] = [];
  /** What both clocks said when the server was last heard before this start. */
  anchor: Anchor | null = null;
  private isClosed = false;
  private isDayOnly = false;
  /** Everything that is on this phone is read; until then there may be the day's rows only. */
  whole: Promise<void> = Promise.resolve();

  constructor(
    private readonly db: Database,
    private readonly session: Session,
    private readonly model: Model,
    private readonly ports: Ports,
  ) {
    this.canary = new Canary(ports.canary, session.user, session.isNew);
    const heard: Ports["before"] = (told) => {
      if (this.canary.hear(told, ports.now())) this.changed();
    };
    this.loop = new Loop(model, { ...ports, before: heard });
    // Text first: a photo waits until every act has been delivered.
    const mayUpload = () =>
      statusOf(this.loop.state, ports.now()).phase === "idle" && model.unsent.length === 0;
    this.uploads = new Uploads(model, ports, mayUpload, () => this.loop.dispatch({ t: "poke" }));
    this.offs.push(
      model.onChange(() => {
        this.status = null;
        this.uploads.nudge();
        this.noteForCanary();
      }),
    );
    this.drafts = {
      get: (key) => getDraft(session, key),
      put: (key, value) => putDraft(session, key, value, ports.now()),
      drop: (draft) => dropDraft(session, draft),
      keys: () => draftKeys(session),
    };
    this.photos = {
      put: (bytes) => putBlob(session, bytes),
      get: (sha) => getBlob(session, sha),
      has: (sha) => hasBlob(session, sha),
      delete: (sha) => deleteBlob(session, sha),
    };
  }

  /** Called once by `open`: reads everything, `after` the day's rows have been shown when there were any. */
  fill(day: Facts | null, after: Promise<void>): Promise<void> {
    if (day) this.hear(day);
    this.isDayOnly = day !== null;
    this.whole = after.then(() => this.readAll());
    return this.whole;
  }
  private async readAll(): Promise<void> {
    if (this.isClosed) return;
    const { db, session, model, ports } = this;
    const [found] = await Promise.all([lookAround(db, session), model.reload()]);
    if (this.isClosed) return;
    this.isDayOnly = false;
    this.begin(found);
    // Nobody waits for the broom, nor for the next start.
    void prune(session, ports.now()).catch(() => undefined);
    const now = trueTime(ports.now(), this.anchor);
    const span: [number, number] = [now, now + RENEW_MS];
    void renewFront(session, model.base, chooseFront(now), span).catch(() => undefined);
  }
  private hear({ anchor }: Facts): void {
    this.anchor = anchor;
    this.heardAt = anchor ? Date.parse(anchor.wall_at) : null;
  }
  private begin({ facts, run, envelopes }: Found): void {
    this.hear(facts);
    void this.lookAtStorage();
    const heard = this.ports.listenTabs?.(() => {
      void this.loop.readQueue().catch(() => undefined);
    });
    if (heard) this.offs.push(heard);
    this.loop.dispatch({
      t: "start",
      ...this.model.queue(),
      head: facts.head,
      epoch: facts.epoch,
      run: run && { id: run.run, pages: run.pages, cookies: run.cookies },
      envelopes,
      online: this.ports.isOnline(),
      visible: this.ports.isVisible(),
    });
  }

  /** What the browser says of its storage comes when it comes: the list does not wait for it. */
  private async lookAtStorage(): Promise<void> {
    const found = await this.ports.storageWarnings?.().catch(() => []);
    if (!found?.length) return;
    this.storage = found;
    this.changed();
  }
  private noteForCanary(): void {
    if (this.loop.state.paused === "revoked") this.canary.end();
    else this.canary.note(this.model.unsent.length + this.uploads.count(), this.ports.now());
  }
  private changed(): void {
    this.status = null;
    this.model.changed();
  }
  /** The person has read that the browser cleared this phone's store. */
  forgetEviction(): void {
    this.canary.dismiss();
    this.changed();
  }

  subscribe(run: (status: SyncStatus) => void): () => void {
    return readable(
      () => this.sync,
      (listener) => this.model.onChange(listener),
    ).subscribe(run);
  }

  get sync(): SyncStatus {
    const { state } = this.loop;
    const isEmpty = Object.keys(this.model.base.cookies).length === 0;
    // Before everything is read nothing is sent: where the line stands is what the platform says of it.
    const known = this.isDayOnly ? { ...state, online: this.ports.isOnline() } : state;
    const now = statusOf(known, this.ports.now());
    this.status ??= {
      ...now,
      lastContactAt: now.lastContactAt ?? this.heardAt,
      lastPullAt: now.lastPullAt ?? this.heardAt,
      pending: this.model.unsent.length,
      files: this.uploads.count(),
      loading: isEmpty ? { records: state.run?.records ?? 0 } : null,
      isDayOnly: this.isDayOnly,
      envelopes: state.envelopes,
      storage: this.storage,
      evicted: this.canary.lost,
      readiness: readiness(this.model, state, this.ports.isToday),
    };
    return this.status;
  }

  /** Rows of an entity with what this user did on them; list columns only. The same array until something changes. */
  list(entity: string): readonly Shown[] {
    return this.model.list(entity);
  }
  watchList(entity: string): Readable<readonly Shown[]> {
    return readable(
      () => this.model.list(entity),
      (listener) => this.model.onChange(listener),
    );
  }
  /** A whole record; null when it is not on this phone. */
  get(entity: string, id: string): Promise<Shown | null> {
    return this.here().then(() => this.model.get(entity, id));
  }
  /** Everything is read and nobody has left: what is done on a part of the rows would be judged by a part of them. */
  private async here(): Promise<void> {
    await this.whole;
    if (this.isClosed) throw new StoreError("lost", "This client is closed");
  }
  watch(entity: string, id: string): Readable<Shown | null | undefined> {
    return readableLater(
      () => this.get(entity, id),
      (listener) => this.model.onChange(listener),
    );
  }
  /** Where a photo or signature stands on its way; null while nothing has been tried. */
  upload(sha: string): Upload | null {
    return this.uploads.of(sha);
  }
  /** Everything that waits is tried now, what was given up too. */
  sendNow(): void {
    this.tell("visible");
    this.uploads.retry();
  }
  conflicts(): readonly Shown[] {
    return this.model.list("conflict");
  }
  parked(): readonly Shown[] {
    return this.model.list("parked");
  }
  outbox(): OutboxItem[] {
    return outboxItems(this.model, this.loop.state, this.ports.now());
  }
  /** Reads that act back from the disk and checks its hash; true too when the server has confirmed it. */
  isStored(mid: number): Promise<boolean> {
    return isStored(this.session, mid);
  }

  /** Resolves when the act is on the disk and shown. Acts of one screen keep their order. */
  mutate(act: Act): Promise<Saved> {
    const done = this.saving.then(async () => {
      await this.here();
      const { size, ...saved } = await mutate(this.model, act, this.ports);
      this.loop.dispatch({ t: "saved", mid: saved.mid, size });
      this.ports.tellTabs?.();
      return saved;
    });
    this.saving = done.catch(() => undefined);
    return done;
  }

  /** What happened outside: signal, screen, a log-in, the event stream. */
  tell(
    what: "online" | "offline" | "visible" | "hidden" | "login" | "poke" | "gap" | "tick",
  ): void {
    void this.whole
      .then(() => {
        this.loop.dispatch({ t: what });
      })
      .catch(() => undefined);
  }
  async settled(): Promise<void> {
    await this.whole;
    await this.loop.settled();
    await this.uploads.settled();
    await this.loop.settled();
  }

  /** For the page that tells a person about this installation. */
  async about(): Promise<{
    device: string;
    epoch: string | null;
    sending: number;
    anchor: Anchor | null;
  }> {
    const { device, epoch, anchor } = await readFacts(this.session);
    return { device, epoch, sending: this.loop.state.sending.length, anchor };
  }

  /** The unsent work as a file that only the server can open; null before the first contact with it. */
  exportOutbox(): Promise<Envelope | null> {
    return leaving().then(({ exportEnvelope }) => exportEnvelope(this.session));
  }

  /** See `leave`: `kept` means that nothing was destroyed, because it could never be opened again. */
  async logout(): Promise<Departure> {
    await this.saving;
    await this.whole.catch(() => undefined);
    const { leave } = await leaving();
    const departure = await leave(this.db, this.session.user);
    if (departure.state === "left") {
      this.model.clear();
      this.close();
      this.canary.end();
    }
    return departure;
  }

  close(): void {
    this.isClosed = true;
    this.loop.stop();
    this.uploads.stop();
    for (const off of this.offs) off();
    this.db.close();
  }
}
