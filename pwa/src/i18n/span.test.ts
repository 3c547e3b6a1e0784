import { describe, expect, it } from "vitest";
import { spanOf } from "./span";

describe("a length of time", () => {
  it.each([
    [86_399_500, "en", "1 day"],
    [-3 * 3_600_000, "en", "3 hours"],
    [7 * 60_000, "zh-CN", "7分钟"],
    [2 * 86_400_000, "zh-CN", "2天"],
  ])("%d ms in %s is %s", (ms, locale, words) => {
    expect(spanOf(ms, locale)).toBe(words);
  });
});
