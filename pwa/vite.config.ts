import { readFileSync } from "node:fs";
import { svelte } from "@sveltejs/vite-plugin-svelte";
import { defineConfig } from "vitest/config";
import { glyphs } from "./build/glyphs.ts";
import { layout } from "./build/layout.ts";
import { portalWorker, precache } from "./build/precache.ts";
import { compiledAtOnce, namesWords, startChunk, type Look } from "./build/start.ts";

const { version } = JSON.parse(readFileSync("package.json", "utf8")) as { version: string };
/** A build per surface, board first: what only one surface uses of the framework then weighs on no other. */
const PAGES: Record<string, string[]> = {
  board: ["board.html"],
  portal: ["portal.html"],
  engineer: ["engineer.html", "app/board-offline.html"],
  gallery: ["gallery-phone.html", "gallery-desk.html"],
};

const inStart = startChunk("/src/engineer/main.ts");

export default defineConfig(({ mode }) => ({
  base: "/",
  appType: "mpa",
  plugins: [
    glyphs(),
    svelte(),
    layout(),
    compiledAtOnce(),
    namesWords("engineer.html"),
    mode === "engineer" ? precache() : mode === "portal" ? portalWorker() : [],
  ],
  define: { __APP_VERSION__: JSON.stringify(version) },
  server: { proxy: { "/api": "http://127.0.0.1:8000", "/sync": "http://127.0.0.1:8000" } },
  build: {
    outDir: mode === "gallery" ? "dist-gallery" : "dist",
    emptyOutDir: mode === "board" || mode === "gallery",
    manifest: `.vite/${mode}.json`,
    // The policy forbids inline code; every browser that runs Svelte 5 knows modulepreload.
    modulePreload: {
      polyfill: false,
      // The engineer's files lie on the phone and are read at rest: the list of what a screen's code needs would only make a start longer.
      ...(mode === "engineer" && {
        resolveDependencies: (_file, needed, { hostType }) =>
          hostType === "js" ? needed.filter((one) => !one.endsWith(".js")) : needed,
      }),
    },
    assetsInlineLimit: 0,
    rolldownOptions: {
      input: PAGES[mode] ?? Object.values(PAGES).flat(),
      ...(mode === "engineer" && {
        output: {
          codeSplitting: {
            groups: [
              {
                name: (id: string, context: { getModuleInfo: Look }) =>
                  inStart(id, (one) => context.getModuleInfo(one)),
              },
            ],
          },
        },
      }),
    },
  },
  // Under the service worker's scope: by its address, not by the page that hires it, a worker is answered without a network.
  worker: {
    format: "es",
    rolldownOptions: { output: { entryFileNames: "app/workers/[name]-[hash].js" } },
  },
  test: {
    include: ["src/**/*.test.ts", "build/**/*.test.ts", "test/**/*.test.ts"],
    environment: "node",
    // Vitest leaves one core alone: of two, that is half.
    maxWorkers: "100%",
  },
}));
