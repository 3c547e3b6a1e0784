/* Renders the app icons from public/app/icons/logo.svg with the machine's Chromium (CHROMIUM names another one).
   Run by hand after the logo changes: npm run icons. The PNGs are committed. */
import { readFileSync, writeFileSync } from "node:fs";
import { chromium } from "playwright-core";

const dir = "public/app/icons";
const logo = readFileSync(`${dir}/logo.svg`, "utf8");
// Maskable and Apple icons are cut by the system: full bleed, the pin inside the safe circle.
const bleed = logo
  .replace(/rx="116"/, "")
  .replace("<path", '<g transform="translate(256 256) scale(.8) translate(-256 -256)"><path')
  .replace("</svg>", "</g></svg>");

const wanted: [file: string, size: number, svg: string][] = [
  ["icon-192.png", 192, logo],
  ["icon-512.png", 512, logo],
  ["maskable-192.png", 192, bleed],
  ["maskable-512.png", 512, bleed],
  ["apple-touch-180.png", 180, bleed],
];

const browser = await chromium.launch({
  executablePath: process.env.CHROMIUM ?? "/usr/bin/chromium",
  args: ["--no-sandbox", "--disable-gpu"],
});
try {
  for (const [file, size, svg] of wanted) {
    const page = await browser.newPage({ viewport: { width: size, height: size } });
    await page.setContent(`<style>body{margin:0}svg{display:block;width:${size}px}</style>${svg}`);
    writeFileSync(`${dir}/${file}`, await page.screenshot({ omitBackground: true }));
    await page.close();
  }
} finally {
  await browser.close();
}
