/* What the walks share: a browser with a profile on the disk, signing in, looking at a screen (picture, axe, width,
   targets) in every theme and language. SERVER names the running demo server, LOOK a folder for pictures. */
import { mkdirSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { chromium, type BrowserContext, type Page } from "playwright-core";
import { complaints, FLAGS } from "./browser.ts";

export const server = process.env.SERVER ?? "http://127.0.0.1:8000";
const pictures = process.env.LOOK;
const axe = readFileSync("node_modules/axe-core/axe.min.js", "utf8");
const profile = mkdtempSync(join(tmpdir(), "callout-walk-"));
export const throwAway = () => rmSync(profile, { recursive: true, force: true });
export const faults: string[] = [];
export const check = (ok: boolean, what: string) => {
  console.log(`${ok ? "ok " : "NOT"} ${what}`);
  if (!ok) faults.push(what);
};
if (pictures) mkdirSync(pictures, { recursive: true });

/** A profile on the disk: closing it is the kill, opening it again is the next start. */
export async function start(): Promise<{ context: BrowserContext; page: Page; heard: string[] }> {
  const context = await chromium.launchPersistentContext(profile, {
    executablePath: process.env.CHROMIUM ?? "/usr/bin/chromium",
    args: FLAGS.split(" "),
    viewport: { width: 390, height: 844 },
    deviceScaleFactor: 2,

    hasTouch: true,
    locale: "zh-CN",
    timezoneId: "Asia/Shanghai",
    reducedMotion: "reduce",
    bypassCSP: true, // axe is injected; offline.ts keeps the policy
  });
  const page = context.pages()[0] ?? (await context.newPage());
  return { context, page, heard: complaints(page) };
}

interface Finding {
  id: string;
  nodes: { html: string; failureSummary?: string }[];
}
export async function examine(page: Page, name: string): Promise<void> {
  if (pictures) await page.screenshot({ path: join(pictures, `${name}.png`) });
  await page.evaluate(axe);
  const found = (await page.evaluate("axe.run().then(r => r.violations)")) as Finding[];
  const tooWide = (await page.evaluate(
    "document.documentElement.scrollWidth > innerWidth || [...document.querySelectorAll('.scroll, dialog[open]')].some(e => e.scrollWidth > e.clientWidth)",
  )) as boolean;
  const small = (await page.evaluate(
    "[...document.querySelectorAll('main button, main a, nav a, dialog[open] button')].filter(e => e.checkVisibility() && !e.disabled).map(e => { const r = e.getBoundingClientRect(); const a = getComputedStyle(e, '::after'); const more = a.position === 'absolute' ? 8 : 0; return [e.textContent.trim().slice(0, 30), Math.round(r.height) + more] }).filter(([, h]) => h > 0 && h < 44)",
  )) as unknown[];
  for (const v of found)
    for (const n of v.nodes)
      check(false, `${name}: ${v.id} ${n.html.slice(0, 160)} ${n.failureSummary ?? ""}`);
  if (tooWide) check(false, `${name}: wider than the screen`);
  if (small.length) check(false, `${name}: small targets ${JSON.stringify(small)}`);
  console.log(`    ${name}`);
}

export async function signIn(page: Page): Promise<void> {
  await page.fill("[name=login]", "ben");
  await page.fill("[name=password]", "callout-demo");
  await page.click("[type=submit]");
}

export async function inEveryDress(
  page: Page,
  name: string,
  to?: (page: Page) => Promise<void>,
): Promise<void> {
  for (const [theme, lang] of [
    ["light", "zh-CN"],
    ["dark", "zh-CN"],
    ["outdoor", "zh-CN"],
    ["light", "en"],
    ["outdoor", "en"],
  ] as const) {
    await page.evaluate(
      `localStorage.setItem("callout.theme", "${theme}"); localStorage.setItem("callout.locale", "${lang}")`,
    );
    await page.reload();
    await page.waitForSelector("main h1");
    await page.waitForTimeout(500);
    if (to) await to(page);
    await examine(page, `${name}-${theme}-${lang}`);
  }
  await page.evaluate(
    `localStorage.setItem("callout.theme", "light"); localStorage.setItem("callout.locale", "zh-CN")`,
  );
  await page.reload();
  await page.waitForSelector("main h1");
}
