"""The whole demo company in one transaction: people and things, 1,500 past orders, 60 open ones, as they stand at eight today."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable

import sqlalchemy as sa
from flask import current_app
from sqlalchemy.orm import Session

from media.storage.base import Storage
from server.accounts import operations as accounts
from server.core import clock, commands, journal
from server.core.acts import SYSTEM, Act
from server.core.clock import HeldClock
from server.seed import cases, directory, founding, open_orders, pictures, staff, stories, telling
from server.seed.calendar import Calendar
from server.seed.cases import Case
from server.seed.directory import Directory, at
from server.seed.ledger import Ledger, can_tell
from server.seed.stories import Files, Story
from server.seed.telling import Cast
from server.wiring.doors import BLOBS

WITH_FILES = 8  # orders with two photos and a signature


def put_in(session: Session) -> None:
    """Put all of it into an empty server."""
    who = directory.read(clock.now())
    storage: Storage = current_app.extensions["callout.storage"]
    told = everything(who, lambda case: pictures.of_case(case, storage))
    with clock.held(HeldClock(who.founded_at)):
        founding.found(_act(session, who.founded_at), who)
    with clock.held(HeldClock(who.forms_changed_at)):
        founding.ask_for_evidence(_act(session, who.forms_changed_at), who)
    cast = telling.cast_of(session, who)
    _phones(session, who, cast)
    _write(session, who, cast, told)
    _absences(session, who, cast)
    journal.as_history(session)


def _act(session: Session, moment: dt.datetime) -> Act:
    return Act(session, SYSTEM, origin="cli", at=moment)


def everything(who: Directory, files_of: Callable[[Case], Files]) -> list[Story]:
    """All stories: the 1,500 that have ended, then the 60 that are open. `files_of` stores what a form holds and answers what it is."""
    calendar = Calendar(away={(staff.ILL, who.today), (staff.AWAY, who.today + dt.timedelta(days=4))})
    tried = open_orders.unfinished(who, calendar)
    ended = cases.past(who, calendar)
    reals = stories.real_times([*tried, *ended])
    files = {one.key: files_of(one) for one in stories.with_files(who, ended, WITH_FILES)}
    told = stories.past(who, ended, reals, files)
    return [*told, *open_orders.stories(who, calendar, tried, reals)]


def _phones(session: Session, who: Directory, cast: Cast) -> None:
    """Installed long ago; when each spoke last is what the board shows of the age of its data."""
    for login, (minutes, pending) in staff.PHONES.items():
        actor, first = cast.actors[login], who.founded_at + dt.timedelta(hours=1)
        seen = who.as_of - dt.timedelta(minutes=minutes)
        with clock.held(HeldClock(first)):
            act = Act(session, actor, origin="sync", at=first)
            told = {"id": cast.phones[login], "kind": "phone", "label": "", "platform": "Android"}
            accounts.register_device(act, actor.id, told)
        session.flush()
        oldest = seen - dt.timedelta(minutes=20) if pending else None
        facts = {"app_version": "demo", "pending_count": pending, "oldest_pending_at": oldest}
        accounts.note_presence(Act(session, actor, origin="sync", at=seen), cast.phones[login], facts)


def _write(session: Session, who: Directory, cast: Cast, all_stories: list[Story]) -> None:
    """Most at once, those with files and the like by the commands."""
    ledger = Ledger(session, who, cast)
    at_once = can_tell(all_stories)
    for story in at_once:
        ledger.take(story)
    ledger.write()
    known = {id(one) for one in at_once}
    for story in all_stories:
        if id(story) not in known:
            _own_files(session, cast, story)
            telling.tell(session, cast, story)


def _own_files(session: Session, cast: Cast, story: Story) -> None:
    """The bytes lie in the storage already; here it is noted whose they are, as an upload would."""
    for step in story.steps:
        if step.name == "attachment.add":
            sha, size, at_ = step.args["sha256"], step.args["size"], step.recorded_at
            session.execute(sa.insert(BLOBS.blob).values(sha256=sha, size=size, stored_at=at_))
            session.execute(sa.insert(BLOBS.blob_owner).values(sha256=sha, user_id=cast.actors[step.by].id))


def _absences(session: Session, who: Directory, cast: Cast) -> None:
    called = who.as_of - dt.timedelta(minutes=24)
    day = dt.timedelta(days=1)
    rows = (
        (staff.ILL, at(who.today, 0), at(who.today + day, 0), "ill", called, "发烧，今天请假。"),
        (staff.AWAY, at(who.today + 4 * day, 0), at(who.today + 5 * day, 0), "training", at(who.today - 6 * day, 15), None),
    )  # fmt: skip
    for login, begins, ends, kind, moment, note in rows:
        args = {
            "engineer_id": who.id("user", login), "from_at": begins.isoformat(), "until_at": ends.isoformat(), "kind": kind, "note": note,
        }  # fmt: skip
        with clock.held(HeldClock(moment)):
            act = Act(session, cast.actors["asha"], origin="screen", at=moment)
            commands.run("absence.add", act, who.id("absence", login), args)
