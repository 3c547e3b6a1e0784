import { describe, expect, it } from "vitest";
import { filesOf, reachable, type Manifest } from "./closure.ts";

const manifest: Manifest = {
  "engineer.html": {
    file: "assets/engineer-1.js",
    css: ["assets/engineer-1.css"],
    imports: ["_runtime-1.js"],
    dynamicImports: ["src/session/Login.svelte"],
  },
  "_runtime-1.js": { file: "assets/runtime-1.js", css: ["assets/shared-1.css"] },
  "src/session/Login.svelte": {
    file: "assets/Login-1.js",
    imports: ["_runtime-1.js", "engineer.html"],
    assets: ["assets/mark-1.svg"],
  },
  "board.html": { file: "assets/board-1.js", imports: ["_runtime-1.js"] },
};

describe("the closure of a page", () => {
  it("holds the shared runtime chunk: without it an offline start shows nothing", () => {
    expect(filesOf(manifest, reachable(manifest, ["engineer.html"], true))).toContain(
      "assets/runtime-1.js",
    );
  });

  it("follows dynamic imports, css and assets, and ends although chunks import each other", () => {
    expect(filesOf(manifest, reachable(manifest, ["engineer.html"], true))).toEqual([
      "assets/Login-1.js",
      "assets/engineer-1.css",
      "assets/engineer-1.js",
      "assets/mark-1.svg",
      "assets/runtime-1.js",
      "assets/shared-1.css",
    ]);
  });

  it("leaves lazy chunks out of what loads first, and other surfaces out of everything", () => {
    const first = filesOf(manifest, reachable(manifest, ["engineer.html"], false));
    expect(first).not.toContain("assets/Login-1.js");
    expect(filesOf(manifest, reachable(manifest, ["engineer.html"], true))).not.toContain(
      "assets/board-1.js",
    );
  });

  it("refuses an entry that the build no longer has", () => {
    expect(() => reachable(manifest, ["gone.html"], true)).toThrow(/gone\.html/);
  });
});
