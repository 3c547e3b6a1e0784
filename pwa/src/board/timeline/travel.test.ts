import { describe, expect, it } from "vitest";
import type { BoardVisit } from "../../api/views";
import { straightKm, travel, travelsOf } from "./travel";

const SUZHOU = { lat: 31.299, lon: 120.585 };
const KUNSHAN = { lat: 31.385, lon: 120.98 };
const visit = (id: string, order: object) => ({ id, order }) as BoardVisit;
const H = 3_600_000;

describe("the way between two sites", () => {
  it("is known where both have coordinates", () => {
    expect(straightKm(SUZHOU, KUNSHAN)).toBeCloseTo(38.7, 0);
    expect(straightKm(SUZHOU, { lat: null, lon: null })).toBeNull();
    expect(travel(SUZHOU, SUZHOU)).toEqual({ km: 0, minutes: 0 });
    expect(travel(SUZHOU, KUNSHAN)?.minutes).toBeGreaterThan(60);
  });
  it("stands between visits that follow each other, and says when it does not fit", () => {
    const placed = [
      { key: visit("b", KUNSHAN), span: { start: 3 * H, end: 4 * H } },
      { key: visit("a", SUZHOU), span: { start: 0, end: H } },
      { key: visit("c", SUZHOU), span: { start: 4.5 * H, end: 5 * H } },
      { key: visit("d", KUNSHAN), span: { start: 4.9 * H, end: 6 * H } },
    ];
    expect(
      travelsOf(placed).map(({ to, start, end, isTight }) => [to, start / H, end / H, isTight]),
    ).toEqual([
      ["b", 1, 3, false],
      ["c", 4, 4.5, true],
    ]);
  });
  it("is not invented where a site is not on the map, nor drawn within one site", () => {
    const nowhere = { lat: null, lon: null };
    const at = (order: object, start: number) => ({
      key: visit(`${start}`, order),
      span: { start: start * H, end: (start + 1) * H },
    });
    expect(travelsOf([at(SUZHOU, 0), at(nowhere, 2), at(SUZHOU, 4), at(SUZHOU, 6)])).toEqual([]);
  });
});
