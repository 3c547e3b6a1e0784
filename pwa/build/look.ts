/* Looks at the kit gallery: every screen, language and theme. Fails on an axe finding, a complaint of the page, or
   content wider than the screen. LOOK=folder also writes pictures. Run after `npm run gallery`. */
import { mkdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { complaints, launch, serve } from "./browser.ts";

const SCREENS = {
  phone: ["components", "today", "job", "outbox", "conflict", "portal", "sheet", "login"],
  desk: ["desk"],
};
const SIZES = { phone: { width: 390, height: 844 }, desk: { width: 1440, height: 900 } };
const pictures = process.env.LOOK;
const axe = readFileSync("node_modules/axe-core/axe.min.js", "utf8");
interface Finding {
  id: string;
  nodes: { html: string; failureSummary?: string }[];
}

const faults: string[] = [];
if (pictures) mkdirSync(pictures, { recursive: true });
const site = await serve("gallery");
const browser = await launch();
try {
  for (const kit of ["phone", "desk"] as const)
    for (const theme of kit === "phone" ? ["light", "dark", "outdoor"] : ["light", "dark"])
      for (const lang of ["zh-CN", "en"])
        for (const screen of SCREENS[kit]) {
          const name = `${screen}-${theme}-${lang}`;
          // axe is injected by the test, so this context alone steps around the policy; offline.ts keeps it.
          const context = await browser.newContext({
            viewport: SIZES[kit],
            deviceScaleFactor: pictures ? 2 : 1,
            bypassCSP: true,
            reducedMotion: "reduce",
          });
          const page = await context.newPage();
          const heard = complaints(page);
          await page.goto(
            `${site.url}/gallery-${kit}.html?screen=${screen}&theme=${theme}&lang=${lang}`,
          );
          await page.waitForSelector("#app > *");
          await page.waitForTimeout(250);
          if (pictures) await page.screenshot({ path: join(pictures, `${name}.png`) });
          if (pictures && kit === "phone") {
            await page.setViewportSize({ width: 390, height: 2600 });
            await page.screenshot({ path: join(pictures, `${name}-full.png`) });
            await page.setViewportSize(SIZES.phone);
          }
          await page.evaluate(axe);
          const found = (await page.evaluate("axe.run().then(r => r.violations)")) as Finding[];
          const tooWide = (await page.evaluate(
            "document.documentElement.scrollWidth > innerWidth || [...document.querySelectorAll('.scroll')].some(e => e.scrollWidth > e.clientWidth)",
          )) as boolean;
          faults.push(
            ...found.flatMap((v) =>
              v.nodes.map(
                (n) => `${name}: ${v.id} ${n.html.slice(0, 160)} ${n.failureSummary ?? ""}`,
              ),
            ),
            ...heard.map((text) => `${name}: ${text}`),
            ...(tooWide ? [`${name}: wider than the screen`] : []),
          );
          await context.close();
        }
} finally {
  await browser.close();
  await site.close();
}
console.log(faults.length ? faults.join("\n") : "gallery: no findings");
if (faults.length) process.exitCode = 1;
