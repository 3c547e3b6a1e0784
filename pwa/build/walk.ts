/* Walks the engineer's screens in a browser against a running demo server: SERVER=http://… npm run walk. Signs in, works
   offline, is killed, comes back, delivers; every screen × theme × language through axe. LOOK=folder writes pictures. */
import { mkdirSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { chromium, type BrowserContext, type Page } from "playwright-core";
import { complaints, FLAGS } from "./browser.ts";

const server = process.env.SERVER ?? "http://127.0.0.1:8000";
const pictures = process.env.LOOK;
const axe = readFileSync("node_modules/axe-core/axe.min.js", "utf8");
const profile = mkdtempSync(join(tmpdir(), "callout-walk-"));
const faults: string[] = [];
const check = (ok: boolean, what: string) => {
  console.log(`${ok ? "ok " : "NOT"} ${what}`);
  if (!ok) faults.push(what);
};
if (pictures) mkdirSync(pictures, { recursive: true });

/** A profile on the disk: closing it is the kill, opening it again is the next start. */
async function start(): Promise<{ context: BrowserContext; page: Page; heard: string[] }> {
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
async function examine(page: Page, name: string): Promise<void> {
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

async function signIn(page: Page): Promise<void> {
  await page.fill("[name=login]", "ben");
  await page.fill("[name=password]", "callout-demo");
  await page.click("[type=submit]");
}

async function inEveryDress(page: Page, name: string): Promise<void> {
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
    await examine(page, `${name}-${theme}-${lang}`);
  }
  await page.evaluate(
    `localStorage.setItem("callout.theme", "light"); localStorage.setItem("callout.locale", "zh-CN")`,
  );
  await page.reload();
  await page.waitForSelector("main h1");
}

let run = await start();
try {
  let { context, page } = run;
  await page.goto(`${server}/app/`);
  await page.waitForSelector("[name=login]");
  await signIn(page);
  await page.waitForSelector("a.job, .hero");
  check((await page.locator("a.job, .hero, .row").count()) >= 4, "today shows the day's jobs");
  await page.evaluate("navigator.serviceWorker.ready");
  await page.waitForTimeout(800);
  await inEveryDress(page, "today");

  await page.click(".hero a");
  await page.waitForSelector(".steps");
  const job = page.url();
  check(
    (await page.evaluate("document.activeElement?.tagName")) === "H1",
    "a new page begins at its title",
  );
  await inEveryDress(page, "job");

  await context.setOffline(true);
  await page.waitForSelector("a.offline");
  for (const verb of ["接单", "出发", "到达现场"]) {
    await page.click(`.bar button:has-text("${verb}")`);
    await page.waitForSelector(`[role=status]:has-text("已存本机") button:has-text("撤销")`);
  }
  check(true, "accept, set off, arrive without a network, each with undo");
  await examine(page, "job-offline");
  await page.fill("textarea >> nth=0", "冷凝器脏堵，清洗后高压 1,620 kPa");
  await page.waitForTimeout(300);
  await context.close(); // the battery

  run = await start();
  ({ context, page } = run);
  await context.setOffline(true);
  await page.goto(`${server}/app/`);
  await page.waitForSelector(".hero");
  check((await page.innerText(".hero")).includes("在现场"), "after a kill the job is where it was");
  check((await page.innerText("main")).includes("继续填写"), "and Today leads back to the text");
  await examine(page, "today-offline-killed");
  await page.click("text=继续填写");
  await page.waitForSelector("textarea");
  await page.waitForTimeout(300);
  check(
    (await page.inputValue("textarea >> nth=0")).startsWith("冷凝器脏堵"),
    "the words are back",
  );
  check((await page.evaluate("document.activeElement?.tagName")) === "TEXTAREA", "with the caret");
  await page.click('.bar button:has-text("完成任务")');
  await page.waitForSelector("dialog[open]");
  await page.click('dialog[open] button:has-text("完成任务")');
  check((await page.innerText("dialog[open]")).includes("请选择结果"), "it says what is missing");
  await examine(page, "complete-sheet");
  await page.click('dialog[open] label:has-text("已修好")');
  await page.click('dialog[open] button:has-text("完成任务")');
  await page.waitForSelector(`[role=status]:has-text("完成任务") button:has-text("撤销")`);
  await examine(page, "job-done-offline");

  await page.goto(`${server}/app/outbox`);
  await page.waitForSelector(".r");
  check((await page.locator("section .r, ul .r, .card .r").count()) === 5, "five entries in words");
  await inEveryDress(page, "outbox-offline");
  await context.setOffline(false);
  await page.evaluate("dispatchEvent(new Event('online'))");
  await page.waitForFunction("document.querySelector('main')?.innerText.includes('都已送达')");
  check(true, "back online everything is delivered by itself");
  await page.waitForTimeout(600);
  await inEveryDress(page, "outbox");
  await page.goto(job);
  await page.waitForSelector(".steps");
  await page.waitForTimeout(500);
  await examine(page, "job-done");
  await page.goto(`${server}/app/me`);
  await page.waitForSelector("dl");
  await inEveryDress(page, "me");
  await page.goto(`${server}/app/`);
  await page.waitForSelector("a.job, .hero");
  await page.waitForTimeout(500);
  await inEveryDress(page, "today-later");
  const own = run.heard.filter((text) => !/ERR_INTERNET_DISCONNECTED|status of 4\d\d/.test(text));
  check(own.length === 0, `no complaints ${own.join(" | ")}`);
} finally {
  await run.context.close().catch(() => undefined);
  rmSync(profile, { recursive: true, force: true });
}
if (faults.length) process.exitCode = 1;
