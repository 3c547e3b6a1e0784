/* The type makes every language complete; this says the rest: nothing empty, and the same number of steps. */
import { expect, it } from "vitest";
import boardEn from "./words/board.en";
import boardZh from "./words/board.zh-CN";
import engineerEn from "./words/engineer.en";
import engineerZh from "./words/engineer.zh-CN";
import innerEn from "./words/inner.en";
import innerZh from "./words/inner.zh-CN";
import orderEn from "./words/order.en";
import orderZh from "./words/order.zh-CN";
import portalEn from "./words/portal.en";
import portalZh from "./words/portal.zh-CN";
import setupEn from "./words/setup.en";
import setupZh from "./words/setup.zh-CN";
import sharedEn from "./words/shared.en";
import sharedZh from "./words/shared.zh-CN";

function leaves(words: object, path = ""): [string, unknown][] {
  return Object.entries(words).flatMap(([key, value]) =>
    typeof value === "object" && value !== null
      ? leaves(value, `${path}${key}.`)
      : [[path + key, value] as [string, unknown]],
  );
}

it.each([
  ["shared", sharedEn, sharedZh],
  ["engineer", engineerEn, engineerZh],
  ["inner", innerEn, innerZh],
  ["board", boardEn, boardZh],
  ["order", orderEn, orderZh],
  ["setup", setupEn, setupZh],
  ["portal", portalEn, portalZh],
])("%s says everything in both languages", (_name, en, zh) => {
  expect(leaves(zh).map(([key]) => key)).toEqual(leaves(en).map(([key]) => key));
  for (const [key, word] of [...leaves(en), ...leaves(zh)]) {
    expect(typeof word === "function" || (word as string).trim() !== "", key).toBe(true);
  }
});
