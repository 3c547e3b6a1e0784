import { describe, expect, it } from "vitest";
import type { Definition } from "../engines/forms/definition";
import { load } from "../engines/forms/definition";
import words from "../i18n/words/forms.en";
import { parseNumber } from "./numbers";
import { answerAt, withAnswer } from "./paths";
import { answersShown } from "./shown";
import { convert, decimalsIn, isConvertible } from "./units";

describe("numbers as people type them", () => {
  it.each([
    ["1985", 1985],
    ["1,985", 1985],
    ["1 985.5", 1985.5],
    ["１９８５．５", 1985.5],
    ["7,2", 7.2],
    ["1,985,000", 1985000],
    ["-7.25", -7.25],
    ["\u22127", -7],
    [".5", 0.5],
    ["5.", 5],
    ["", null],
    ["  ", null],
    ["hot", "hot"],
    ["1e5", "1e5"],
    ["1-2", "1-2"],
    ["0x10", "0x10"],
  ])("%j is %j", (typed, expected) => expect(parseNumber(typed)).toBe(expected));
});

describe("units", () => {
  it.each([
    [1985, "kPa", "bar", 2, 19.85],
    [19.85, "bar", "kPa", 0, 1985],
    [0.7, "MPa", "bar", 1, 7],
    [212, "°F", "°C", 1, 100],
    [-40, "°C", "°F", 0, -40],
    [0, "°C", "K", 2, 273.15],
    [5, "kPa", "furlong", 1, 5],
  ])("%d %s in %s", (value, from, to, decimals, expected) =>
    expect(convert(value, from, to, decimals)).toBe(expected),
  );
  it("are offered only within their kind", () => {
    expect(isConvertible("kPa", "bar")).toBe(true);
    expect(isConvertible("kPa", "°C")).toBe(false);
    expect(isConvertible("cycles", "cycles")).toBe(true);
  });
  it("need as many decimals as keep the value", () => {
    expect(decimalsIn("bar", "kPa", 0)).toBe(2);
    expect(decimalsIn("kPa", "bar", 2)).toBe(0);
    for (const value of [1, 1984, 1985, 2500])
      expect(
        convert(convert(value, "kPa", "bar", decimalsIn("bar", "kPa", 0)), "bar", "kPa", 0),
      ).toBe(value);
  });
});

describe("answers", () => {
  const rows = [{ item: "fan" }, { item: "belt" }];
  it("are changed in a copy, in rows too", () => {
    const before = { a: 1 };
    expect(withAnswer(before, "a", null)).toEqual({});
    const after = withAnswer(before, "checks.1.res", "ok", rows);
    expect(after).toEqual({ a: 1, checks: [{ item: "fan" }, { item: "belt", res: "ok" }] });
    expect(answerAt(after, "checks.1.res")).toBe("ok");
    expect(before).toEqual({ a: 1 });
    expect(answerAt(after, "constructor")).toBeUndefined();
  });
  it("are read as words, with the name of a fixed row", () => {
    const label = (en: string) => ({ en });
    const list = [{ v: "ok", l: label("OK"), tone: "ok" }];
    const definition = load({
      $fmt: "callout-form/1",
      key: "f",
      version: 1,
      title: label("F"),
      lists: { okng: list, parts: [{ v: "fan", l: label("Fans") }] },
      items: [
        { id: "n", type: "number", label: label("Pressure"), unit: { code: "kPa" } },
        { id: "b", type: "bool", label: label("Running") },
        {
          id: "checks",
          type: "repeat",
          label: label("Checks"),
          rows: "fixed",
          seed: [{ part: "fan" }],
          items: [
            { id: "part", type: "select", label: label("Part"), list: "parts" },
            { id: "res", type: "select", label: label("Result"), list: "okng" },
            { id: "note", type: "text", label: label("Note") },
          ],
        },
      ],
    }) as Definition;
    const answers = { n: 1985, checks: [{ part: "fan", res: "ok", note: "worn" }] };
    const [section] = answersShown(definition, answers, {
      locale: "en",
      words,
      zone: "Asia/Shanghai",
    });
    expect(section?.answers.map(({ label, text, tone }) => [label, text, tone])).toEqual([
      ["Pressure", "1,985 kPa", null],
      ["Running", null, null],
      ["Fans", "OK · worn", "ok"],
    ]);
  });
});
