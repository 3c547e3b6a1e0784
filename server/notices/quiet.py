"""Quiet hours: when a customer may be written to, by the clock on the wall of his site. Pure."""

from __future__ import annotations

import datetime as dt
from zoneinfo import ZoneInfo


def allowed_at(now: dt.datetime, zone: str, begins: str | None, ends: str | None) -> dt.datetime:
    """`now`, or the end of the quiet hours it lies in. `begins` and `ends` are HH:MM; over midnight too; none, or equal: never quiet.

    The end is a time on the wall: on a day when the clocks change the wait is an hour longer or shorter.
    """
    if not begins or not ends or begins == ends:
        return now
    there = now.astimezone(ZoneInfo(zone))
    start, end = dt.time.fromisoformat(begins), dt.time.fromisoformat(ends)
    wall = there.time()
    is_over_midnight = start > end
    is_quiet = wall >= start or wall < end if is_over_midnight else start <= wall < end
    if not is_quiet:
        return now
    day = there.date() + dt.timedelta(days=1 if is_over_midnight and wall >= start else 0)
    over = dt.datetime.combine(day, end, ZoneInfo(zone))
    if over.astimezone(dt.UTC) < now:  # an hour that there is twice: its first end is over
        over = over.replace(fold=1)
    return over.astimezone(dt.UTC)
