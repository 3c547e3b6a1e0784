"""Three SMS an hour for one telephone: whoever can make us send must not be able to flood it. However the number is written, and
however many workers send: what leaves is counted in the database before it leaves, one after the other.
"""

from __future__ import annotations

import datetime as dt

import sqlalchemy as sa
from flask import current_app
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session

from server.core import clock, commit
from server.core.canonical import sha256
from server.core.config import Settings
from server.core.due_work import Outcome
from server.core.telephone import e164
from server.notices.models import SmsNumber

MOST = 3
HOUR, APART = dt.timedelta(hours=1), dt.timedelta(seconds=10)


def _key(written: str) -> str:
    config: Settings = current_app.extensions["callout.settings"]
    return sha256(e164(written, config.phone_country))


def take(written: str) -> str | Outcome:
    """Count one more for this number: the moment that it is counted under. An outcome to wait, when it has had its SMS of the hour, or
    one went there within the last moments.
    """
    key = _key(written)
    return commit.transact(lambda session: _take(session, key))


def _take(session: Session, key: str) -> str | Outcome:
    now = clock.now()
    row = _locked(session, key, now)
    times = [one for one in row.sent_at if dt.datetime.fromisoformat(one) > now - HOUR]
    last = max(map(dt.datetime.fromisoformat, times), default=None)
    if len(times) >= MOST:
        wait = dt.datetime.fromisoformat(sorted(times)[-MOST]) + HOUR - now
        return _later(wait, "this number has had its SMS of this hour")
    if last is not None and last > now - APART:
        return _later(APART, "another SMS is going to this number")
    row.sent_at, row.last_at = [*times, now.isoformat()], now
    return now.isoformat()


def _later(wait: dt.timedelta, why: str) -> Outcome:
    return Outcome("retry", max(wait.total_seconds(), 1.0), why, is_passing=True)


def _locked(session: Session, key: str, now: dt.datetime) -> SmsNumber:
    insert = postgresql.insert if session.connection().dialect.name == "postgresql" else sqlite.insert
    session.execute(insert(SmsNumber).values(number_sha=key, sent_at=[], last_at=now).on_conflict_do_nothing())
    return session.get_one(SmsNumber, key, with_for_update=True, populate_existing=True)


def give_back(session: Session, written: str, at: str) -> None:
    """It has surely not left: what was counted for it counts no more."""
    row = session.get(SmsNumber, _key(written), with_for_update=True, populate_existing=True)
    if row is not None and at in row.sent_at:
        row.sent_at = [one for one in row.sent_at if one != at]


def sweep(session: Session) -> None:
    """Numbers that have all of their hour again."""
    session.execute(sa.delete(SmsNumber).where(SmsNumber.last_at < clock.now() - HOUR))
