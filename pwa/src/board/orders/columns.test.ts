import { expect, it } from "vitest";
import en from "../../i18n/words/board.en";
import { chipWidth, columnsFor, type Said } from "./columns";

const columns = (width: number, said: Said = {}) =>
  columnsFor(width, en.orders.columns, "en", said);
const keys = (width: number) => columns(width).map((one) => one.key);
const pixels = (width: number, key: string, said: Said) =>
  Number.parseInt(columns(width, said).find((one) => one.key === key)?.width ?? "0", 10);

it("a wide window shows everything, a narrow one keeps the customer, a phone gets cards", () => {
  expect(keys(1376)).toHaveLength(10);
  expect(keys(960)).toEqual(
    expect.arrayContaining(["number", "problem", "customer", "status", "engineer", "planned"]),
  );
  expect(keys(960)).not.toContain("updated");
  expect(keys(390)).toEqual(["card"]);
});

it("the problem takes what is left, and something is left", () => {
  for (const width of [760, 900, 1056, 1200, 2000]) {
    const given = columns(width);
    expect(given.filter((one) => !one.width).map((one) => one.key)).toEqual(["problem"]);
    const taken = given.reduce((sum, one) => sum + Number.parseInt(one.width ?? "0", 10), 0);
    expect(width - taken).toBeGreaterThanOrEqual(120);
  }
});

it("an empty column gives its room to the one that is cut", () => {
  const said = { customer: ["Northway Precision"], planned: ["–"], engineer: ["Nobody yet"] };
  expect(pixels(960, "customer", said)).toBeGreaterThanOrEqual(140);
  expect(pixels(960, "planned", said)).toBeLessThan(100);
  const busy = { ...said, planned: ["Tomorrow 10:30–12:00"] };
  expect(pixels(1376, "planned", busy)).toBeGreaterThan(150);
});

it("a state has the room its longest word needs, Chinese or English", () => {
  expect(chipWidth(["已派", "路上"])).toBe(68);
  expect(pixels(760, "status", { status: ["Sent", "Waiting for parts"] })).toBeGreaterThan(150);
});
