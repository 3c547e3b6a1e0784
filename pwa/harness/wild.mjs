/* The other end of tests/fuzz/test_wild.py: a line {"seed", "from", "count"} is answered with that many cases and what the phone's engine makes
   of each, a line {"ast", "context"} with what it makes of that. */
import { createInterface } from "node:readline";
import { runnerImport } from "vite";

const { answered } = (await runnerImport("./harness/wild.ts", { logLevel: "error" })).module;
process.stdout.write('{"ready":1}\n');
for await (const line of createInterface({ input: process.stdin }))
  for (const answer of answered(line)) process.stdout.write(`${answer}\n`);
