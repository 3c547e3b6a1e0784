/* Vite plugin: builds the service worker after the pages and injects the list of files it must hold.
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
}

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
  }));
}

export function precache(): Plugin {
  let config: ResolvedConfig;
  return {
    name: "callout-precache",
    apply: "build",
    configResolved: (resolved) => void (config = resolved),
    async closeBundle(error) {
      if (error) return;
      const outDir = join(config.root, config.build.outDir);
      await build({
        configFile: false,
        root: config.root,
        logLevel: "warn",
        publicDir: false,
        define: { __PRECACHE__: JSON.stringify(precacheList(outDir)) },
        build: {
          outDir: join(outDir, "app"),
          emptyOutDir: false,
          rolldownOptions: {
            input: join(config.root, "src/sw/sw.ts"),
            output: { format: "iife", entryFileNames: "sw.js" },
          },
        },
      });
    },
  };
}
