// What each effect does: one function, one outcome. It talks to the server through the given transport and to the phone through the
// store, and answers with what happened. It decides nothing: no retry, no order, no time to wait.

import { StoreError } from "../store/database";
import { commitNothing, commitPages } from "../store/commit";
import { addIntakeWrap, intakeProof, type IntakeKey } from "../store/keys";
import { envelopes } from "../store/left";
import { acknowledge, countUnsent, linesToSend, type Line } from "../store/outbox";
import { enterEpoch, resendFrom, startNewDevice } from "../store/renumber";
import { loadBase } from "../store/base";
import {
  readFacts,
  saveFacts,
  setFacts,
  fact,
  trueTime,
  type Limits,
  type Session,
  type User,
} from "../store/session";
import { dropStaging, stagedPages, stagePage } from "../store/staging";
import {
  failureOf,
  protocolHeaders,
  textOf,
  unreachable,
  type HttpRequest,
  type HttpResponse,
  type Transport,
} from "./http";
import type { Before } from "./canary";
import type { Model } from "./model";
import { chooseFront } from "./front";
import { PageCut, parsePage } from "./pull";
import { parsePushReply, pushBody } from "./push";
import type { Effect, Failure, Happening, Kind } from "./state";

export interface Surroundings {
  transport: Transport;
  now: () => number;
  tz: () => string;
  app: string;
  /** A fault of this program or of the phone's store, for the log. */
  fault?: (error: unknown) => void;
  /** Of a hello: what the server heard from another store under this session, if it did. */
  before?: (told: Before | null) => void;
  about: { schema: number; label: string; platform: string; locale: string };
}
type Do<K extends Effect["do"]> = Extract<Effect, { do: K }>;
interface HelloReply {
  epoch: string;
  server_at: string;
  user: User;
  server_last_mid: number;
  intake_key?: IntakeKey;
  before?: Before;
  limits: Limits;
}

export class Doers {
  private sent = new Map<number, Line[]>();

  constructor(
    private readonly session: Session,
    private readonly model: Model,
    private readonly around: Surroundings,
  ) {}

  async hello({ req }: Do<"hello">, isAgain = false): Promise<Happening> {
    const proof = await intakeProof(this.session);
    const facts = await readFacts(this.session);
    const oldest = this.model.unsent[0]?.mutation.clock.wall_at ?? null;
    const body = {
      device: facts.device,
      app: this.around.app,
      ...this.around.about,
      outbox_head: facts.head,
      unsynced: { mutations: this.model.unsent.length, blobs: 0, oldest_at: oldest },
      wall_at: this.wallAt(),
      tz: this.around.tz(),
      ...(proof !== null && { intake: proof }),
    };
    // Without the known epoch: a hello is how the new one is learnt.
    const response = await this.send("/sync/v1/hello", JSON.stringify(body), "application/json", {
      ...facts,
      epoch: null,
    });
    if (!response || response.status !== 200) return this.failed("hello", req, response);
    const reply = parseHello(textOf(response));
    if (!reply)
      return { t: "failed", kind: "hello", req, failure: { status: 200, code: "unreadable" } };
    await saveFacts(this.session, {
      limits: reply.limits,
      profile: reply.user,
      anchor: this.anchor(reply.server_at),
    });
    this.around.before?.(reply.before ?? null);
    // A key that this phone cannot use must not stop the work; log-out then answers `kept` and destroys nothing.
    if (reply.intake_key)
      await addIntakeWrap(this.session.db, this.session.user, reply.intake_key).catch(
        (error: unknown) => this.around.fault?.(error),
      );
    // Only now is there something to prove with: said at once, before anything could be left unsent here.
    // Once: servers that tell a different key each time must not keep a phone saying hello.
    if (!isAgain && (await intakeProof(this.session)) !== proof)
      return this.hello({ do: "hello", req }, true);
    const { push_mutations: mutations, push_bytes: bytes } = reply.limits;
    return {
      t: "hello_ok",
      req,
      epoch: reply.epoch,
      server_last_mid: reply.server_last_mid,
      mutations,
      bytes,
    };
  }

  async pull({ req, run }: Do<"pull">): Promise<Happening> {
    const facts = await readFacts(this.session);
    if (facts.gen !== this.model.base.gen)
      await this.model.setBase(await loadBase(this.session), 0);
    const cookies = run?.cookies ?? facts.cookies;
    const response = await this.send(
      "/sync/v1/pull",
      JSON.stringify({ cookies }),
      "application/json",
      facts,
    );
    if (response?.status === 204)
      return { t: "nothing", req, seq: Number(response.headers["sync-at"] ?? Number.NaN) };
    if (response?.status !== 200) return this.failed("pull", req, response);
    const page = parsePage(textOf(response));
    await saveFacts(this.session, { anchor: this.anchor(page.server_at) });
    return { t: "page", req, page };
  }

  async persistPage({ req, run, number, page }: Do<"persistPage">): Promise<Happening> {
    await stagePage(this.session, run, number, page);
    return { t: "staged", req };
  }

  async commitGeneration({ req, run, round, page }: Do<"commitGeneration">): Promise<Happening> {
    const staged = run === null ? [] : await stagedPages(this.session, run);
    const pending = this.model.pendingNames();
    const { base, erased } = await commitPages(this.session, this.model.base, {
      pages: [...staged, page],
      pending,
      round,
      run,
      front: chooseFront(trueTime(this.around.now(), (await readFacts(this.session)).anchor)),
    });
    await this.model.setBase(base, round);
    if (erased.size > 0) await this.model.reloadDelivered();
    return { t: "committed", req };
  }

