// Sealed work of people who left this phone, handed to the office (PROTOCOL 8). It needs no session, so it also runs at the log-in
// screen. An envelope is wiped only when every part of it has been confirmed.

import { openDatabase, type Database } from "../store/database";
import {
  chunksOf,
  sealedChunk,
  spell,
  wipeEnvelope,
  type Envelope,
  type SealedOther,
} from "../store/leaving";
import { envelopes } from "../store/left";
import type { EnvelopeRow } from "../store/schema";
import { protocolHeaders, type HttpResponse, type Transport } from "./http";

const ENVELOPE_BYTES = 6 * 1024 * 1024;
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
  for await (const part of parts(db, envelope)) {
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

/** Acts first, then drafts, then photos; no part larger than the server takes. */
async function* parts(db: Database, row: EnvelopeRow): AsyncGenerator<Envelope> {
  const { rows, others, ...head } = spell(row);
  for (const some of grouped(rows)) yield { ...head, rows: some, others: [] };
  for (const some of grouped(others)) yield { ...head, rows: [], others: some };
  let group: SealedOther[] = [];
  let bytes = 0;
  for (const name of await chunksOf(db, row)) {
    const chunk = await sealedChunk(db, row.user, name);
    if (!chunk) continue;
    if (group.length > 0 && bytes + chunk.bytes.length > ENVELOPE_BYTES) {
      yield { ...head, rows: [], others: group };
      group = [];
      bytes = 0;
    }
    group.push(chunk);
    bytes += chunk.bytes.length + 200;
  }
  if (group.length > 0) yield { ...head, rows: [], others: group };
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
