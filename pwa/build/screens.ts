/* Looks at the product's own screens against a running server: every address × language × theme × size, through axe.
   SERVER names the server, LOGIN and PASSWORD who looks, LINK a customer's link; LOOK=folder writes pictures.
   Unlike look.ts, which shows the kit, this needs data; the demo company is enough. */
import { mkdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import type { BrowserContext, Page } from "playwright-core";
import { complaints, launch } from "./browser.ts";

const server = process.env.SERVER ?? "http://localhost:8000";
const pictures = process.env.LOOK;
const only = process.env.ONLY;
const axe = readFileSync("node_modules/axe-core/axe.min.js", "utf8");
const SIZES = { desk: { width: 1440, height: 900 }, phone: { width: 390, height: 844 } };
const BOARD = "/app/board";

type Act = (page: Page) => Promise<void>;
interface Screen {
  name: string;
  path: string;
  act?: Act;
  sizes?: (keyof typeof SIZES)[];
  /** Seen without signing in. */
  open?: boolean;
}

const openFirst: Act = async (page) => {
  await page.waitForSelector("tbody tr");
  await page.keyboard.press("j");
  await page.keyboard.press("Enter");
  await page.waitForSelector(".head h3");
};
const assign: Act = async (page) => {
  await page.waitForSelector("tbody tr");
  await page.keyboard.press("j");
  await page.keyboard.press("a");
  await page.waitForSelector("form select");
  await page.locator("form select").first().selectOption({ index: 1 });
};
const menu: Act = async (page) => page.locator("header .menu .button").click();

const screens: Screen[] = [
  { name: "orders", path: `${BOARD}?tab=all` },
  { name: "order", path: `${BOARD}?tab=done`, act: openFirst },
  { name: "assign", path: `${BOARD}?tab=plan`, act: assign, sizes: ["desk"] },
  { name: "new", path: `${BOARD}?open=new`, sizes: ["desk"] },
  { name: "nothing", path: `${BOARD}?q=zzzz` },
  { name: "menu", path: `${BOARD}?tab=progress`, act: menu },
  { name: "messages", path: `${BOARD}/messages`, act: openMessage, sizes: ["desk", "phone"] },
  { name: "attention", path: `${BOARD}/attention` },
  { name: "devices", path: `${BOARD}/devices` },
  { name: "login", path: BOARD, open: true },
  ...(process.env.LINK ?? "")
    .split(" ")
    .filter(Boolean)
    .map((path, at) => ({ name: `portal${at}`, path, open: true })),
  { name: "portal-over", path: "/p/not-a-link", open: true },
];

async function openMessage(page: Page): Promise<void> {
  const row = page.locator("tbody tr").first();
  if (
    await row.waitFor({ timeout: 3000 }).then(
      () => true,
      () => false,
    )
  )
    await row.click();
}

async function signIn(context: BrowserContext): Promise<void> {
  const answer = await context.request.post(`${server}/api/v1/session`, {
    data: {
      login: process.env.LOGIN ?? "asha",
      password: process.env.PASSWORD ?? "callout-demo",
      device: null,
    },
  });
  if (!answer.ok()) throw new Error(`sign-in answered ${answer.status()}: ${await answer.text()}`);
}

interface Finding {
  id: string;
  nodes: { html: string; failureSummary?: string }[];
}

/** What is wrong with a page as it stands now. */
async function faultsOf(page: Page): Promise<string[]> {
  await page.evaluate(axe);
  const found = (await page.evaluate("axe.run().then(r => r.violations)")) as Finding[];
  const wide = (await page.evaluate(
    "document.documentElement.scrollWidth > innerWidth",
  )) as boolean;
  return [
    ...found.flatMap((one) =>
      one.nodes.map((n) => `${one.id} ${n.html.slice(0, 160)} ${n.failureSummary ?? ""}`),
    ),
    ...(wide ? ["wider than the screen"] : []),
  ];
}

const faults: string[] = [];
if (pictures) mkdirSync(pictures, { recursive: true });
const browser = await launch();
const looks = (["light", "dark"] as const).flatMap((theme) =>
  (["zh-CN", "en"] as const).map((lang) => ({ theme, lang })),
);
for (const size of ["desk", "phone"] as const)
  for (const { theme, lang } of looks) {
    // axe is injected, so this context steps around the policy; the server's own tests keep it.
    const context = await browser.newContext({
      viewport: SIZES[size],
      bypassCSP: true,
      reducedMotion: "reduce",
      serviceWorkers: "block",
      timezoneId: "Asia/Shanghai",
    });
    await context.addInitScript(
      `localStorage.setItem("callout.locale", "${lang}"); localStorage.setItem("callout.theme", "${theme}")`,
    );
    let signedIn = false;
    for (const screen of screens.toSorted((a, b) => Number(b.open ?? 0) - Number(a.open ?? 0))) {
      if (only && !only.split(",").includes(screen.name)) continue;
      if (screen.sizes && !screen.sizes.includes(size)) continue;
      if (!screen.open && !signedIn) {
        await signIn(context);
        signedIn = true;
      }
      const name = `${screen.name}-${size}-${theme}-${lang}`;
      const page = await context.newPage();
      const heard = complaints(page);
      await page.goto(server + screen.path);
      await page.waitForSelector("#app > *");
      await page.waitForTimeout(700);
      await screen.act?.(page).catch((error: unknown) => faults.push(`${name}: ${String(error)}`));
      await page.waitForTimeout(400);
      if (pictures) await page.screenshot({ path: join(pictures, `${name}.png`) });
      // A refusal that a screen is about (no session yet, a link that is over) is no complaint.
      const real = heard.filter((text) => !/status of (401|404)|blocked by Playwright/.test(text));
      faults.push(...[...(await faultsOf(page)), ...real].map((fault) => `${name}: ${fault}`));
      await page.close();
    }
    await context.close();
  }
await browser.close();
console.log(faults.length ? faults.join("\n") : "screens: no findings");
if (faults.length) process.exitCode = 1;
