import { readdirSync } from "node:fs";
import { resolve } from "node:path";
import { expect, it } from "vitest";
import { markupOf, type Icon } from "./glyphs";

const FOLDER = resolve("node_modules/@lucide/icons/dist/esm/icons");

it("an icon is the markup of its shapes", () => {
  expect(markupOf({ node: [["path", { d: "M20 6 9 17l-5-5", key: "1gmf2c" }]] })).toBe(
    '<path d="M20 6 9 17l-5-5"/>',
  );
});

it("the package's icons say nothing but shapes", async () => {
  // A good sample: to load all of them would take longer than it tells.
  const names = readdirSync(FOLDER).filter((name) => name.endsWith("e.mjs"));
  expect(names.length).toBeGreaterThan(100);
  const shape =
    /^(<(path|circle|rect|line|polyline|polygon|ellipse)( [a-z-]+\d?="[^"<>&]*")+\/>)+$/;
  for (const name of names) {
    const { default: icon } = (await import(/* @vite-ignore */ `${FOLDER}/${name}`)) as {
      default: Icon;
    };
    expect(markupOf(icon), name).toMatch(shape);
  }
});
