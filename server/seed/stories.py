"""How the demo's orders went, step by step: who did what by which command, when, and when the office heard of it. Pure.

A story is told to the server in two ways that must come out alike: `telling` runs the commands, `ledger` writes many at once.
"""

from __future__ import annotations

import datetime as dt
import random
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from server.seed import staff
from server.seed.answers import form_key, hold, sign, submission
from server.seed.calendar import travel_minutes
from server.seed.cases import Case, Trip, words
from server.seed.chance import dice, id_of
from server.seed.directory import ZONE, Directory, at, table

CALLOUT = "callout"  # what the server does by itself
KEEP_DAYS = 14  # work_orders.offline: then an ended visit leaves the phone
LATEST_HOUR = 21.0


# args of attachment.add that say what a file is: kind, mime, size, sha256, name, tag
Files = Sequence[dict[str, Any]]


@dataclass(frozen=True)
class Step:
    """One command: `acted_at` in the world, `recorded_at` when the server got it."""

    name: str
    entity_id: str
    args: dict[str, Any]
    by: str
    acted_at: dt.datetime
    recorded_at: dt.datetime


@dataclass
class Real:
    """How a trip went in truth."""

    left_at: dt.datetime
    arrived_at: dt.datetime
    ended_at: dt.datetime


@dataclass
class Story:
    """An order from its intake on. `rating` is what its customer would give, 1 to 5: for surveys, once there are some."""

    case: Case
    steps: list[Step] = field(default_factory=list)
    ended_at: dt.datetime | None = None
    rating: int | None = None

    @property
    def heard_at(self) -> dt.datetime:
        """When the server heard of the last step so far."""
        return self.steps[-1].recorded_at

    def add(self, name: str, entity_id: str, by: str, moment: dt.datetime, /, **args: Any) -> None:
        """The office's own step: it is recorded as it is done."""
        moment = max(moment, self.heard_at) if self.steps else moment
        self.steps.append(Step(name, entity_id, args, by, moment, moment))

    def send(
        self, name: str, entity_id: str, by: str, moment: dt.datetime, delay: dt.timedelta, /, **args: Any
    ) -> None:
        """A step on a phone: recorded once it got through, never before what it had to send first."""
        self.steps.append(Step(name, entity_id, args, by, moment, max(moment + delay, self.heard_at)))


def real_times(cases: Iterable[Case]) -> dict[int, Real]:
    """id(trip) -> what became of its plan: each engineer does one thing after the other, some take long."""
    by_engineer: dict[str, list[tuple[Trip, Case]]] = defaultdict(list)
    for case in cases:
        for trip in case.trips:
            by_engineer[trip.engineer].append((trip, case))
    found = {}
    for login, trips in sorted(by_engineer.items()):
        place, free_at = staff.ENGINEERS[login][4], dt.datetime.min.replace(tzinfo=dt.UTC)
        for trip, case in sorted(trips, key=lambda one: one[0].start):
            here = (case.unit.place.lat, case.unit.place.lon)
            found[id(trip)] = _real(trip, case, travel_minutes(place, here), free_at)
            place, free_at = here, found[id(trip)].ended_at
    return found


def _real(trip: Trip, case: Case, way: int, free_at: dt.datetime) -> Real:
    chance = dice("real", case.key, trip.outcome)
    late = chance.uniform(15, 70) if chance.random() < 0.1 else 0.0
    minute = dt.timedelta(minutes=1)
    left = max(trip.start - way * minute + chance.gauss(-4, 6) * minute, free_at + 3 * minute)
    arrived = left + max(8.0, way * chance.uniform(0.85, 1.2) + late) * minute
    low, high = case.trouble["hours"]
    stay = chance.uniform(low, high) * 60 * (1.25 if case.unit.model == "SA-37V" else 1.0)
    if trip.outcome == "cannot_complete":
        stay = chance.uniform(15, 45)
    latest = at(trip.start.astimezone(ZONE).date(), LATEST_HOUR)
    ended = max(min(arrived + stay * minute, latest), arrived + 12 * minute)
    return Real(*(one.replace(microsecond=0) for one in (left, arrived, ended)))


def past(who: Directory, cases: list[Case], reals: dict[int, Real], files: Mapping[str, Files]) -> list[Story]:
    """Whole stories of orders that have ended. `files`: by the key of a case, what its last form holds."""
    return [_whole(who, case, reals, files.get(case.key, ())) for case in cases]


def with_files(who: Directory, cases: list[Case], most: int) -> list[Case]:
    """The newest that were done after forms began to ask for photos."""
    fit = [
        case for case in cases
        if case.unit.line in ("chiller", "compressor") and not case.is_cancelled and case.trips[-1].start > who.forms_changed_at
    ]  # fmt: skip
    return sorted(fit, key=lambda one: one.trips[-1].start)[-most:]


