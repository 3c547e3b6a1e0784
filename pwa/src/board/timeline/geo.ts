/* Places on a plane: Web Mercator, what of it a screen shows, what lies so close that it is one mark, the grid under it. Pure. */

export interface Point {
  lat: number;
  lon: number;
}
export interface Box {
  width: number;
  height: number;
}
export interface Pixel {
  x: number;
  y: number;
}
/** The middle in parts of the world's width, and how many pixels the whole world is wide. */
export interface View {
  x: number;
  y: number;
  size: number;
}
const EARTH_KM = 40_075;
const SMALLEST = 2_000;
const LARGEST = 2 ** 27;
const MARGIN = 64;
/** A single place is shown with its town around it. */
const TOWN = 2 ** 18;

/** Where a point lies: 0 to 1 from west to east and from north to south. */
export function project({ lat, lon }: Point): Pixel {
  const sin = Math.sin((Math.max(-85, Math.min(85, lat)) * Math.PI) / 180);
  return { x: (lon + 180) / 360, y: 0.5 - Math.log((1 + sin) / (1 - sin)) / (4 * Math.PI) };
}
const latOf = (y: number): number => (Math.atan(Math.sinh(Math.PI * (1 - 2 * y))) * 180) / Math.PI;

export const pixelOf = (point: Point, view: View, box: Box): Pixel => {
  const { x, y } = project(point);
  return {
    x: (x - view.x) * view.size + box.width / 2,
    y: (y - view.y) * view.size + box.height / 2,
  };
};

/** All of the points, with room around them. Without any: 华东. */
export function fitted(points: readonly Point[], box: Box): View {
  const all = (points.length ? points : [{ lat: 31.3, lon: 120.6 }]).map(project);
  const [xs, ys] = [all.map((one) => one.x), all.map((one) => one.y)];
  const [left, right] = [Math.min(...xs), Math.max(...xs)];
  const [top, bottom] = [Math.min(...ys), Math.max(...ys)];
  const room = (length: number) => Math.max(80, length - 2 * MARGIN);
  const size = Math.min(
    right > left ? room(box.width) / (right - left) : TOWN,
    bottom > top ? room(box.height) / (bottom - top) : TOWN,
    TOWN,
  );
  return { x: (left + right) / 2, y: (top + bottom) / 2, size: bounded(size) };
}
const bounded = (size: number): number => Math.max(SMALLEST, Math.min(LARGEST, size));

/** `by` times as large; what is under `at` stays there. */
export function zoomed(view: View, by: number, at: Pixel, box: Box): View {
  const size = bounded(view.size * by);
  const keep = (v: number, pixel: number, length: number) =>
    v + (pixel - length / 2) * (1 / view.size - 1 / size);
  return { x: keep(view.x, at.x, box.width), y: keep(view.y, at.y, box.height), size };
}
export const moved = (view: View, by: Pixel): View => ({
  ...view,
  x: Math.max(0, Math.min(1, view.x - by.x / view.size)),
  y: Math.max(0, Math.min(1, view.y - by.y / view.size)),
});
export const isLargest = ({ size }: View): boolean => size >= LARGEST;

export interface Group<T> extends Pixel {
  items: T[];
}
/** What would lie over each other becomes one: each item joins the first group within `near` pixels. Items out of sight are left out. */
export function grouped<T extends Point>(
  items: readonly T[],
  view: View,
  box: Box,
  near = 36,
): Group<T>[] {
  const groups: Group<T>[] = [];
  for (const item of items) {
    const at = pixelOf(item, view, box);
    const out = at.x < -near || at.y < -near || at.x > box.width + near || at.y > box.height + near;
    if (out) continue;
    const group = groups.find((one) => Math.hypot(one.x - at.x, one.y - at.y) < near);
    if (group) group.items.push(item);
    else groups.push({ ...at, items: [item] });
  }
  return groups;
}

/** Whether a name fits to the right of a mark without lying over another one. */
export const hasRoom = (at: Pixel, others: readonly Pixel[], width = 150): boolean =>
  !others.some((one) => one.x > at.x && one.x < at.x + width + 16 && Math.abs(one.y - at.y) < 24);

export interface Line {
  at: number;
  degrees: number;
}
const STEPS = [30, 10, 5, 2, 1, 0.5, 0.2, 0.1, 0.05, 0.02, 0.01, 0.005, 0.002, 0.001];
/** Meridians and parallels at round degrees, about `apart` pixels from each other. */
export function grid(view: View, box: Box, apart = 120): { lons: Line[]; lats: Line[] } {
  const wanted = (apart / view.size) * 360;
  const step = STEPS.find((one) => one <= wanted) ?? 0.001;
  const west = (view.x - box.width / 2 / view.size) * 360 - 180;
  const east = (view.x + box.width / 2 / view.size) * 360 - 180;
  const north = latOf(view.y - box.height / 2 / view.size);
  const south = latOf(view.y + box.height / 2 / view.size);
  const round = (from: number, to: number) => {
    const first = Math.ceil(from / step);
    const count = Math.max(0, Math.floor(to / step) - first + 1);
    return Array.from({ length: count }, (_, n) => Number(((first + n) * step).toFixed(4)));
  };
  return {
    lons: round(west, east).map((lon) => ({
      degrees: lon,
      at: pixelOf({ lat: 0, lon }, view, box).x,
    })),
    lats: round(south, north).map((lat) => ({
      degrees: lat,
      at: pixelOf({ lat, lon: 0 }, view, box).y,
    })),
  };
}

/** A round length in km and how many pixels it takes at the middle of the screen. */
export function ruler(view: View, most = 120): { km: number; px: number } {
  const kmOfPixel = (EARTH_KM * Math.cos((latOf(view.y) * Math.PI) / 180)) / view.size;
  const longest = most * kmOfPixel;
  const power = 10 ** Math.floor(Math.log10(longest));
  const km = power * ([5, 2, 1].find((one) => one * power <= longest) ?? 1);
  return { km, px: km / kmOfPixel };
}
