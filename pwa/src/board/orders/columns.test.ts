import { expect, it } from "vitest";
import en from "../../i18n/words/board.en";
import { chipWidth, columnsFor } from "./columns";

const columns = (width: number, states: string[] = ["On the way"]) =>
  columnsFor(width, en.orders.columns, "en", states);
const keys = (width: number) => columns(width).map((one) => one.key);
const pixels = (width: number, key: string) =>
  Number.parseInt(columns(width).find((one) => one.key === key)?.width ?? "0", 10);

it("a wide window shows everything, a narrow one keeps the customer, a phone gets cards", () => {
  expect(keys(1376)).toHaveLength(10);
  expect(keys(960)).toEqual([
    "number",
    "priority",
    "problem",
    "customer",
    "status",
    "engineer",
    "planned",
  ]);
  expect(keys(390)).toEqual(["card"]);
});

it("the problem takes what is left, and the customer grows with the window before it", () => {
  for (const width of [720, 900, 1056, 1200, 2000]) {
    const given = columns(width);
    expect(given.filter((one) => !one.width).map((one) => one.key)).toEqual(["problem"]);
    const taken = given.reduce((sum, one) => sum + Number.parseInt(one.width ?? "0", 10), 0);
    expect(width - taken).toBeGreaterThanOrEqual(width < 800 ? 120 : 168);
  }
  expect(pixels(1376, "customer")).toBeGreaterThan(pixels(960, "customer"));
});

it("a state has the room its longest word needs, Chinese or English", () => {
  expect(chipWidth(["已派", "路上"])).toBe(68);
  expect(chipWidth(["Sent", "Waiting for parts"])).toBeGreaterThan(150);
});