def _whole(who: Directory, case: Case, reals: dict[int, Real], files: Files) -> Story:
    chance = dice("story", case.key)
    story = taken_in(who, case, chance)
    if case.is_cancelled:
        _cancelled(who, story, chance, reals)
        return story
    for number, trip in enumerate(case.trips):
        visit = send_out(who, story, number, chance, before=reals[id(trip)].left_at)
        on_the_way(story, visit, trip, chance, reals[id(trip)])
        is_last = number == len(case.trips) - 1
        at_work(who, story, visit, trip, chance, reals[id(trip)], files if is_last else ())
    story.ended_at = story.steps[-1].acted_at
    story.rating = _rating(case, chance, reals)
    return story


def taken_in(who: Directory, case: Case, chance: random.Random) -> Story:
    """The order as it came in, by phone or mail through the office, else by itself."""
    place, kind = case.unit.place, case.trouble
    is_typed = case.channel in ("phone", "email")
    story = Story(case)
    delay = dt.timedelta(seconds=chance.randint(60, 400) if is_typed else 0)
    entered = min(case.reported_at + delay, who.as_of)
    story.add(
        "work_order.create", case.order_id, case.officer if is_typed else CALLOUT, entered,
        work_type_id=who.id("work_type", case.kind), customer_id=place.customer_id, site_id=place.id, contact_id=place.contact_id,
        asset_id=case.unit.id, team_id=who.id("team", case.unit.team), summary=case.summary or words(case, kind["summary"]),
        description=case.description or words(case, kind["description"]), priority=case.priority, channel=case.channel,
        reported_at=case.reported_at.isoformat(),
    )  # fmt: skip
    if chance.random() < 0.25:
        said = words(case, chance.choice(table("troubles")["phrases"]["office"]), "zh-CN")
        remark(story, case.officer, min(entered + dt.timedelta(minutes=chance.randint(1, 8)), who.as_of), said)
    return story


def remark(story: Story, by: str, moment: dt.datetime, text: str) -> None:
    """A comment on the order."""
    comment = id_of(moment, "comment", story.case.key, str(len(story.steps)))
    story.add("comment.add", comment, by, moment, work_order_id=story.case.order_id, text=text)