  async commitNothing({ req, seq, round }: Do<"commitNothing">): Promise<Happening> {
    if (!Number.isInteger(seq))
      return { t: "failed", kind: "pull", req, failure: { status: 204, code: "no_sync_at" } };
    const commit = { pending: this.model.pendingNames(), round };
    const base = await commitNothing(this.session, this.model.base, seq, commit);
    await this.model.setBase(base, round);
    return { t: "committed", req };
  }

  async push({ req, mids, again }: Do<"push">): Promise<Happening> {
    const facts = await readFacts(this.session);
    const lines = await linesToSend(this.session, mids, again);
    if (lines.length !== mids.length)
      return { t: "failed", kind: "push", req, failure: { status: 0, code: "changed" } };
    const head = { outbox_head: facts.head, wall_at: this.wallAt(), tz: this.around.tz() };
    const response = await this.send(
      "/sync/v1/push",
      pushBody(head, lines),
      "application/x-ndjson",
      facts,
    );
    if (response?.status !== 200) return this.failed("push", req, response);
    const reply = parsePushReply(textOf(response));
    if (!reply)
      return { t: "failed", kind: "push", req, failure: { status: 200, code: "unreadable" } };
    this.sent.set(req, lines);
    return { t: "push_ok", req, epoch: response.headers["sync-server-epoch"] ?? null, ...reply };
  }

  async acknowledge({ req, through, answers, round }: Do<"acknowledge">): Promise<Happening> {
    const sent = this.sent.get(req) ?? [];
    this.sent.delete(req);
    const left = await acknowledge(this.session, {
      sent,
      through,
      answers,
      at: this.around.now(),
      round,
    });
    this.model.unsent = this.model.unsent.filter((one) => !left.includes(one.mid));
    if ((await countUnsent(this.session)) === this.model.unsent.length)
      await this.model.reloadDelivered();
    else await this.model.reloadActs();
    return { t: "acknowledged", req, ...(await this.queue()) };
  }

  async repair({ kind, req, repair }: Do<"repair">): Promise<Happening> {
    let ok = true;
    if (repair.how === "epoch") await enterEpoch(this.session, repair.epoch);
    if (repair.how === "resend") ok = await resendFrom(this.session, repair.from);
    if (repair.how === "device") while (!(await startNewDevice(this.session)));
    if (repair.how === "cookie") await this.dropCookie(repair.channel);
    await this.model.reload();
    const epoch = repair.how === "epoch" ? { epoch: repair.epoch } : {};
    return { t: "repaired", kind, req, how: repair.how, ok, ...epoch, ...(await this.queue()) };
  }

  async seal(): Promise<Happening> {
    const { leave } = await import("../store/leaving");
    await leave(this.session.db, this.session.user);
    this.model.clear();
    return { t: "sealed", envelopes: (await envelopes(this.session.db)).length };
  }

  /** One envelope; a large one in parts. It is wiped only when every part has been confirmed (PROTOCOL 8.4). */
  async intake({ req }: Do<"intake">): Promise<Happening> {
    const [first, ...others] = await envelopes(this.session.db);
    if (!first) return { t: "intake_ok", req, left: 0 };
    const { handInOne } = await import("./hand_in");
    const refused = await handInOne(this.session.db, first, this.around);
    if (refused !== undefined) return this.failed("intake", req, refused);
    return { t: "intake_ok", req, left: others.length };
  }

  async queue(): Promise<{
    queue: { mid: number; size: number }[];
    waiting: number[];
    head: number;
  }> {
    const { head } = await readFacts(this.session);
    return { ...this.model.queue(), head };
  }

  /** What a fault of the phone's own store means for the lane that met it. */
  async stumbled(kind: Kind, req: number, error: unknown): Promise<Happening> {
    if (error instanceof PageCut)
      return { t: "failed", kind, req, failure: { status: 200, code: "truncated" } };
    if (error instanceof StoreError && error.kind === "stale") {
      await dropStaging(this.session);
      await this.model.reload();
      return { t: "failed", kind, req, failure: { status: 0, code: "stale" } };
    }
    return {
      t: "failed",
      kind,
      req,
      failure: { status: 0, code: error instanceof StoreError ? `storage_${error.kind}` : "fault" },
    };
  }

  private async dropCookie(channel: string): Promise<void> {
    await dropStaging(this.session);
    await this.session.db.write(["meta"], async (tx) => {
      const { [channel]: _gone, ...cookies } = await fact(tx, this.session.user, "cookies");
      await setFacts(tx, this.session.user, { cookies });
    });
  }

  private async send(
    path: string,
    body: string,
    type: string,
    identity: { device: string; epoch: string | null },
  ): Promise<HttpResponse | null> {
    const headers = protocolHeaders(
      { app: this.around.app, device: identity.device, epoch: identity.epoch },
      type,
    );
    const request: HttpRequest = { method: "POST", path, headers, body };
    try {
      return await this.around.transport(request);
    } catch {
      return null;
    }
  }

  private failed(kind: Kind, req: number, response: HttpResponse | null): Happening {
    const failure: Failure = response ? failureOf(response, this.around.now()) : unreachable;
    return { t: "failed", kind, req, failure };
  }

  private wallAt(): string {
    return new Date(this.around.now()).toISOString();
  }
  private anchor(server_at: string) {
    return { server_at, wall_at: this.wallAt() };
  }
}

function parseHello(text: string): HelloReply | null {
  try {
    const reply = JSON.parse(text) as Partial<HelloReply>;
    return typeof reply.epoch === "string" &&
      typeof reply.server_last_mid === "number" &&
      reply.limits
      ? (reply as HelloReply)
      : null;
  } catch {
    return null;
  }
}
