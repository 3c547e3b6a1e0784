// The distance between two places in whole numbers only, so that every machine computes the same metre: haversine on a sphere of the earth's
// mean radius (IUGG, 6,371,008.8 m). Pure; twin of server/expressions/geo.py.

import { divided, ONE, size } from "./numbers";

const S = 10n ** 18n;
const PI = 3_141_592_653_589_793_238n;
const RADIUS_DM = 63_710_088n;
const HALF_TURN = 180n * ONE;

const times = (a: bigint, b: bigint): bigint => divided(a * b, S);

/** By its series; |x| is at most π. */
function sin(x: bigint): bigint {
  let [total, term] = [x, x];
  const square = times(x, x);
  for (let n = 1n; term; n += 2n) {
    term = -divided(times(term, square), (n + 1n) * (n + 2n));
    total += term;
  }
  return total;
}
const cos = (x: bigint): bigint => sin(PI / 2n - size(x));

/** The whole root, by Newton from above. */
function root(of: bigint): bigint {
  if (of < 2n) return of;
  let found = 1n << BigInt(Math.ceil(of.toString(2).length / 2));
  for (;;) {
    const next = (found + of / found) / 2n;
    if (next >= found) return found;
    found = next;
  }
}

/** The sine of half the angle; the angle is at most a quarter turn. */
const half = (sine: bigint): bigint =>
  divided(sine * S, root(2n * (S + root(S * S - sine * sine)) * S));

/** Of 0 to 1: the series of a quarter of the angle. */
function arcsine(sine: bigint): bigint {
  const z = half(half(sine));
  let [total, power] = [z, z];
  const square = times(z, z);
  for (let n = 1n; power; n += 2n) {
    power = divided(times(power, square) * n, n + 1n);
    total += divided(power, n + 2n);
  }
  return 4n * total;
}

const radians = (degrees: bigint): bigint => divided(degrees * PI, HALF_TURN);

/** Whole metres between two places in degrees of 10^-10; null when one is not on the earth. */
export function metres(
  fromLat: bigint,
  fromLon: bigint,
  toLat: bigint,
  toLon: bigint,
): bigint | null {
  if ([fromLat, toLat].some((one) => size(one) > HALF_TURN / 2n)) return null;
  if ([fromLon, toLon].some((one) => size(one) > HALF_TURN)) return null;
  const up = sin(divided(radians(toLat - fromLat), 2n));
  const east = sin(divided(radians(toLon - fromLon), 2n));
  const shrunk = times(cos(radians(fromLat)), cos(radians(toLat)));
  const chord = times(up, up) + times(shrunk, times(east, east));
  return divided(2n * RADIUS_DM * arcsine(root((chord < S ? chord : S) * S)), 10n * S);
}