def send_out(who: Directory, story: Story, number: int, chance: random.Random, *, before: dt.datetime) -> str:
    """Plan the trip and send it to the engineer; someone may give it back first. Answers the visit's id."""
    case, trip = story.case, story.case.trips[number]
    minute = dt.timedelta(minutes=1)
    wait = chance.uniform(3, 20) if case.priority == "P1" else chance.uniform(10, 200)
    heard = story.heard_at
    moment = _in_office_hours(heard + wait * minute) if case.priority != "P1" else heard + wait * minute
    moment = _between(heard, moment, before - 25 * minute, before)
    visit = id_of(case.reported_at, "visit", case.key, str(number))
    hours = 1 if case.priority in ("P1", "P2") else 2
    window = trip.start.replace(minute=trip.start.minute // 30 * 30)
    plan = {
        "work_order_id": case.order_id, "planned_start": trip.start.isoformat(), "promised_from": window.isoformat(),
        "planned_end": (trip.start + trip.minutes * minute).isoformat(),
        "promised_until": (window + dt.timedelta(hours=hours)).isoformat(),
    }  # fmt: skip
    if trip.declined_by:
        story.add("visit.assign", visit, case.officer, moment, engineer_id=who.id("user", trip.declined_by), **plan)
        reason = words(case, chance.choice(table("troubles")["phrases"]["decline"]), "zh-CN")
        story.add(
            "visit.decline", visit, trip.declined_by, _between(moment, moment + 9 * minute, before), reason=reason
        )
        moment = _between(story.heard_at, story.heard_at + 6 * minute, before)
    story.add("visit.assign", visit, case.officer, moment, engineer_id=who.id("user", trip.engineer), **plan)
    return visit


def _in_office_hours(moment: dt.datetime) -> dt.datetime:
    """Somebody plans from seven to seven; what comes at night waits for the morning."""
    local = moment.astimezone(ZONE)
    if local.hour < 7:
        return at(local.date(), 7.2)
    return at(local.date() + dt.timedelta(days=1), 7.2) if local.hour >= 19 else moment


def _between(low: dt.datetime, moment: dt.datetime, *most: dt.datetime) -> dt.datetime:
    """The moment, not after the first of `most` that lies behind `low`, never before `low`; whole seconds."""
    highest = next((one for one in most if one > low), low)
    return max(low, min(moment, highest)).replace(microsecond=0)


def delay_of(chance: random.Random) -> dt.timedelta:
    """Until a phone gets through: mostly at once, sometimes only upstairs, or in the evening."""
    kind = chance.random()
    if kind < 0.8:
        return dt.timedelta(seconds=chance.randint(1, 30))
    return dt.timedelta(minutes=chance.randint(3, 25) if kind < 0.95 else chance.randint(40, 150))


def on_the_way(story: Story, visit: str, trip: Trip, chance: random.Random, real: Real) -> None:
    """Accepted, set out, arrived."""
    sent = story.heard_at
    accepted = sent + dt.timedelta(minutes=chance.uniform(1, 45))
    story.send("visit.accept", visit, trip.engineer, _between(sent, accepted, real.left_at), dt.timedelta(seconds=2))
    left = max(real.left_at, story.heard_at)
    story.send("visit.travel", visit, trip.engineer, left, dt.timedelta(seconds=chance.randint(1, 20)))
    story.send("visit.arrive", visit, trip.engineer, max(real.arrived_at, left), delay_of(chance))


def at_work(
    who: Directory, story: Story, visit: str, trip: Trip, chance: random.Random, real: Real, files: Files = ()
) -> None:
    """What was done on site and how it ended; with `files` the form holds them."""
    case, phrases, delay = story.case, table("troubles")["phrases"], delay_of(chance)
    language = staff.ENGINEERS[trip.engineer][2]
    ended, second = max(real.ended_at, story.steps[-1].acted_at), dt.timedelta(seconds=1)
    if chance.random() < 0.12:
        moment = max(ended - 420 * second, story.steps[-1].acted_at)
        text = words(case, chance.choice(phrases["engineer"]), language)
        comment = id_of(moment, "comment", case.key, str(len(story.steps)))
        story.send("comment.add", comment, trip.engineer, moment, delay, work_order_id=case.order_id, text=text)
    if trip.outcome == "cannot_complete":
        reason = words(case, chance.choice(phrases["cannot_complete"]), language)
        story.send("visit.cannot_complete", visit, trip.engineer, ended, delay, reason=reason)
        return
    findings = {"set": {"findings": words(case, case.trouble["findings"], language)}}
    before = [max(ended - some * second, story.steps[-1].acted_at) for some in (160, 90, 30)]
    story.send("visit.edit", visit, trip.engineer, before[0], delay, **findings)
    is_asked = form_key(case.unit) is not None and chance.random() < 0.78 and ended < who.forms_changed_at
    if files or (is_asked and trip.outcome == "done"):
        _fill_in(who, story, visit, trip, before[1], delay, files)
    codes = {"set": {"cause_code": case.trouble["cause"], "remedy_code": case.trouble["remedy"]}}
    story.send("work_order.edit", case.order_id, trip.engineer, before[2], delay, **codes)
    story.send("visit.complete", visit, trip.engineer, ended, delay, outcome=trip.outcome)
    if trip.outcome == "needs_parts":
        remark(
            story, case.officer, story.heard_at + 900 * second, words(case, chance.choice(phrases["parts"]), "zh-CN")
        )


def _fill_in(
    who: Directory, story: Story, visit: str, trip: Trip, moment: dt.datetime, delay: dt.timedelta, files: Files
) -> None:
    """The finished form; its photos and the signature go before it."""
    form = id_of(moment, "submission", story.case.key, visit)
    args = submission(who, story.case, trip, visit, moment)
    kept = {"work_order_id": story.case.order_id, "parent_entity": "submission", "parent_id": form}
    place = story.case.unit.place
    for number, told in enumerate(files):
        file = id_of(moment, "attachment", story.case.key, str(number))
        taken = moment - dt.timedelta(minutes=40 if told.get("tag") == "before" else 3)
        where = {"lat": place.lat, "lon": place.lon, "accuracy_m": 12.0} if told["kind"] == "photo" else {}
        story.send(
            "attachment.add", file, trip.engineer, moment, delay, **kept, **told, **where, taken_at=taken.isoformat()
        )
        hold(args["answers"], told["kind"], {"id": file, "sha256": told["sha256"]})
    sign(args["answers"])
    story.send("submission.save", form, trip.engineer, moment, delay, **args)


def _cancelled(who: Directory, story: Story, chance: random.Random, reals: dict[int, Real]) -> None:
    trip = story.case.trips[0]
    left = reals[id(trip)].left_at
    if chance.random() < 0.6:
        send_out(who, story, 0, chance, before=left)
    moment = _between(story.heard_at, story.heard_at + dt.timedelta(minutes=chance.uniform(10, 300)), left)
    reason = words(story.case, chance.choice(table("troubles")["phrases"]["cancel"]), "zh-CN")
    story.add("work_order.cancel", story.case.order_id, story.case.officer, moment, reason=reason)
    story.ended_at = story.heard_at


def _rating(case: Case, chance: random.Random, reals: dict[int, Real]) -> int:
    """Who waited, or had us twice, is less pleased."""
    late = sum((reals[id(one)].arrived_at - one.start).total_seconds() > 1800 for one in case.trips)
    points = 5 - late - (len(case.trips) - 1) * chance.choice((1, 1, 2)) - (chance.random() < 0.15)
    return max(1, points)


def swept(who: Directory, story: Story) -> Iterable[tuple[str, dt.datetime]]:
    """Visits of this story that have left the phone since, and when: two weeks after their end, at night."""
    ends: dict[str, dt.datetime] = {}
    ending = ("visit.complete", "visit.cannot_complete", "visit.assign", "work_order.cancel")
    for step in story.steps:
        if step.name in ending and step.name != "work_order.cancel":
            ends[step.entity_id] = step.acted_at
        elif step.name == "work_order.cancel":
            ends = dict.fromkeys(ends, step.acted_at)
    for visit, ended in ends.items():
        local = (ended + dt.timedelta(days=KEEP_DAYS)).astimezone(ZONE)
        night = at(local.date() + dt.timedelta(days=1), 0.2)
        if night < who.as_of:
            yield visit, night
