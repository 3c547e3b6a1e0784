"""The distance between two places in whole numbers only, so that every machine computes the same metre. Pure.

Haversine on a sphere of the earth's mean radius (IUGG, 6,371,008.8 m). Twin: pwa/src/engines/expressions/geo.ts.
"""

from __future__ import annotations

import math

from server.expressions.numbers import ONE, divided

S = 10**18
PI = 3_141_592_653_589_793_238
RADIUS_DM = 63_710_088
HALF_TURN = 180 * ONE


def _times(a: int, b: int) -> int:
    return divided(a * b, S)


def _sin(x: int) -> int:
    """By its series; |x| is at most π."""
    total = term = x
    square, n = _times(x, x), 1
    while term:
        term = -divided(_times(term, square), (n + 1) * (n + 2))
        total, n = total + term, n + 2
    return total


def _cos(x: int) -> int:
    return _sin(PI // 2 - abs(x))


def _half(sine: int) -> int:
    """The sine of half the angle; the angle is at most a quarter turn."""
    cosine = math.isqrt(S * S - sine * sine)
    return divided(sine * S, math.isqrt(2 * (S + cosine) * S))


def _arcsine(sine: int) -> int:
    """Of 0 to 1: the series of a quarter of the angle."""
    z = _half(_half(sine))
    total = power = z
    square, n = _times(z, z), 1
    while power:
        power = divided(_times(power, square) * n, n + 1)
        total, n = total + divided(power, n + 2), n + 2
    return 4 * total


def _radians(degrees: int) -> int:
    return divided(degrees * PI, HALF_TURN)


def metres(from_lat: int, from_lon: int, to_lat: int, to_lon: int) -> int | None:
    """Whole metres between two places in degrees of 10^-10; None when one is not on the earth."""
    if any(abs(one) > HALF_TURN // 2 for one in (from_lat, to_lat)):
        return None
    if any(abs(one) > HALF_TURN for one in (from_lon, to_lon)):
        return None
    up = _sin(divided(_radians(to_lat - from_lat), 2))
    east = _sin(divided(_radians(to_lon - from_lon), 2))
    shrunk = _times(_cos(_radians(from_lat)), _cos(_radians(to_lat)))
    chord = min(S, _times(up, up) + _times(shrunk, _times(east, east)))
    return divided(2 * RADIUS_DM * _arcsine(math.isqrt(chord * S)), 10 * S)
