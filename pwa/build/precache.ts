/* Vite plugins: builds the service workers after the pages; the staff's gets the list of files it must hold.
   Owns which files an offline start of the engineer surface needs and their content hashes.
   Does not own what the worker does with the list: src/sw. */
import { createHash } from "node:crypto";
import { readFileSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { build, type Plugin, type ResolvedConfig } from "vite";
import { filesOf, reachable, type Manifest } from "./closure.ts";

export interface PrecacheEntry {
  url: string;
  hash: string;
  later?: true;
}

/** Large, and wanted by some phones only: not part of an install. */
const LATER = /\.wasm$/;
const ENGINEER = "engineer.html";
const BOARD_OFFLINE = "app/board-offline.html";

/** The URL under which Flask serves a built file: every page of the engineer surface is `/app/`. */
const urlOf = (file: string) => (file === ENGINEER ? "/app/" : `/${file}`);

export function precacheList(outDir: string): PrecacheEntry[] {
  const manifest = JSON.parse(
    readFileSync(join(outDir, ".vite/engineer.json"), "utf8"),
  ) as Manifest;
  const assets = filesOf(manifest, reachable(manifest, [ENGINEER, BOARD_OFFLINE], true));
  const shell = readdirSync(join(outDir, "app"), { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && entry.name !== "sw.js")
    .map((entry) => join(entry.parentPath, entry.name).slice(outDir.length + 1));
  return [...new Set([ENGINEER, ...assets, ...shell])].sort().map((file) => ({
    url: urlOf(file),
    // The worker compares this with what it downloaded: a deploy in the middle of an install cannot mix builds.
    hash: createHash("sha256")
      .update(readFileSync(join(outDir, file)))
      .digest("hex")
      .slice(0, 16),
    ...(LATER.test(file) && { later: true as const }),
  }));
}

/** Bundles one worker into `folder` of the build that has just been written. */
const bundle = (
  config: ResolvedConfig,
  input: string,
  folder: string,
  define: Record<string, string> = {},
) =>
  build({
    configFile: false,
    root: config.root,
    logLevel: "warn",
    publicDir: false,
    define,
    build: {
      outDir: join(config.root, config.build.outDir, folder),
      emptyOutDir: false,
      rolldownOptions: {
        input: join(config.root, input),
        output: { format: "iife", entryFileNames: "sw.js" },
      },
    },
  });

/** A plugin that does this once the pages are there. */
function after(name: string, work: (config: ResolvedConfig) => Promise<unknown>): Plugin {
  let config: ResolvedConfig;
  return {
    name,
    apply: "build",
    configResolved: (resolved) => void (config = resolved),
    async closeBundle(error) {
      if (!error) await work(config);
    },
  };
}

export const precache = (): Plugin =>
  after("callout-precache", (config) =>
    bundle(config, "src/sw/sw.ts", "app", {
      __PRECACHE__: JSON.stringify(precacheList(join(config.root, config.build.outDir))),
    }),
  );

export const portalWorker = (): Plugin =>
  after("callout-portal-worker", (config) => bundle(config, "src/sw/portal.ts", "p"));
