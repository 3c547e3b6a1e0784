// A server small enough to read, for the client's tests: one channel per user, pages by change number, a log per device. It keeps to
// PROTOCOL.md where the client can tell. Faults are put on the way by `fault`, not in here.

import { createHash } from "node:crypto";
import { step } from "../src/engines/visits/machine";
import type { Visit, VisitCommand } from "../src/engines/visits/visit";
import type { Fields, Json } from "../src/store/rows";
import { bareName, type Mutation } from "../src/sync/line";
import type { HttpRequest, HttpResponse } from "../src/sync/http";

interface Rec {
  entity: string;
  id: string;
  v: number;
  seq: number;
  fields: Fields;
  gone: boolean;
  erased?: boolean;
}
interface Logged {
  sha: string;
  id: string;
  line: string;
  result: {
    mid: number;
    id: string;
    state: string;
    code: string;
    applied_seq: number | null;
    sentence: string | null;
  };
}
export interface Intake {
  device: string;
  user: string;
  key_id: string;
  wrapped_key: string;
  rows: { mid: number; sha: string; iv: string; bytes: string }[];
  others: { kind: string; key: string; iv: string; bytes: string }[];
}

export class FakeServer {
  epoch = "epoch-1";
  seq = 0;
  records = new Map<string, Rec>();
  devices = new Map<string, Map<number, Logged>>();
  applied: string[] = [];
  intakes: Intake[] = [];
  requests: { path: string; device: string; status: number; app: string }[] = [];
  pageRows = 1000;
  now = () => Date.UTC(2026, 2, 2, 8);
  intakeJwk: JsonWebKey | null = null;
  /** An answer instead of the real one, by path. */
  refuse: (
    path: string,
    request: HttpRequest,
  ) => {
    status: number;
    code: string;
    more?: Record<string, Json>;
    headers?: Record<string, string>;
  } | null = () => null;
  views: Record<string, string> = { "user:ben": "engineer@1" };

  /** Jobs that engineers take on themselves are parked. */
  knowsNoPlace = false;
  private readonly nothing: Fields = {
    ...{ findings: null, outcome: null, reason: null, paused_from: null, last_step: null },
    ...{ accepted_at: null, travel_started_at: null, arrived_at: null, completed_at: null },
  };

  put(entity: string, id: string, fields: Fields): void {
    const before = this.records.get(`${entity}/${id}`);
    this.records.set(`${entity}/${id}`, {
      entity,
      id,
      v: (before?.v ?? 0) + 1,
      seq: ++this.seq,
      fields: { ...before?.fields, ...fields },
      gone: false,
    });
  }
  remove(entity: string, id: string): void {
    const row = this.records.get(`${entity}/${id}`);
    if (row) this.records.set(`${entity}/${id}`, { ...row, seq: ++this.seq, gone: true });
  }
  erase(entity: string, id: string): void {
    this.remove(entity, id);
    const row = this.records.get(`${entity}/${id}`);
    if (row) row.erased = true;
  }
  fields(entity: string, id: string): Fields {
    return this.records.get(`${entity}/${id}`)?.fields ?? {};
  }

  handle(request: HttpRequest): HttpResponse {
    const device = request.headers["Sync-Device"] ?? "";
    const answer = this.answer(request, device);
    const app = request.headers["Sync-App"] ?? "";
    this.requests.push({ path: request.path, device, status: answer.status, app });
    return answer;
  }

  private answer(request: HttpRequest, device: string): HttpResponse {
    const refused = this.refuse(request.path, request);
    if (refused) return this.problem(refused.status, refused.code, refused.more, refused.headers);
    if (request.path !== "/sync/v1/intake" && request.path !== "/sync/v1/hello") {
      const epoch = request.headers["Sync-Server-Epoch"];
      if (epoch !== undefined && epoch !== this.epoch) return this.problem(412, "epoch_changed");
    }
    if (request.path.startsWith("/sync/v1/blob/")) return this.blob(request);
    switch (request.path) {
      case "/sync/v1/hello":
        return this.hello(device, request.body ?? "{}");
      case "/sync/v1/pull":
        return this.pull(request);
      case "/sync/v1/push":
        return this.push(request, device);
      case "/sync/v1/intake":
        this.intakes.push(JSON.parse(request.body ?? "") as Intake);
        return this.reply(202, JSON.stringify({ intake_id: "x", stored: 1 }));
      default:
        return this.problem(404, "not_found");
    }
  }

