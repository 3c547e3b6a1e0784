// The pipe: JSON lines in, JSON lines out, one thing at a time. A command may cause requests; each is written out and the next line
// that comes in is its answer. Requests of all phones stand in one line, so the test process needs no threads.

import "fake-indexeddb/auto";
import { createInterface } from "node:readline";
import type { HttpRequest, HttpResponse, Transport } from "../src/sync/http";
import { run, type Command } from "./commands";

interface Answer {
  status?: number;
  headers?: Record<string, string>;
  body?: string;
  lost?: boolean;
}
const lines = createInterface({ input: process.stdin })[Symbol.asyncIterator]();
let turn: Promise<unknown> = Promise.resolve();

const write = (value: unknown) => process.stdout.write(`${JSON.stringify(value, spell)}\n`);

/** Keys and buffers of a dump have no JSON of their own. */
function spell(_name: string, value: unknown): unknown {
  if (value instanceof ArrayBuffer) return { base64: Buffer.from(value).toString("base64") };
  return value instanceof CryptoKey
    ? { crypto_key: value.algorithm.name, extractable: value.extractable }
    : value;
}

async function read(): Promise<unknown> {
  const { value, done } = await lines.next();
  if (done) process.exit(0);
  return JSON.parse(value) as unknown;
}

function transportOf(device: string): Transport {
  return (request) => {
    const mine = turn.then(() => exchange(device, request));
    turn = mine.catch(() => undefined);
    return mine;
  };
}

async function exchange(
  device: string,
  { method, path, headers, body, bytes }: HttpRequest,
): Promise<HttpResponse> {
  write({
    http: {
      device,
      method,
      path,
      headers,
      body: Buffer.from(bytes ?? body ?? "").toString("base64"),
    },
  });
  const answer = (await read()) as Answer;
  if (answer.lost || answer.status === undefined) throw new Error("no answer");
  const named = Object.entries(answer.headers ?? {}).map(
    ([name, value]) => [name.toLowerCase(), value] as const,
  );
  return {
    status: answer.status,
    headers: Object.fromEntries(named),
    body: Buffer.from(answer.body ?? "", "base64"),
  };
}

write({ ready: 1 });
for (;;) {
  const command = (await read()) as Command;
  try {
    write({ done: (await run(command, transportOf)) ?? null });
  } catch (error) {
    write({ error: error instanceof Error ? error.message : String(error) });
  }
}
