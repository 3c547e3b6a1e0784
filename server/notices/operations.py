"""Writes of messages: put together once per (event, recipient, template), moved from channel to channel, settled once, withdrawn."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass

import sqlalchemy as sa

from server.core import clock, due_work, journal
from server.core.acts import Act
from server.core.events import Event
from server.core.tables import DueWork
from server.notices import events, texts
from server.notices.models import Notice
from server.notices.routes import SMS, Route

# what may be repeated when a worker dies in the middle of it, and what never is
SEND, SEND_ONCE = "notice.send", "notice.send_once"


@dataclass(frozen=True)
class Recipient:
    """To whom: a contact or a user, in his language, by these routes."""

    kind: str
    id: str
    name: str
    locale: str
    routes: list[Route]


@dataclass(frozen=True)
class About:
    """What a message is about: the event that asked for it, and its order and visit."""

    event_id: str
    event_name: str
    work_order_id: str | None = None
    visit_id: str | None = None


def create(
    act: Act, about: About, name: str, recipient: Recipient, words: Mapping[str, str], not_before: dt.datetime | None = None
) -> Notice:  # fmt: skip
    """The one message of this template about this event to this person; a second call answers the first."""
    found = act.session.execute(
        sa.select(Notice).where(
            Notice.event_id == about.event_id, Notice.recipient_id == recipient.id, Notice.template == name
        )
    ).scalar_one_or_none()
    if found is not None:
        return found
    channel, address = recipient.routes[0]
    notice = Notice(
        event_id=about.event_id, event_name=about.event_name, work_order_id=about.work_order_id, visit_id=about.visit_id,
        recipient_kind=recipient.kind, recipient_id=recipient.id, recipient_name=recipient.name, template=name, channel=channel,
        address=address, routes=recipient.routes, route_no=0, locale=recipient.locale, link=words.get("link"),
        **texts.fill(name, recipient.locale, words),
    )  # fmt: skip
    act.session.add(notice)
    journal.record(act, events.CREATED, notice)
    _arm(act, notice, not_before or clock.now())
    return notice


def _arm(act: Act, notice: Notice, due_at: dt.datetime) -> None:
    kind = SEND_ONCE if notice.channel == SMS else SEND
    due_work.arm(act.session, kind, notice.id, due_at, aggregate_id=notice.work_order_id, generation=notice.route_no)


def is_more(notice: Notice) -> bool:
    """Whether another channel could be tried."""
    return notice.route_no + 1 < len(notice.routes)


def pass_on(act: Act, notice: Notice) -> None:
    """The same message by the next channel; what still waits for this one is off."""
    _call_off(act, notice)
    notice.route_no += 1
    notice.channel, notice.address = notice.routes[notice.route_no]
    notice.state = "waiting"
    journal.record(act, events.PASSED_ON, notice, channel=notice.channel)
    _arm(act, notice, clock.now())


def end(act: Act, notice: Notice, state: str, event: Event) -> None:
    """Nothing more is sent of it."""
    _call_off(act, notice)
    notice.state = state
    journal.record(act, event, notice)


def _call_off(act: Act, notice: Notice) -> None:
    mine = sa.update(DueWork).where(
        DueWork.kind.in_((SEND, SEND_ONCE)), DueWork.key == notice.id, DueWork.state == "pending"
    )
    act.session.execute(mine.values(state="withdrawn", finished_at=clock.now()))


def waiting(act: Act, *which: sa.ColumnElement[bool]) -> list[Notice]:
    """Messages that have not left yet, locked."""
    query = sa.select(Notice).where(Notice.state == "waiting", Notice.deleted_at.is_(None), *which).order_by(Notice.id)
    return list(act.session.execute(query.with_for_update().execution_options(populate_existing=True)).scalars())


def withdraw(act: Act, visit_id: str, template: str) -> None:
    """What they would say is not true any more; one that has left stays what it is."""
    for notice in waiting(act, Notice.visit_id == visit_id, Notice.template == template):
        end(act, notice, "withdrawn", events.WITHDRAWN)


def withdraw_of_order(act: Act, work_order_id: str, template: str) -> None:
    """The same for every visit of an order."""
    for notice in waiting(act, Notice.work_order_id == work_order_id, Notice.template == template):
        end(act, notice, "withdrawn", events.WITHDRAWN)


def stop_for(act: Act, contact_id: str) -> None:
    """He does not want to be written to: what has not left does not leave."""
    for notice in waiting(act, Notice.recipient_kind == "contact", Notice.recipient_id == contact_id):
        end(act, notice, "not_wanted", events.WITHDRAWN)
