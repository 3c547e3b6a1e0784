"""The demo's 60 open orders as they stand at eight o'clock of today: 20 to plan, the rest on the way, waiting, or planned. Pure."""

from __future__ import annotations

import datetime as dt
import random
from collections.abc import Iterator

from server.seed import company, staff
from server.seed.calendar import Calendar, able, travel_minutes
from server.seed.cases import Case, Trip, draw, of_cast, plan, words
from server.seed.chance import dice
from server.seed.directory import ZONE, Directory, at, table
from server.seed.stories import Real, Story, at_work, on_the_way, remark, send_out, taken_in

OPEN, NEW = 60, 20
OPENS = 6
# who was there yesterday without ending it: two wait for parts, two are to be planned once more
TRIED = (
    ("emma", "waits for a board", "needs_parts"), ("lina", "waits for a seal", "needs_parts"),
    ("feng", "could not stop the line", "cannot_complete"), ("haibo", "no power on site", "cannot_complete"),
)  # fmt: skip
ILL = 4  # visits of him who called in ill
# Ben's day: at which hour and how long he works on the orders of the cast that are his
BENS = ((9.0, 105), (12.0, 90), (14.25, 75), (16.25, 60))
LINAS = (10.0, 90)
minute = dt.timedelta(minutes=1)


def stories(who: Directory, calendar: Calendar, tried: list[Case], reals: dict[int, Real]) -> list[Story]:
    """All sixty; `tried` are those of `unfinished`."""
    cast = list(_of_cast(who, calendar))
    begun = list(_begun(who, calendar))
    again = [_told(who, case, reals[id(case.trips[0])]) for case in tried]
    new = NEW - sum(not one.case.trips for one in cast) - sum(row[2] == "cannot_complete" for row in TRIED)
    unplanned = [taken_in(who, case, dice("open", case.key)) for case in _some(who, "new", new, hours=30)]
    made = [*cast, *begun, *again, *unplanned, *_of_the_ill(who)]
    return [*made, *_planned(who, calendar, OPEN - len(made))]


def _some(who: Directory, name: str, count: int, hours: float, kind: str | None = None) -> Iterator[Case]:
    """Cases that came in within the last hours; no emergency waits since yesterday."""
    for number in range(count):
        case = draw(who, f"{name} {number}", who.today, kind)
        chance = dice("since", case.key)
        most = 1.5 if case.priority == "P1" else hours
        case.reported_at = who.as_of - dt.timedelta(minutes=round(chance.uniform(0.1, most) * 60))
        if case.reported_at.astimezone(ZONE).hour < OPENS and case.channel in ("phone", "email"):
            case.channel = "web"  # nobody in the office takes it in at night
        yield case


def _of_cast(who: Directory, calendar: Calendar) -> Iterator[Story]:
    """The ten orders that tests and guides know, with the same words."""
    days = iter(BENS)
    for number, row in enumerate(company.ORDERS):
        case, engineer = of_cast(who, row, number), row[6]
        chance = dice("open", case.key)
        story = taken_in(who, case, chance)
        if engineer is not None:
            hour, minutes = next(days) if engineer == "ben" else LINAS
            trip = Trip(engineer, at(who.today, hour), minutes)
            calendar.book(engineer, case.unit, trip.start, trip.minutes)
            case.trips.append(trip)
            _send(who, story, chance)
        yield story


def _send(who: Directory, story: Story, chance: random.Random, *, accept: bool | None = None) -> str:
    """Sent out before eight; most engineers have accepted by then."""
    case, trip = story.case, story.case.trips[-1]
    visit = send_out(who, story, len(case.trips) - 1, chance, before=who.as_of)
    is_accepted = chance.random() < 0.6 if accept is None else accept
    if is_accepted and trip.engineer != "ben" and story.heard_at < who.as_of - minute:
        moment = story.heard_at + chance.uniform(0.2, 0.9) * min(who.as_of - story.heard_at, 40 * minute)
        story.send("visit.accept", visit, trip.engineer, moment.replace(microsecond=0), dt.timedelta(seconds=2))
    return visit


def _begun(who: Directory, calendar: Calendar) -> Iterator[Story]:
    """On site, on site and paused, and on the way: by those who begin early, else by those on duty."""
    early = ("minmin", "tao") if who.today.weekday() < 5 else ("jun", "haibo")
    yield _begin(who, calendar, early[0], "on site", 42)
    yield _begin(who, calendar, early[1], "paused", 55)
    yield _begin(who, calendar, "lei", "travelling", 0)
    yield _begin(who, calendar, "jun" if early[0] == "minmin" else "lina", "on the way", 0)


