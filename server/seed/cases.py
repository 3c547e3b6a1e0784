"""What the demo's customers asked for and how it was planned: 1,500 orders of the last 90 days from a fixed seed. Pure.

How it then went by the minute is `stories`. Some devices are weaker than others on purpose (staff.PRODUCTS): reports shall find it.
"""

from __future__ import annotations

import datetime as dt
import random
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from server.seed import staff
from server.seed.calendar import Calendar, able
from server.seed.chance import dice, id_of
from server.seed.directory import PAST_DAYS, ZONE, Directory, Unit, at, table

PAST = 1500
# how much of a usual day's work comes in from Monday to Sunday
BUSY = (1.15, 1.05, 1.0, 1.0, 1.0, 0.4, 0.2)
KINDS = {"repair": 52, "maintenance": 27, "inspection": 10, "installation": 3, "support": 8}
CHANNELS = {"phone": 50, "web": 20, "qr": 15, "email": 10, "api": 5}
OFFICERS = ("asha", "asha", "wen")
CANCELLED, DECLINED = 0.045, 0.02
# days until the trip, by priority: from, to
WAIT = {"P1": (0, 0), "P2": (0, 1), "P3": (1, 5), "P4": (3, 9)}
# where help takes longer to be right
FAR_CITIES = frozenset({"hefei", "qingdao", "shenzhen"})


@dataclass
class Trip:
    """One visit as planned, and how it ends: done, needs_parts, cannot_complete, or as an open order stands."""

    engineer: str
    start: dt.datetime
    minutes: int
    outcome: str = "done"
    declined_by: str | None = None


@dataclass
class Case:
    """One order: what, for which device, when it was reported, who went."""

    key: str
    unit: Unit
    trouble: dict[str, Any]
    priority: str
    channel: str
    officer: str
    reported_at: dt.datetime
    trips: list[Trip] = field(default_factory=list)
    is_cancelled: bool = False
    summary: str | None = None
    description: str | None = None

    @property
    def kind(self) -> str:
        """The work type."""
        return str(self.trouble["kind"])

    @property
    def order_id(self) -> str:
        """Of the order."""
        return id_of(self.reported_at, "order", self.key)

    @property
    def minutes(self) -> int:
        """How long a trip is planned, in quarters of an hour."""
        low, high = self.trouble["hours"]
        return max(45, round((float(low) + float(high)) * 2) * 15)


def weighted(chance: random.Random, weights: dict[str, int]) -> str:
    """One of the keys, by weight."""
    return chance.choices(list(weights), list(weights.values()))[0]


def past(who: Directory, calendar: Calendar) -> list[Case]:
    """The orders that ended before today, in the order in which they came in."""
    cases = [draw(who, f"past {number}", day) for number, day in enumerate(_days(who.today))]
    cases.sort(key=lambda one: one.reported_at)
    for case in cases:
        _plan(who, calendar, case)
    return sorted(cases, key=lambda one: one.reported_at)


def _days(today: dt.date) -> list[dt.date]:
    """The day on which each order came in: as many as work days are busy, exactly 1,500 together."""
    days = [today - dt.timedelta(days=number) for number in range(PAST_DAYS, 0, -1)]
    whole = sum(BUSY[one.weekday()] for one in days)
    found: list[dt.date] = []
    due = 0.0
    for day in days:
        due += PAST * BUSY[day.weekday()] / whole
        found += [day] * (round(due) - len(found))
    return found


def draw(who: Directory, key: str, day: dt.date, kind: str | None = None) -> Case:
    """What came in under this key on that day, not planned yet."""
    chance = dice("case", key)
    wanted = kind or weighted(chance, KINDS)
    troubles = [one for one in table("troubles")["troubles"] if one["kind"] == wanted]
    models = {model for one in troubles for model in one["models"]}
    units = [one for one in who.units if one.model in models]
    unit = chance.choices(units, [_weakness(one, wanted) for one in units])[0]
    mine = [one for one in troubles if unit.model in one["models"]]
    trouble = chance.choices(mine, [one["weight"] for one in mine])[0]
    priority = "P" + chance.choice(trouble["priority"])
    hour = chance.uniform(0, 24) if priority == "P1" and chance.random() < 0.3 else chance.triangular(7.4, 18.2, 9.5)
    return Case(
        key, unit, trouble, priority, weighted(chance, CHANNELS), chance.choice(OFFICERS), at(day, round(hour * 60) / 60),
    )  # fmt: skip


