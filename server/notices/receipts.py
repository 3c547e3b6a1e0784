"""Receipts of SMS: each part has a fate of its own, a message has arrived when all its parts have."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable

import sqlalchemy as sa
from sqlalchemy.orm import Session

from server.core import clock, commit, journal
from server.core.acts import SYSTEM, Act
from server.notices import events
from server.notices.models import Notice, SmsPart

KEPT = dt.timedelta(days=7)


def store(provider_id: str, fate: str | None) -> None:
    """What the carrier says of one part, once or twice, before or after we know whose it is."""
    if fate is not None:
        commit.transact(lambda session: _told(Act(session, SYSTEM, origin="worker"), provider_id, fate))


def _told(act: Act, provider_id: str, fate: str) -> None:
    part = act.session.get(SmsPart, provider_id, with_for_update=True)
    if part is None:
        act.session.add(SmsPart(provider_id=provider_id, fate=fate, told_at=act.at))
        return
    part.fate, part.told_at = fate, act.at
    if part.notice_id is not None:
        act.session.flush()
        settle(act, act.session.get_one(Notice, part.notice_id, with_for_update=True, populate_existing=True))


def expect(act: Act, notice: Notice, provider_ids: Iterable[str]) -> None:
    """These parts belong to this message; their receipts may be there already."""
    for provider_id in sorted(provider_ids):
        part = act.session.get(SmsPart, provider_id, with_for_update=True)
        if part is None:
            act.session.add(SmsPart(provider_id=provider_id, notice_id=notice.id, told_at=act.at))
        elif part.notice_id is None:
            part.notice_id = notice.id
        else:  # a carrier that counts from the start again
            part.notice_id, part.fate, part.told_at = notice.id, None, act.at
    act.session.flush()


def settle(act: Act, notice: Notice) -> None:
    """The message's state from the fates of its parts; one that did not arrive is enough for a failure.

    That a job's message arrived says nothing of the job: the engineer's phone has it when it says so itself (reactions.engineers).
    """
    if notice.state not in ("sent", "delivered"):
        return
    fates = list(act.session.execute(sa.select(SmsPart.fate).where(SmsPart.notice_id == notice.id)).scalars())
    if "failed" in fates:
        notice.state, notice.failure = "failed", {"code": "not_delivered"}
        journal.record(act, events.SETTLED, notice)
    elif (
        notice.recipient_kind == "contact"
        and notice.state == "sent"
        and fates
        and all(one == "delivered" for one in fates)
    ):
        notice.state = "delivered"
        journal.record(act, events.RECEIVED, notice)


def sweep(session: Session) -> None:
    """Part of the daily sweep: receipts that are a week old tell nothing new."""
    session.execute(sa.delete(SmsPart).where(SmsPart.told_at < clock.now() - KEPT))