def _begin(who: Directory, calendar: Calendar, login: str, key: str, minutes_on_site: int) -> Story:
    case = _case_of(who, login, key)
    case.priority = "P1"  # why else would somebody be there before eight
    chance = dice("open", case.key)
    here = (case.unit.place.lat, case.unit.place.lon)
    way = min(45, travel_minutes(staff.ENGINEERS[login][4], here))
    start = who.as_of + (way // 2 - minutes_on_site) * minute
    case.reported_at = who.as_of - dt.timedelta(hours=chance.uniform(3, 5))
    trip = Trip(login, start, case.minutes)
    calendar.book(login, case.unit, start, case.minutes)
    case.trips.append(trip)
    story = taken_in(who, case, chance)
    left = who.as_of - (minutes_on_site + way if minutes_on_site else way // 2) * minute
    visit = send_out(who, story, 0, chance, before=left)
    if minutes_on_site:
        on_the_way(story, visit, trip, chance, Real(left, who.as_of - minutes_on_site * minute, who.as_of))
    else:
        moment = max(story.heard_at, left - 20 * minute)
        story.send("visit.accept", visit, login, moment, dt.timedelta(seconds=2))
        story.send("visit.travel", visit, login, max(left, story.heard_at), dt.timedelta(seconds=3))
    if key == "paused":
        story.send("visit.pause", visit, login, max(who.as_of - 9 * minute, story.heard_at), dt.timedelta(seconds=4))
        remark(story, "asha", who.as_of - 2 * minute, words(case, table("troubles")["phrases"]["engineer"][0], "zh-CN"))
    _not_after(story, who.as_of)
    return story


def _not_after(story: Story, latest: dt.datetime) -> None:
    """What a phone would still have to send at eight has come through by then."""
    story.steps = [
        type(one)(one.name, one.entity_id, one.args, one.by, min(one.acted_at, latest), min(one.recorded_at, latest))
        for one in story.steps
    ]


def _case_of(who: Directory, login: str, key: str) -> Case:
    """A repair that this engineer may do, near his home."""
    for number in range(400):
        case = draw(who, f"{key} {number}", who.today, "repair")
        here = (case.unit.place.lat, case.unit.place.lon)
        if login in able(case.unit, case.kind) and travel_minutes(staff.ENGINEERS[login][4], here) <= 60:
            case.key = key
            return case
    raise LookupError(f"no device for {login}")


def _yesterday(who: Directory, login: str) -> dt.date:
    """The last day before today on which he worked."""
    day = who.today - dt.timedelta(days=1)
    while staff.SHIFTS[staff.ENGINEERS[login][5]][day.weekday()] is None:
        day -= dt.timedelta(days=1)
    return day


def unfinished(who: Directory, calendar: Calendar) -> list[Case]:
    """Orders with a trip of the last working day that did not bring them to their end: planned before all others of that day."""
    return [_tried(who, calendar, *row) for row in TRIED]


def _tried(who: Directory, calendar: Calendar, login: str, key: str, outcome: str) -> Case:
    case = _case_of(who, login, key)
    day = _yesterday(who, login)
    start = calendar.slot(login, case.unit, 60, at(day, 8.5), 1) or at(day, 9)
    calendar.book(login, case.unit, start, 60)
    case.reported_at = start - dt.timedelta(hours=dice("since", key).uniform(4, 20))
    case.trips.append(Trip(login, start, 60, outcome))
    return case


def _told(who: Directory, case: Case, real: Real) -> Story:
    """An order that waits for parts or is to be planned once more."""
    chance, trip = dice("open", case.key), case.trips[0]
    story = taken_in(who, case, chance)
    visit = send_out(who, story, 0, chance, before=real.left_at)
    on_the_way(story, visit, trip, chance, real)
    at_work(who, story, visit, trip, chance, real)
    _not_after(story, who.as_of)
    return story


def _of_the_ill(who: Directory) -> Iterator[Story]:
    """What he had planned for today, before he called: somebody has to plan it anew."""
    start = at(who.today, 8.5)
    for number in range(ILL):
        case = _case_of(who, staff.ILL, f"his {number}")
        chance = dice("open", case.key)
        case.reported_at = who.as_of - dt.timedelta(hours=chance.uniform(18, 60))
        case.trips.append(Trip(staff.ILL, start, 75))
        story = taken_in(who, case, chance)
        _send(who, story, chance, accept=number < 2)
        yield story
        start += 120 * minute


def _planned(who: Directory, calendar: Calendar, count: int) -> Iterator[Story]:
    """Today and the next days, behind what each has already."""
    made, number = 0, 0
    while made < count:
        (case,) = _some(who, f"planned {number}", 1, hours=70)
        number += 1
        chance = dice("open", case.key)
        days = 0 if case.priority in ("P1", "P2") or chance.random() < 0.55 else chance.randint(1, 4)
        earliest = max(at(who.today + dt.timedelta(days=days), 8.5), who.as_of + 30 * minute)
        trip = plan(calendar, case, chance, earliest, days=5)
        if trip is None or trip.engineer == "ben":
            continue
        calendar.book(trip.engineer, case.unit, trip.start, trip.minutes)
        case.trips.append(trip)
        story = taken_in(who, case, chance)
        _send(who, story, chance)
        made += 1
        yield story
