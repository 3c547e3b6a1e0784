// Starts the simulator's phones: bundles harness/pipe.ts with the real sync, store and engines code, and runs it. Reads commands from
// stdin, one JSON line each, and writes JSON lines to stdout (README.md). Nothing is fetched.

import { createHash } from "node:crypto";
import { existsSync, mkdirSync, renameSync, writeFileSync } from "node:fs";
import { fileURLToPath, pathToFileURL } from "node:url";
import { build } from "vite";

const root = fileURLToPath(new URL("..", import.meta.url));
const cache = `${root}/node_modules/.cache/callout-phone`;
const built = await build({
  root,
  configFile: false,
  logLevel: "error",
  build: {
    ssr: "harness/pipe.ts",
    write: false,
    target: "node20",
    rolldownOptions: { output: { format: "es", codeSplitting: false } },
  },
});
const { code } = (Array.isArray(built) ? built[0] : built).output[0];
const file = `${cache}/${createHash("sha256").update(code).digest("hex").slice(0, 16)}.mjs`;
if (!existsSync(file)) {
  mkdirSync(cache, { recursive: true });
  writeFileSync(`${file}.${process.pid}`, code);
  renameSync(`${file}.${process.pid}`, file);
}
await import(pathToFileURL(file).href);