def _weakness(unit: Unit, kind: str) -> float:
    return staff.PRODUCTS[unit.model][3] if kind == "repair" else 1.0


def _plan(who: Directory, calendar: Calendar, case: Case) -> None:
    """Trips that have all ended before today; what comes too late for that is put back some days."""
    chance = dice("plan", case.key)
    while True:
        trip = plan(calendar, case, chance, days=30, late=120 if case.priority == "P1" else 0)
        if trip is not None and _is_over(who, trip):
            break
        case.reported_at -= dt.timedelta(days=3)
    calendar.book(trip.engineer, case.unit, trip.start, trip.minutes)
    case.trips.append(trip)
    case.is_cancelled = chance.random() < CANCELLED
    others = [one for one in able(case.unit, case.kind) if one != trip.engineer]
    if others and not case.is_cancelled and chance.random() < DECLINED:
        trip.declined_by = chance.choice(others)
    share = case.trouble["fix"] * (0.88 if case.unit.place.city in FAR_CITIES else 1.0)
    if not case.is_cancelled and chance.random() > share:
        _come_again(who, calendar, case, chance)


def plan(
    calendar: Calendar,
    case: Case,
    chance: random.Random,
    earliest: dt.datetime | None = None,
    *,
    days: int = 8,
    late: int = 0,
) -> Trip | None:
    """Who can be there first, the nearest if several; None when nobody can within some days."""
    if earliest is None:
        low, high = WAIT[case.priority]
        wait = chance.randint(low, high)
        soon = case.reported_at + dt.timedelta(minutes=60)
        day = case.reported_at.astimezone(ZONE).date() + dt.timedelta(days=wait)
        earliest = max(soon, at(day, chance.choice((8.0, 8.0, 10.0, 13.0)))) if wait else soon
    found = [
        (start, login)
        for login in able(case.unit, case.kind)
        if (start := calendar.slot(login, case.unit, case.minutes, earliest, days, priority=case.priority, late=late))
        is not None
    ]
    if not found:
        return None
    start, login = min(found)
    return Trip(login, start, case.minutes)


def _is_over(who: Directory, trip: Trip) -> bool:
    return trip.start.astimezone(ZONE).date() < who.today


def _come_again(who: Directory, calendar: Calendar, case: Case, chance: random.Random) -> None:
    """The first trip did not mend it: parts were missing, or nothing could be done; a second one does."""
    first = case.trips[0]
    needs_parts = case.trouble["parts"] and chance.random() < 0.75
    later = first.start.astimezone(ZONE).date() + dt.timedelta(days=chance.randint(2, 6) if needs_parts else 1)
    again = plan(calendar, case, chance, at(later, 8))
    if again is None or not _is_over(who, again):
        return
    calendar.book(again.engineer, case.unit, again.start, again.minutes)
    first.outcome = "needs_parts" if needs_parts else "cannot_complete"
    case.trips.append(again)


def words(case: Case, pair: Sequence[str], locale: str | None = None) -> str:
    """Of a pair [Chinese, English] what this customer, or somebody of that language, reads."""
    return pair[(locale or case.unit.place.locale) == "en"]


def of_cast(who: Directory, row: Any, number: int) -> Case:
    """An order of company.ORDERS, as guides and pictures know it."""
    _owner, serial, kind, summary, description, priority, *_plan_of_day = row
    unit = who.unit(serial)
    trouble = next(one for one in table("troubles")["troubles"] if one["kind"] == kind and unit.model in one["models"])
    minutes_ago = 6 + 14 * number
    return Case(
        f"cast {number}", unit, trouble, priority, "phone", "asha", who.as_of - dt.timedelta(minutes=minutes_ago), summary=summary,
        description=description,
    )  # fmt: skip