  /** Bytes by hash (PROTOCOL 9), and whether they are whole. */
  blobs = new Map<string, { bytes: Uint8Array; isWhole: boolean }>();
  /** Bytes of files that came in, sent again or not. */
  blobBytes = 0;
  private blob(request: HttpRequest): HttpResponse {
    const sha = request.path.split("/").at(-1) ?? "";
    const stored = this.blobs.get(sha);
    const told = (at: number, isWhole: boolean) => ({
      "upload-offset": String(at),
      "upload-complete": isWhole ? "?1" : "?0",
    });
    if (request.method === "HEAD")
      return stored
        ? this.reply(204, "", told(stored.bytes.length, stored.isWhole))
        : this.problem(404, "not_found");
    const before = stored?.bytes ?? new Uint8Array();
    const part = request.bytes ?? new Uint8Array();
    this.blobBytes += part.length;
    if (Number(request.headers["Upload-Offset"]) !== before.length)
      return this.problem(409, "offset_mismatch", {}, told(before.length, false));
    const bytes = new Uint8Array([...before, ...part]);
    const isWhole = request.headers["Upload-Complete"] === "?1";
    if (isWhole && createHash("sha256").update(bytes).digest("hex") !== sha) {
      this.blobs.delete(sha);
      return this.problem(422, "hash_mismatch");
    }
    this.blobs.set(sha, { bytes, isWhole });
    if (isWhole)
      for (const rec of this.records.values())
        if (rec.fields.sha256 === sha) this.put(rec.entity, rec.id, { state: "ready" });
    return this.reply(204, "", told(bytes.length, isWhole));
  }

  /** What each device said of its sealed key (PROTOCOL 8.5). */
  proofs = new Map<string, string>();

  /** What a hello says of the store that this session had before (PROTOCOL 3.5). */
  before?: { seen_at: string; unsent: number };
  private hello(device: string, body: string): HttpResponse {
    const { intake } = JSON.parse(body) as { intake?: string };
    if (intake !== undefined) this.proofs.set(device, intake);
    const log = this.devices.get(device) ?? new Map<number, Logged>();
    this.devices.set(device, log);
    return this.reply(
      200,
      JSON.stringify({
        protocol: 1,
        epoch: this.epoch,
        server_at: new Date(this.now()).toISOString(),
        user: { id: "ben", name: "Ben", locale: "en" },
        channels: [],
        server_last_mid: Math.max(0, ...log.keys()),
        features: [],
        ...(this.before && { before: this.before }),
        intake_key: { id: "intake-1", alg: "RSA-OAEP-256", jwk: this.intakeJwk },
        limits: {
          push_mutations: 100,
          push_bytes: 262144,
          pull_bytes: 524288,
          blob_part_bytes: 262144,
        },
      }),
    );
  }

  private pull(request: HttpRequest): HttpResponse {
    const { cookies } = JSON.parse(request.body ?? "") as {
      cookies: Record<string, { seq: number; view: string; snap?: boolean }>;
    };
    const [[channel, view]] = Object.entries(this.views) as [[string, string]];
    const cookie = cookies[channel];
    const isSnapshot = cookie === undefined || cookie.snap === true || cookie.view !== view;
    const from = cookie && cookie.view === view ? cookie.seq : 0;
    const due = [...this.records.values()]
      .filter((row) => row.seq > from && !(isSnapshot && row.gone && row.erased !== true))
      .sort((a, b) => a.seq - b.seq);
    if (!isSnapshot && due.length === 0 && Object.keys(cookies).length === 1)
      return this.reply(204, "", { "sync-at": String(this.seq) });
    const rows = due.slice(0, this.pageRows);
    const more = rows.length < due.length;
    const at = more ? (rows.at(-1)?.seq ?? 0) : this.seq;
    const next = { seq: at, grant_epoch: 1, view, ...(isSnapshot && more && { snap: true }) };
    const lines = [
      {
        t: "header",
        at: this.seq,
        server_at: new Date(this.now()).toISOString(),
        channels: [{ channel, view, grant_epoch: 1, mode: isSnapshot ? "snapshot" : "delta" }],
      },
      ...rows.map((row) =>
        row.gone
          ? {
              t: "remove",
              e: row.entity,
              id: row.id,
              c: [channel],
              why: row.erased ? "erased" : "moved",
            }
          : { t: "upsert", e: row.entity, id: row.id, v: row.v, c: [channel], view, f: row.fields },
      ),
      {
        t: "trailer",
        rows: rows.length,
        more,
        cookies: { [channel]: next },
        sums: { [channel]: null },
        acked_mid: 0,
      },
    ];
    return this.reply(200, lines.map((line) => `${JSON.stringify(line)}\n`).join(""));
  }

