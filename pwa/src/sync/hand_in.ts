// Sealed work of people who left this phone, handed to the office (PROTOCOL 8). It needs no session, so it also runs at the log-in
// screen. An envelope is wiped only when every part of it has been confirmed; photos go with their own part.

import { openDatabase, type Database } from "../store/database";
import {
  chunksOf,
  sealedChunk,
  spell,
  wipeChunks,
  wipeEnvelope,
  type Envelope,
  type SealedOther,
} from "../store/leaving";
import { envelopes } from "../store/left";
import type { EnvelopeRow } from "../store/schema";
import { protocolHeaders, type HttpResponse, type Transport } from "./http";

// A request is given up after 60 s: a part must get through where 200 kbit/s is all there is.
const ENVELOPE_BYTES = 1.5 * 1024 * 1024;
interface Way {
  transport: Transport;
  app: string;
}

/** Undefined when it has been handed in and wiped; else the answer that was no success, null when there was none. */
export async function handInOne(
  db: Database,
  envelope: EnvelopeRow,
  { transport, app }: Way,
): Promise<HttpResponse | null | undefined> {
  for await (const { part, chunks } of parts(db, envelope)) {
    const headers = protocolHeaders(
      { app, device: envelope.device, epoch: null },
      "application/json",
    );
    const request = {
      method: "POST" as const,
      path: "/sync/v1/intake",
      headers,
      body: JSON.stringify(part),
    };
    const response = await transport(request).catch(() => null);
    if (response?.status !== 202) return response;
    if (chunks.length > 0) await wipeChunks(db, envelope, chunks);
  }
  await wipeEnvelope(db, envelope);
  return undefined;
}

/** All envelopes of this phone, while nobody is here. Returns how many are left; the next start tries again. */
export async function handIn(way: Way & { databaseName?: string }): Promise<number> {
  const db = openDatabase({ ...(way.databaseName !== undefined && { name: way.databaseName }) });
  try {
    const all = await envelopes(db);
    let left = all.length;
    for (const one of all) if ((await handInOne(db, one, way)) === undefined) left -= 1;
    return left;
  } finally {
    db.close();
  }
}

interface Part {
  part: Envelope;
  /** The photo chunks in it. */
  chunks: [string, number][];
}

/** Acts first, then drafts, then photos; no part larger than the server takes. */
async function* parts(db: Database, row: EnvelopeRow): AsyncGenerator<Part> {
  const { rows, others, ...head } = spell(row);
  for (const some of grouped(rows)) yield { part: { ...head, rows: some, others: [] }, chunks: [] };
  for (const some of grouped(others))
    yield { part: { ...head, rows: [], others: some }, chunks: [] };
  let group: SealedOther[] = [];
  let chunks: [string, number][] = [];
  let bytes = 0;
  for (const name of await chunksOf(db, row)) {
    const chunk = await sealedChunk(db, row.user, name);
    if (!chunk) continue;
    if (group.length > 0 && bytes + chunk.bytes.length > ENVELOPE_BYTES) {
      yield { part: { ...head, rows: [], others: group }, chunks };
      group = [];
      chunks = [];
      bytes = 0;
    }
    group.push(chunk);
    chunks.push(name);
    bytes += chunk.bytes.length + 200;
  }
  if (group.length > 0) yield { part: { ...head, rows: [], others: group }, chunks };
}

function grouped<T extends { bytes: string }>(all: T[]): T[][] {
  const groups: T[][] = [];
  let bytes = Infinity;
  for (const one of all) {
    const size = one.bytes.length + 200;
    if (bytes + size > ENVELOPE_BYTES) {
      groups.push([]);
      bytes = 0;
    }
    groups.at(-1)?.push(one);
    bytes += size;
  }
  return groups;
}
