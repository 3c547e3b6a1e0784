// Sealed work of people who left this phone, handed to the office (PROTOCOL 8). It needs no session, so it also runs at the log-in
// screen. An envelope is wiped only when every part of it has been confirmed.

import { openDatabase, type Database } from "../store/database";
import { envelopes, wipeEnvelope, type Envelope } from "../store/leaving";
import { protocolHeaders, type HttpResponse, type Transport } from "./http";

const ENVELOPE_BYTES = 6 * 1024 * 1024;
interface Way {
  transport: Transport;
  app: string;
}

/** Undefined when it has been handed in and wiped; else the answer that was no success, null when there was none. */
export async function handInOne(
  db: Database,
  envelope: Envelope,
  { transport, app }: Way,
): Promise<HttpResponse | null | undefined> {
  for (const part of parts(envelope)) {
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
  await wipeEnvelope(db, envelope.device);
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

function parts(envelope: Envelope): Envelope[] {
  const all: Envelope[] = [];
  let rows: Envelope["rows"] = [];
  let bytes = 0;
  for (const row of envelope.rows) {
    const size = row.bytes.length + 200;
    if (rows.length > 0 && bytes + size > ENVELOPE_BYTES) {
      all.push({ ...envelope, rows });
      rows = [];
      bytes = 0;
    }
    rows.push(row);
    bytes += size;
  }
  return [...all, { ...envelope, rows }];
}
