// The page's first script: theme and language before anything is painted, the words of that language asked for at once.

import { readFileSync } from "node:fs";
import { runInNewContext } from "node:vm";
import { expect, it } from "vitest";

const script = readFileSync(new URL("../public/app/theme.js", import.meta.url), "utf8");

/** The language of the page and what is loaded ahead, by what the phone has kept. */
function started(kept: Record<string, string>, language = "en-GB"): [string, string[]] {
  const ahead: string[] = [];
  const root = { dataset: {}, lang: "" };
  const words: Record<string, string> = { "data-en": "/en.js", "data-zh-cn": "/zh.js" };
  const document = {
    documentElement: root,
    currentScript: { getAttribute: (name: string) => words[name] ?? null },
    createElement: () => ({}),
    head: { append: ({ href }: { href: string }) => ahead.push(href) },
  };
  const localStorage = { getItem: (key: string) => kept[key] ?? null };
  const window = { matchMedia: () => ({ matches: false }) };
  runInNewContext(script, { document, localStorage, navigator: { language }, window });
  return [root.lang, ahead];
}
const chinese = { "callout.phone": JSON.stringify({ id: "ben", name: "Ben", locale: "zh-CN" }) };

it.each<[string, Record<string, string>, string, string]>([
  ["nobody's phone: the browser's", {}, "en", "/en.js"],
  ["the language of whose phone it is", chinese, "zh-CN", "/zh.js"],
  ["what was chosen here", { ...chinese, "callout.locale": "en" }, "en", "/en.js"],
  ["what cannot be read is nobody's", { "callout.phone": "{" }, "en", "/en.js"],
])("%s", (_, kept, lang, file) => {
  expect(started(kept)).toEqual([lang, [file]]);
});
