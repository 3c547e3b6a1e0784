import { expect, test } from "vitest";
import { fitted, grid, grouped, hasRoom, moved, pixelOf, ruler, zoomed } from "./geo";

const SUZHOU = { lat: 31.299, lon: 120.585 };
const SHANGHAI = { lat: 31.23, lon: 121.474 };
const HANGZHOU = { lat: 30.274, lon: 120.155 };
const BOX = { width: 1000, height: 600 };

test("everything that is shown lies inside, with room around it", () => {
  const view = fitted([SUZHOU, SHANGHAI, HANGZHOU], BOX);
  for (const place of [SUZHOU, SHANGHAI, HANGZHOU]) {
    const at = pixelOf(place, view, BOX);
    expect(at.x).toBeGreaterThan(60);
    expect(at.x).toBeLessThan(940);
    expect(at.y).toBeGreaterThan(60);
    expect(at.y).toBeLessThan(540);
  }
});

test("north is above and east is to the right", () => {
  const view = fitted([SUZHOU, HANGZHOU], BOX);
  expect(pixelOf(SUZHOU, view, BOX).y).toBeLessThan(pixelOf(HANGZHOU, view, BOX).y);
  expect(pixelOf(SUZHOU, view, BOX).x).toBeGreaterThan(pixelOf(HANGZHOU, view, BOX).x);
});

test("one place, none, and a box of no size give a view too", () => {
  expect(fitted([SUZHOU], BOX).size).toBe(2 ** 18);
  for (const view of [fitted([], BOX), fitted([SUZHOU, SHANGHAI], { width: 0, height: 0 })]) {
    expect(Number.isFinite(view.x + view.y + view.size)).toBe(true);
    expect(view.size).toBeGreaterThan(0);
  }
});

test("what is under the pointer stays there, larger and smaller", () => {
  const view = fitted([SUZHOU, SHANGHAI], BOX);
  const at = pixelOf(SHANGHAI, view, BOX);
  for (const by of [3, 0.5]) {
    const next = pixelOf(SHANGHAI, zoomed(view, by, at, BOX), BOX);
    expect(next.x).toBeCloseTo(at.x, 6);
    expect(next.y).toBeCloseTo(at.y, 6);
  }
});

test("the hand moves the places with it", () => {
  const view = fitted([SUZHOU, SHANGHAI], BOX);
  const at = pixelOf(SUZHOU, view, BOX);
  const next = pixelOf(SUZHOU, moved(view, { x: 30, y: -20 }), BOX);
  expect([next.x - at.x, next.y - at.y].map(Math.round)).toEqual([30, -20]);
});

test("close together they are one, apart they are several, out of sight they are none", () => {
  const view = fitted([SUZHOU, SHANGHAI], BOX);
  const neighbour = { lat: SUZHOU.lat + 0.001, lon: SUZHOU.lon };
  const sizes = (of: typeof view) =>
    grouped([SUZHOU, neighbour, SHANGHAI], of, BOX).map((one) => one.items.length);
  expect(sizes(view)).toEqual([2, 1]);
  const near = zoomed(view, 60, pixelOf(SUZHOU, view, BOX), BOX);
  expect(sizes(near)).toEqual([1, 1]);
});

test("a name is not written over another mark", () => {
  expect(hasRoom({ x: 100, y: 100 }, [{ x: 100, y: 100 }])).toBe(true);
  expect(hasRoom({ x: 100, y: 100 }, [{ x: 180, y: 110 }])).toBe(false);
  expect(
    hasRoom({ x: 100, y: 100 }, [
      { x: 180, y: 160 },
      { x: 40, y: 100 },
    ]),
  ).toBe(true);
});

test("the grid stands at round degrees inside the box", () => {
  const { lons, lats } = grid(fitted([SUZHOU, SHANGHAI], BOX), BOX);
  expect(lons.length).toBeGreaterThan(3);
  for (const one of lons) expect(one.at >= -1 && one.at <= 1001).toBe(true);
  for (const one of lats) expect(one.at >= -1 && one.at <= 601).toBe(true);
  expect(lats.map((one) => one.degrees)).toContain(31.2);
});

test("the ruler is a round length", () => {
  const view = fitted([SUZHOU, SHANGHAI], BOX);
  const { km, px } = ruler(view);
  expect([1, 2, 5]).toContain(km / 10 ** Math.floor(Math.log10(km)));
  expect(px).toBeLessThanOrEqual(120);
  const [a, b] = [pixelOf(SUZHOU, view, BOX), pixelOf(SHANGHAI, view, BOX)];
  // 84.9 km by the great circle
  expect((Math.hypot(a.x - b.x, a.y - b.y) * km) / px).toBeCloseTo(84.9, 0);
});
