/* Serves a built folder the way Flask does and opens the machine's Chromium (CHROMIUM names another one).
   Owns nothing of the checks themselves: look.ts and offline.ts do. */
import { chromium, type Browser, type Page } from "playwright-core";
import { preview } from "vite";

export const FLAGS =
  "--no-sandbox --disable-gpu --disable-quic --no-first-run --disable-background-networking --disable-component-update --disable-sync";

export async function serve(
  mode: "gallery" | "production",
): Promise<{ url: string; close: () => Promise<void> }> {
  const server = await preview({
    mode,
    logLevel: "error",
    preview: { host: "127.0.0.1", port: 0 },
  });
  const address = server.httpServer.address();
  const port = typeof address === "object" && address ? address.port : 0;
  return { url: `http://127.0.0.1:${port}`, close: () => server.close() };
}

export const launch = (): Promise<Browser> =>
  chromium.launch({
    executablePath: process.env.CHROMIUM ?? "/usr/bin/chromium",
    args: FLAGS.split(" "),
  });

/** Everything a page complains about: broken policy, script errors, missing files. */
export function complaints(page: Page): string[] {
  const heard: string[] = [];
  page.on("console", (message) => {
    if (message.type() === "error" || message.type() === "warning") heard.push(message.text());
  });
  page.on("pageerror", (error) => heard.push(String(error)));
  return heard;
}
