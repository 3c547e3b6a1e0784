/* The gate of an installable app: install the worker, cut the network, reload, and every engineer route renders;
   the board says what it needs; a new build waits and takes over when told. Under the product's own policy headers.
   The server's answers are stood in for here. Run after `npm run build`. */
import { readFileSync, writeFileSync } from "node:fs";
import type { BrowserContext, Page } from "playwright-core";
import { complaints, launch, serve } from "./browser.ts";

const USER = { id: "0190", name: "Ben 本", locale: "en", landing: "engineer" };
const ROUTES = [
  "/app/",
  "/app/jobs/none",
  "/app/conflicts/none",
  "/app/outbox",
  "/app/me",
  "/app/no-such-page",
];
const faults: string[] = [];
const check = (ok: boolean, what: string) => {
  console.log(`${ok ? "ok " : "NOT"} ${what}`);
  if (!ok) faults.push(what);
};

/** As server/api/session.py answers: the person, and beside him what belongs to his session. */
const ANSWER = {
  user: USER,
  landing: "/app/",
  grants: ["screen.engineer"],
  organisation: { name: "Henleng", zone: "Asia/Shanghai" },
};

async function standIn(context: BrowserContext): Promise<void> {
  let signedIn = false;
  // This server has its company: the sign-in shows at once.
  await context.route("**/api/v1/setup?*", (route) =>
    route.fulfill({ json: { is_needed: false } }),
  );
  await context.route("**/api/v1/session?*", async (route) => {
    const method = route.request().method();
    const login =
      method === "POST"
        ? (route.request().postDataJSON() as { password: string; device: { id: string } })
        : null;
    if (login?.password === "right" && login.device.id.length === 36) signedIn = true;
    if (signedIn) return route.fulfill({ json: ANSWER });
    const detail = "The login or the password is not right.";
    return route.fulfill({
      status: method === "POST" ? 422 : 401,
      headers: { "Content-Type": "application/problem+json" },
      body: JSON.stringify({ code: "bad_login", title: "Not signed in", detail, retry: false }),
    });
  });
}

async function signIn(page: Page): Promise<void> {
  await page.fill("[name=login]", "ben");
  await page.fill("[name=password]", "wrong");
  await page.click("[type=submit]");
  await page.waitForSelector("[role=alert]");
  check(
    (await page.textContent("[role=alert]"))?.includes("not right") ?? false,
    "a refusal says the server's sentence",
  );
  check((await page.inputValue("[name=login]")) === "ben", "a refusal keeps what was typed");
  await page.fill("[name=password]", "right");
  await page.click("[type=submit]");
  await page.waitForSelector("nav a[aria-current=page]");
}

const site = await serve("production");
const browser = await launch();
try {
  const context = await browser.newContext({ viewport: { width: 390, height: 844 }, locale: "en" });
  await standIn(context);
  const page = await context.newPage();
  const heard = complaints(page);
  await page.goto(`${site.url}/app/`);
  await page.waitForSelector("[name=login]");
  await signIn(page);
  await page.evaluate("navigator.serviceWorker.ready");
  const cached = (await page.evaluate(
    "caches.keys().then(k => caches.open(k[0])).then(c => c.keys()).then(k => k.map(r => new URL(r.url).pathname))",
  )) as string[];
  check(
    cached.length > 10 && !cached.some((path) => /^\/(api|sync)/.test(path)),
    `${cached.length} files held, none of /api`,
  );

  const policy = heard.filter((text) => !/status of [45]\d\d/.test(text));
  check(policy.length === 0, `no complaint under the security policy ${policy.join(" | ")}`);

  await context.unroute("**/api/v1/session?*");
  await context.unroute("**/api/v1/setup?*");
  await context.setOffline(true);
  for (const route of ROUTES) {
    await page.goto(site.url + route);
    await page.waitForSelector("main h1, main h2");
    const text = (await page.innerText("main")).trim();
    check(
      text.length > 20 && text.includes("Offline"),
      `offline ${route}: ${text.replace(/\s+/g, " ").slice(0, 70)}`,
    );
  }
  await page.goto(`${site.url}/app/board/orders`);
  check(
    (await page.innerText("main")).includes("board needs a connection"),
    "offline board says what it needs",
  );
  await page.click("text=Go to Today");
  await page.waitForSelector("nav[aria-label]");
  check(page.url().endsWith("/app/"), "and leads to Today");
  if (process.env.LOOK) await page.screenshot({ path: `${process.env.LOOK}/offline-today.png` });

  await context.setOffline(false);
  await standIn(context);
  const worker = readFileSync("dist/app/sw.js", "utf8");
  try {
    // A new build: same files, another worker. It must wait, offer itself, and take over when told.
    writeFileSync("dist/app/sw.js", `${worker}\n// next build`);
    await page.evaluate("navigator.serviceWorker.getRegistration().then(r => r.update())");
    await page.waitForSelector("text=Update now");
    check(true, "a new version waits and offers itself");
    await Promise.all([page.waitForEvent("load"), page.click("text=Update now")]);
    const waiting = await page.evaluate(
      "navigator.serviceWorker.getRegistration().then(r => !!r.waiting)",
    );
    check(!waiting, "it takes over when told, with one reload");
  } finally {
    writeFileSync("dist/app/sw.js", worker);
  }
  const installable = await context.newCDPSession(page);
  await page.waitForSelector("#app > *");
  const { installabilityErrors } = await installable.send("Page.getInstallabilityErrors");
  const errors = installabilityErrors.filter((e) => e.errorId !== "in-incognito");
  check(errors.length === 0, `installable ${JSON.stringify(errors)}`);

  // No server runs here: it would answer like this to a link that is over.
  const over = { status: 404, json: { code: "link_over", title: "", detail: "" } };
  await context.route("**/api/v1/track/*", (route) => route.fulfill(over));
  for (const path of ["/app/board", "/app/board/attention", "/p/abc"]) {
    const other = await context.newPage();
    const said = complaints(other);
    await other.setViewportSize({ width: 1440, height: 900 });
    await other.goto(site.url + path);
    await other.waitForSelector(path.startsWith("/p/") ? "main" : "[name=login], nav");
    const own = said.filter((text) => !/status of [45]\d\d/.test(text));
    check(own.length === 0, `${path} renders without complaint ${own.join(" | ")}`);
    if (process.env.LOOK)
      await other.screenshot({ path: `${process.env.LOOK}/page${path.replaceAll("/", "-")}.png` });
    await other.close();
  }
} finally {
  await browser.close();
  await site.close();
}
if (faults.length) process.exitCode = 1;
