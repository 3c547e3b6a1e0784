// The pipe end to end: a test process that speaks lines, as the Python one will.

import { spawn } from "node:child_process";
import { createInterface } from "node:readline";
import { generateKeyPairSync } from "node:crypto";
import { expect, it } from "vitest";
import { FakeServer } from "./fake_server";
import { dispatched } from "./phone";
import type { HttpRequest } from "../src/sync/http";

async function talk(script: Record<string, unknown>[], server: FakeServer): Promise<unknown[]> {
  const child = spawn("node", ["harness/phone.mjs"], {
    cwd: new URL("..", import.meta.url),
    stdio: ["pipe", "pipe", "inherit"],
  });
  const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]();
  const next = async () =>
    JSON.parse((await lines.next()).value as string) as Record<string, unknown>;
  const send = (value: unknown) => child.stdin.write(`${JSON.stringify(value)}\n`);
  const answers: unknown[] = [await next()];
  for (const command of script) {
    send(command);
    for (;;) {
      const line = await next();
      if (!("http" in line)) {
        answers.push(line.done ?? line);
        break;
      }
      const request = line.http as HttpRequest;
      const reply = server.handle({
        ...request,
        body: Buffer.from(request.body ?? "", "base64").toString(),
      });
      send({
        status: reply.status,
        headers: reply.headers,
        body: Buffer.from(reply.body).toString("base64"),
      });
    }
  }
  child.stdin.end();
  return answers;
}

it("two phones in one process, one killed between two transactions, the same way twice", async () => {
  const story = async () => {
    const server = new FakeServer();
    server.put("visit", "v-1", dispatched);
    server.intakeJwk = generateKeyPairSync("rsa", { modulusLength: 2048 }).publicKey.export({
      format: "jwk",
    }) as JsonWebKey;
    const act = { name: "visit.accept", entity: "visit", entity_id: "v-1", args: {} };
    const answers = await talk(
      [
        { op: "open", device: "a", seed: 3 },
        { op: "open", device: "b", seed: 4, user: "ben" },
        { op: "online", device: "a", value: false },
        { op: "mutate", device: "a", act },
        { op: "arm", device: "a", transactions: 2 },
        { op: "mutate", device: "a", act: { ...act, name: "visit.travel" } },
        { op: "kill", device: "a" },
        { op: "open", device: "a" },
        { op: "outbox", device: "a" },
        { op: "online", device: "a", value: true },
        { op: "advance", device: "a", seconds: 60 },
        { op: "sync", device: "b" },
        { op: "rows", device: "b", entity: "visit" },
        { op: "nonsense", device: "b" },
      ],
      server,
    );
    return { answers, applied: server.applied };
  };
  const first = await story();
  expect(first.answers[6]).toEqual({ error: "killed" });
  expect(first.answers[9]).toMatchObject([{ mid: 1, name: "visit.accept@1", state: "on_phone" }]);
  expect(first.answers[13]).toMatchObject([{ id: "v-1", status: "accepted" }]);
  expect(first.answers[14]).toEqual({ error: "Unknown op nonsense" });
  expect(await story()).toEqual(first);
}, 20_000);
