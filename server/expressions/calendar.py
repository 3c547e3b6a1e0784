"""Days and months as numbers, and working days: Monday to Friday, less holidays, more days that are worked all the same. Pure.

Twin: pwa/src/engines/expressions/calendar.ts.
"""

from __future__ import annotations

import calendar
import datetime as dt

from server.expressions.values import FIRST, LAST, Day, day

Days = frozenset[int]


def parts(value: Day) -> tuple[int, int, int]:
    """Year, month, day of the month."""
    date = dt.date.fromordinal(value.ordinal)
    return date.year, date.month, date.day


def made(year: int, month: int, number: int) -> Day | None:
    """None where there is no such day."""
    if not (1 <= year <= 9999 and 1 <= month <= 12 and 1 <= number <= calendar.monthrange(year, month)[1]):
        return None
    return Day(dt.date(year, month, number).toordinal())


def months_later(value: Day, months: int) -> Day | None:
    """The same day of another month, or its last one where it has no such day."""
    year, month, number = parts(value)
    count = year * 12 + month - 1 + months
    year, month = count // 12, count % 12 + 1
    return made(year, month, min(number, calendar.monthrange(year, month)[1])) if 1 <= year <= 9999 else None


def weekday(ordinal: int) -> int:
    """1 for Monday to 7 for Sunday; the first day of the year 1 was a Monday."""
    return (ordinal - 1) % 7 + 1


def _weekdays_until(ordinal: int) -> int:
    """How many days from Monday to Friday there are from day 1 on, that one included."""
    return ordinal // 7 * 5 + min(ordinal % 7, 5)


def _worked(first: int, last: int, holidays: Days, extra: Days) -> int:
    """Working days from `first` to `last`, which is not before it, both included."""
    count = _weekdays_until(last) - _weekdays_until(first - 1)
    count -= sum(1 for one in holidays if first <= one <= last and weekday(one) < 6 and one not in extra)
    return count + sum(1 for one in extra if first <= one <= last and weekday(one) > 5)


def working_days(first: Day, last: Day, holidays: Days, extra: Days) -> int:
    """From one day to another, both included; negative when the second is before the first."""
    a, b = first.ordinal, last.ordinal
    return _worked(a, b, holidays, extra) if a <= b else -_worked(b, a, holidays, extra)


def working_day(start: Day, count: int, holidays: Days, extra: Days) -> Day | None:
    """The `count`-th working day after a day, before it when negative; the day itself for 0. None when there is none."""
    if count == 0:
        return start
    low, high = (start.ordinal + 1, LAST) if count > 0 else (FIRST, start.ordinal - 1)
    if low > high or _worked(low, high, holidays, extra) < abs(count):
        return None
    while low < high:  # the nearest day up to which there are enough
        if count > 0:
            middle = (low + high) // 2
            if _worked(start.ordinal + 1, middle, holidays, extra) >= count:
                high = middle
            else:
                low = middle + 1
        else:
            middle = (low + high + 1) // 2
            if _worked(middle, start.ordinal - 1, holidays, extra) >= -count:
                low = middle
            else:
                high = middle - 1
    return day(low)
