/* Vite plugin: the dev and preview servers answer the same URLs as Flask, with the same security headers.
   Owns the mapping of addresses to pages for development only; the product's mapping is the server's. */
import { existsSync } from "node:fs";
import { join } from "node:path";
import type { Connect, Plugin } from "vite";

const CSP =
  "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' blob: data:; connect-src 'self'; " +
  "worker-src 'self'; manifest-src 'self'; font-src 'self'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'";
const READER = "/app/workers/scan.worker-";
const CSP_OF_READER = CSP.replace("script-src 'self'", "script-src 'self' 'wasm-unsafe-eval'");

/** The HTML page that answers a navigation to `path`, or undefined when a file should. */
export function pageFor(path: string): string | undefined {
  if (path === "/app/board" || path.startsWith("/app/board/")) return "/board.html";
  if (path === "/app" || path.startsWith("/app/")) return "/engineer.html";
  if (path.startsWith("/p/")) return "/portal.html";
  return undefined;
}

function answer(root: string): Connect.NextHandleFunction {
  return (request, _response, next) => {
    const path = new URL(request.url ?? "/", "http://localhost").pathname;
    const isFile = path !== "/app/" && existsSync(join(root, path));
    const page = isFile ? undefined : pageFor(path);
    if (page) request.url = page;
    next();
  };
}

export function layout(): Plugin {
  return {
    name: "callout-layout",
    configureServer: (server) => {
      // Files of public/app keep their own answer; the dev server finds them after this rewrite.
      server.middlewares.use(answer(join(server.config.root, "public")));
    },
    configurePreviewServer: (server) => {
      server.middlewares.use((request, response, next) => {
        const isReader = request.url?.startsWith(READER);
        response.setHeader("Content-Security-Policy", isReader ? CSP_OF_READER : CSP);
        response.setHeader("X-Content-Type-Options", "nosniff");
        if (request.url?.startsWith("/app/")) response.setHeader("Cache-Control", "no-cache");
        next();
      });
      server.middlewares.use(answer(join(server.config.root, server.config.build.outDir)));
    },
  };
}
