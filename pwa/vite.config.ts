import { readFileSync } from "node:fs";
import { svelte } from "@sveltejs/vite-plugin-svelte";
import { defineConfig } from "vitest/config";
import { layout } from "./build/layout.ts";
import { precache } from "./build/precache.ts";

const { version } = JSON.parse(readFileSync("package.json", "utf8")) as { version: string };
const pages = ["engineer.html", "board.html", "portal.html", "app/board-offline.html"];

export default defineConfig(({ mode }) => ({
  base: "/",
  appType: "mpa",
  plugins: [svelte(), layout(), mode === "gallery" ? [] : precache()],
  define: { __APP_VERSION__: JSON.stringify(version) },
  server: { proxy: { "/api": "http://127.0.0.1:8000", "/sync": "http://127.0.0.1:8000" } },
  build: {
    outDir: mode === "gallery" ? "dist-gallery" : "dist",
    emptyOutDir: true,
    manifest: true,
    // The policy forbids inline code; every browser that runs Svelte 5 knows modulepreload.
    modulePreload: { polyfill: false },
    assetsInlineLimit: 0,
    rolldownOptions: {
      input: mode === "gallery" ? ["gallery-phone.html", "gallery-desk.html"] : pages,
    },
  },
  test: {
    include: ["src/**/*.test.ts", "build/**/*.test.ts", "test/**/*.test.ts"],
    environment: "node",
  },
}));
