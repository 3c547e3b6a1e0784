"""The stories of the demo company before anybody tells them: the same for the same day, and sound on whatever day it is put in."""

from __future__ import annotations

import datetime as dt
from collections import Counter
from typing import Any

import pytest

from server.core.ids import is_id
from server.seed import calendar, directory, staff, whole
from server.seed.chance import id_of
from server.seed.directory import ZONE
from server.seed.stories import Story

# Wednesday afternoon; Sunday before dawn; Monday at one; Saturday at noon
MOMENTS = [
    dt.datetime(2026, 3, 4, 6, 0, tzinfo=dt.UTC),
    dt.datetime(2026, 3, 7, 21, 0, tzinfo=dt.UTC),
    dt.datetime(2026, 3, 8, 17, 0, tzinfo=dt.UTC),
    dt.datetime(2026, 3, 14, 4, 0, tzinfo=dt.UTC),
]
DRAWN = {"kind": "photo", "mime": "image/jpeg", "size": 1, "sha256": "0" * 64, "name": "drawn.jpg", "tag": "after"}


def told(now: dt.datetime) -> tuple[directory.Directory, list[Story]]:
    who = directory.read(now)
    return who, whole.everything(who, lambda _case: (DRAWN,))


@pytest.mark.parametrize("now", MOMENTS, ids=lambda one: f"{one.astimezone(ZONE):%A %H:%M}")
def test_they_are_sound_on_any_day(now: dt.datetime) -> None:
    who, found = told(now)
    past, open_ones = found[:1500], found[1500:]
    assert len(open_ones) == 60
    assert all(one.ended_at for one in past)
    for story in found:
        times = [step.recorded_at for step in story.steps]
        assert times == sorted(times), story.case.key
        assert times[-1] <= who.as_of <= now
        assert all(step.acted_at <= step.recorded_at for step in story.steps), story.case.key
        assert story.steps[0].recorded_at > who.founded_at
    assert sum(not one.case.trips for one in open_ones) == 18  # two more are to be planned once more
    begun = [one for one in open_ones if any(step.name == "visit.travel" for step in one.steps)]
    assert len(begun) == 8  # four of them yesterday
    with_files = [one for one in found if any(step.name == "attachment.add" for step in one.steps)]
    assert len(with_files) == whole.WITH_FILES


@pytest.mark.parametrize("now", MOMENTS, ids=lambda one: f"{one.astimezone(ZONE):%A %H:%M}")
def test_who_is_sent_today_is_on_shift(now: dt.datetime) -> None:
    who, found = told(now)
    trips = [one.case.trips[-1] for one in found[1500:] if one.case.trips]
    today = [one for one in trips if one.start.astimezone(ZONE).date() == who.today and one.start > who.as_of]
    assert len(today) >= 15
    for trip in today:
        assert staff.SHIFTS[staff.ENGINEERS[trip.engineer][5]][who.today.weekday()] is not None, trip
    assert Counter(one.engineer for one in today)["ben"] == 4


def test_the_same_day_gives_the_same_company() -> None:
    assert _plain(told(MOMENTS[0])[1]) == _plain(told(MOMENTS[0] + dt.timedelta(minutes=90))[1])


def test_ids_are_ids_of_their_time_and_their_key_alone() -> None:
    one = id_of(MOMENTS[0], "user", "ben")
    assert is_id(one) and one[14] == "7" and one[19] in "89ab"
    assert one == id_of(MOMENTS[0], "user", "ben") != id_of(MOMENTS[0], "user", "lina")
    assert int(one.replace("-", "")[:12], 16) == int(MOMENTS[0].timestamp() * 1000)
    ids = [step.entity_id for story in told(MOMENTS[0])[1] for step in story.steps if step.name == "work_order.create"]
    assert len(set(ids)) == 1560


def test_far_places_take_a_day() -> None:
    who = directory.read(MOMENTS[0])
    shenzhen = next(one for one in who.units if one.place.city == "shenzhen")
    plan = calendar.Calendar()
    start = plan.slot("jun", shenzhen, 120, MOMENTS[0])
    assert start is not None
    plan.book("jun", shenzhen, start, 120)
    again = plan.slot("jun", shenzhen, 60, MOMENTS[0])
    assert again is not None and again.astimezone(ZONE).date() > start.astimezone(ZONE).date()


def _plain(found: list[Story]) -> list[Any]:
    return [(one.case.key, one.rating, one.steps) for one in found]