  private push(request: HttpRequest, device: string): HttpResponse {
    const [first, ...lines] = (request.body ?? "").split("\n").filter((line) => line !== "");
    const head = JSON.parse(first ?? "") as { lines: [number, string][] };
    const log = this.devices.get(device) ?? new Map<number, Logged>();
    this.devices.set(device, log);
    const expected = Math.max(0, ...log.keys()) + 1;
    if ((head.lines[0]?.[0] ?? 0) > expected) return this.problem(409, "mid_gap", { expected });
    for (const [n, [mid, sha]] of head.lines.entries()) {
      if (
        createHash("sha256")
          .update(lines[n] ?? "")
          .digest("hex") !== sha
      )
        return this.problem(400, "line_corrupt");
      if (log.has(mid) && log.get(mid)?.sha !== sha) return this.problem(409, "mid_reuse", { mid });
    }
    for (const [n, [mid, sha]] of head.lines.entries())
      if (!log.has(mid)) log.set(mid, this.apply(lines[n] ?? "", sha));
    const results = head.lines.map(([mid]) => log.get(mid)?.result);
    return this.reply(200, JSON.stringify({ received_through: head.lines.at(-1)?.[0], results }));
  }

  private apply(line: string, sha: string): Logged {
    const mutation = JSON.parse(line) as Mutation;
    this.applied.push(mutation.id);
    const done = (state: string, code: string, sentence: string | null = null): Logged => ({
      sha,
      id: mutation.id,
      line,
      result: {
        mid: mutation.mid,
        id: mutation.id,
        state,
        code,
        applied_seq: state === "applied" ? this.seq : null,
        sentence,
      },
    });
    if (mutation.name.startsWith("attachment.add")) {
      const sha = String(mutation.args.sha256);
      const state = this.blobs.get(sha)?.isWhole ? "ready" : "missing";
      this.put("attachment", mutation.entity_id, { ...mutation.args, state } as Fields);
      return done("applied", "applied");
    }
    if (mutation.name.startsWith("work_order.take_on")) {
      if (this.knowsNoPlace) return done("parked", "needs_fix", "The place is not in the records.");
      const { visit_id, engineer_id, summary, work_type_id, site_id } = mutation.args as Fields;
      const order = { summary: summary ?? null, work_type_id: work_type_id ?? null };
      this.put("work_order", mutation.entity_id, {
        ...order,
        site_id: site_id ?? null,
        number: "WO-1",
      });
      const visit = { engineer_id: engineer_id ?? null, work_order_id: mutation.entity_id };
      this.put("visit", String(visit_id), { ...this.nothing, ...visit, status: "accepted" });
      return done("applied", "applied");
    }
    if (mutation.name.startsWith("asset.add")) {
      this.put("asset", mutation.entity_id, mutation.args as Fields);
      return done("applied", "applied");
    }
    if (mutation.name.startsWith("comment.add")) {
      this.put("comment", String(mutation.args.id), mutation.args);
      return done("applied", "applied");
    }
    if (this.records.get(`${mutation.entity}/${mutation.entity_id}`)?.erased)
      return done("duplicate", "erased", "What this was about has been erased.");
    if (mutation.name.includes(".edit")) {
      this.put(mutation.entity, mutation.entity_id, mutation.args.set as Fields);
      return done("applied", "applied");
    }
    const visit = this.fields("visit", mutation.entity_id) as unknown as Visit;
    const answer = step(
      visit,
      bareName(mutation.name) as VisitCommand,
      mutation.args,
      mutation.clock.wall_at,
    );
    if (answer.state === "ok") {
      this.put("visit", mutation.entity_id, answer.changes as unknown as Fields);
      return done("applied", "applied");
    }
    return answer.state === "duplicate"
      ? done("duplicate", "already_done")
      : done("parked", answer.code, `Not possible: ${answer.suggestion}`);
  }

  private reply(status: number, body: string, headers: Record<string, string> = {}): HttpResponse {
    return {
      status,
      headers: { "sync-server-epoch": this.epoch, "sync-protocol-range": "1-1", ...headers },
      body: new TextEncoder().encode(body),
    };
  }
  private problem(
    status: number,
    code: string,
    more: Record<string, Json> = {},
    headers: Record<string, string> = {},
  ): HttpResponse {
    return this.reply(
      status,
      JSON.stringify({
        type: "about:blank",
        title: code,
        status,
        detail: code,
        code,
        retry: "now",
        ...more,
      }),
      headers,
    );
  }
}
