"""When an engineer of the demo could go where: his shifts, what he has planned already, the way between two places. Pure."""

from __future__ import annotations

import datetime as dt
import math
from collections import defaultdict
from dataclasses import dataclass, field

from server.seed import staff
from server.seed.directory import ZONE, Unit, at

Point = tuple[float, float]
# visits a day up to which one of this priority is planned: room is left for what is urgent
MOST_A_DAY = {"P1": 5, "P2": 4, "P3": 3, "P4": 3}
FAR_KM = 150.0
QUARTER = 15 * 60
MINUTE = dt.timedelta(minutes=1)


def kilometres(one: Point, other: Point) -> float:
    """Along roads: a third more than straight, which is on the sphere of 6,371 km (haversine)."""
    lat1, lon1, lat2, lon2 = map(math.radians, (*one, *other))
    half = math.sin((lat2 - lat1) / 2) ** 2 + math.cos(lat1) * math.cos(lat2) * math.sin((lon2 - lon1) / 2) ** 2
    return 1.3 * 2 * 6371 * math.asin(math.sqrt(half))


def travel_minutes(one: Point, other: Point) -> int:
    """By van at 45 km/h and ten minutes to park; what is far goes by train, two hours and a half at most."""
    return min(150, round(10 + kilometres(one, other) / 45 * 60))


@dataclass(frozen=True)
class Booking:
    """A planned visit. `is_far`: nothing else fits that day."""

    start: dt.datetime
    end: dt.datetime
    place: Point
    is_far: bool


@dataclass
class Calendar:
    """Puts visits into the gaps of engineers' days; what is planned is never moved again."""

    away: set[tuple[str, dt.date]] = field(default_factory=set)
    _days: dict[tuple[str, dt.date], list[Booking]] = field(default_factory=lambda: defaultdict(list))

    def slot(
        self,
        login: str,
        unit: Unit,
        minutes: int,
        earliest: dt.datetime,
        days: int = 14,
        *,
        priority: str = "P3",
        late: int = 0,
    ) -> dt.datetime | None:
        """The first time from `earliest` on at which he could begin there, `late`: ending so many minutes after his shift; None within
        so many days.
        """
        first = earliest.astimezone(ZONE).date()
        for number in range(days):
            found = self._slot(login, unit, minutes, earliest, first + dt.timedelta(days=number), priority, late)
            if found is not None:
                return found
        return None

    def _slot(
        self, login: str, unit: Unit, minutes: int, earliest: dt.datetime, day: dt.date, priority: str, late: int
    ) -> dt.datetime | None:
        shift = staff.SHIFTS[staff.ENGINEERS[login][5]][day.weekday()]
        if shift is None or (login, day) in self.away:
            return None
        here, planned = (unit.place.lat, unit.place.lon), self._days[(login, day)]
        if len(planned) >= MOST_A_DAY[priority] or (planned and (_is_far(login, unit) or planned[0].is_far)):
            return None
        home = staff.ENGINEERS[login][4]
        # who starts at home sets off a little before his shift
        free_at = at(day, _hour(shift[0])) + max(30, travel_minutes(home, here) - 30) * MINUTE
        for after in planned:
            start = _on_the_quarter(max(free_at, earliest))
            if start + (minutes + travel_minutes(here, after.place)) * MINUTE <= after.start:
                return start
            free_at = after.end + travel_minutes(after.place, here) * MINUTE
        start = _on_the_quarter(max(free_at, earliest))
        ends = at(day, _hour(shift[1])) + late * MINUTE
        return start if start + minutes * MINUTE <= ends else None

    def book(self, login: str, unit: Unit, start: dt.datetime, minutes: int) -> None:
        """Plan it."""
        day = self._days[(login, start.astimezone(ZONE).date())]
        day.append(Booking(start, start + minutes * MINUTE, (unit.place.lat, unit.place.lon), _is_far(login, unit)))
        day.sort(key=lambda one: one.start)


def _is_far(login: str, unit: Unit) -> bool:
    return kilometres(staff.ENGINEERS[login][4], (unit.place.lat, unit.place.lon)) > FAR_KM


def _hour(text: str) -> float:
    hours, _, minutes = text.partition(":")
    return int(hours) + int(minutes) / 60


def _on_the_quarter(moment: dt.datetime) -> dt.datetime:
    seconds = math.ceil(moment.timestamp() / QUARTER) * QUARTER
    return dt.datetime.fromtimestamp(seconds, dt.UTC)


def able(unit: Unit, kind: str) -> list[str]:
    """Engineers of the team, or of one that helps it, who know what the device and the kind of work ask for."""
    asked = [*staff.LINE_SKILLS[unit.line], *staff.TYPE_SKILLS.get(kind, [])]
    if unit.model == "CH-350":
        asked.append(("centrifugal", 1))
    return [
        login
        for login, (_name, _given, _locale, team, _home, _shifts, skills) in staff.ENGINEERS.items()
        if (team == unit.team or (team in staff.HELPERS.get(unit.team, ()) and not _is_far(login, unit)))
        and all(skills.get(key, 0) >= level for key, level in asked)
    ]
