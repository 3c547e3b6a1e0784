/* The other end of tests/fuzz/test_forms.py: forms with answers come as lines of JSON, what the phone shows of them goes back as lines. */
import { createInterface } from "node:readline";
import { runnerImport } from "vite";

const { stepped } = (await runnerImport("./harness/seen.ts", { logLevel: "error" })).module;
process.stdout.write('{"ready":1}\n');
for await (const line of createInterface({ input: process.stdin }))
  process.stdout.write(`${stepped(line)}\n`);
