/* The other end of tests/fuzz: expressions come as lines of JSON, what the phone's engine makes of them goes back as lines. */
import { createInterface } from "node:readline";
import { runnerImport } from "vite";

const { computed } = (await runnerImport("./harness/computed.ts", { logLevel: "error" })).module;
process.stdout.write('{"ready":1}\n');
for await (const line of createInterface({ input: process.stdin }))
  process.stdout.write(`${computed(line)}\n`);
