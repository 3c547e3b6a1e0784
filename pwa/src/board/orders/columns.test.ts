import { expect, it } from "vitest";
import en from "../../i18n/words/board.en";
import { columnsFor } from "./columns";

const keys = (width: number) => columnsFor(width, en.orders.columns, "en").map((one) => one.key);

it("a wide window shows everything, a drawer takes the least needed away, a phone gets cards", () => {
  expect(keys(1376)).toHaveLength(10);
  expect(keys(1056)).not.toContain("updated");
  expect(keys(1056)).toEqual(
    expect.arrayContaining(["number", "problem", "status", "engineer", "planned"]),
  );
  expect(keys(390)).toEqual(["card"]);
});

it("one column has no width, so the table is always full", () => {
  for (const width of [720, 900, 1200, 2000])
    expect(columnsFor(width, en.orders.columns, "zh-CN").filter((one) => !one.width)).toHaveLength(
      1,
    );
});
