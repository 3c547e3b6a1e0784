/* Size budgets, gzip, from the manifest closure. Owns the numbers and the pass/fail lines; run after `npm run build`.
   "initial" is everything before the first usable screen: the static imports and the larger language. */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import { filesOf, reachable, type Manifest } from "./closure.ts";

const OUT = "dist";
/** Each surface is a build of its own, with its own manifest. */
const manifestOf = (entry: string) =>
  JSON.parse(readFileSync(join(OUT, ".vite", entry.replace(".html", ".json")), "utf8")) as Manifest;

const gzip = (file: string) => gzipSync(readFileSync(join(OUT, file)), { level: 9 }).length;
const total = (files: string[], end: string) =>
  files.filter((file) => file.endsWith(end)).reduce((sum, file) => sum + gzip(file), 0);

/** Static closure plus, of the two languages, the one that weighs more: no screen starts without words. */
function initial(entry: string): string[] {
  const manifest = manifestOf(entry);
  const first = reachable(manifest, [entry], false);
  const words = [".en.ts", ".zh-CN.ts"].map((name) =>
    first
      .flatMap((key) => manifest[key]?.dynamicImports ?? [])
      .filter((key) => key.startsWith("src/i18n/") && key.endsWith(name)),
  );
  const sets = words.map((keys) => filesOf(manifest, reachable(manifest, [entry, ...keys], false)));
  return sets.reduce((a, b) => (total(a, ".js") >= total(b, ".js") ? a : b));
}

const largestLazy = (entry: string) => {
  const before = new Set(initial(entry));
  const manifest = manifestOf(entry);
  const lazy = filesOf(manifest, reachable(manifest, [entry], true)).filter((f) => !before.has(f));
  return Math.max(0, ...lazy.filter((file) => !file.endsWith(READER)).map(gzip));
};

/** Fetched at rest, and only by phones whose browser reads no codes itself. */
const READER = ".wasm";
const reader = () =>
  total(
    filesOf(
      manifestOf("engineer.html"),
      reachable(manifestOf("engineer.html"), ["engineer.html"], true),
    ),
    READER,
  );

const lines: [bench: string, bytes: number, goal: number][] = [
  ["engineer initial js", total(initial("engineer.html"), ".js"), 70],
  ["engineer initial css", total(initial("engineer.html"), ".css"), 12],
  ["portal initial js", total(initial("portal.html"), ".js"), 35],
  ["board initial js", total(initial("board.html"), ".js"), 120],
  ["engineer largest lazy chunk", largestLazy("engineer.html"), 300],
  ["code reader, where the browser has none", reader(), 420],
  ["service worker", gzip("app/sw.js"), 6],
  ["portal's service worker", gzip("p/sw.js"), 2],
];

for (const [bench, bytes, goal] of lines) {
  const value = Math.round(bytes / 102.4) / 10;
  const pass = value <= goal;
  if (!pass) process.exitCode = 1;
  console.log(JSON.stringify({ bench, value, unit: "KB gzip", goal, peer: null, pass }));
}
