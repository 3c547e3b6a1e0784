"""Writes of messages: put together once per (event, recipient, template), sent by leased due work, settled once."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib import resources
from typing import Any

import sqlalchemy as sa

from server.core import clock, due_work, journal
from server.core.acts import Act
from server.core.db import db
from server.core.due_work import Outcome
from server.core.tables import DueWork
from server.notices import events
from server.notices.channels import CHANNELS, Accepted, Message, Refused, Retry
from server.notices.models import Notice

SEND = "notice.send"


@dataclass(frozen=True)
class Recipient:
    """To whom: a contact or a user, in his language, by this channel and address."""

    kind: str
    id: str
    name: str
    locale: str
    channel: str
    address: str


@cache
def template(name: str) -> dict[str, Any]:
    """A message text with its places."""
    found: dict[str, Any] = json.loads(
        resources.files("server.notices.templates").joinpath(f"{name}.json").read_text("utf-8")
    )
    return found


def create(
    act: Act,
    event_id: str,
    event_name: str,
    name: str,
    recipient: Recipient,
    words: Mapping[str, str],
    *,
    work_order_id: str | None = None,
) -> Notice:
    """The one message of this template about this event to this person; a second call answers the first."""
    found = act.session.execute(
        sa.select(Notice).where(
            Notice.event_id == event_id, Notice.recipient_id == recipient.id, Notice.template == name
        )
    ).scalar_one_or_none()
    if found is not None:
        return found
    text = template(name)[recipient.locale]
    notice = Notice(
        event_id=event_id, event_name=event_name, work_order_id=work_order_id, recipient_kind=recipient.kind,
        recipient_id=recipient.id, recipient_name=recipient.name, template=name, channel=recipient.channel,
        address=recipient.address, locale=recipient.locale, link=words.get("link"),
        subject=text["subject"].format_map(words), body=text["body"].format_map(words),
    )  # fmt: skip
    act.session.add(notice)
    journal.record(act, events.CREATED, notice)
    due_work.arm(act.session, SEND, notice.id, clock.now(), aggregate_id=work_order_id)
    return notice


def send(work: DueWork) -> Outcome:
    """Hand one message to its channel, outside any transaction."""
    session = db.session()
    notice = session.get_one(Notice, work.key)
    if notice.deleted_at is not None:  # its person was erased meanwhile: nothing is left to say
        session.rollback()
        return Outcome("done")
    message = Message(notice.id, notice.address or "", notice.locale, notice.subject, notice.body)
    channel = notice.channel
    session.rollback()
    answer = CHANNELS[channel].send(message)
    if isinstance(answer, Retry):
        return Outcome("retry", retry_after=answer.after, reason=answer.reason)
    return Outcome("done", apply=lambda act: _settle(act, message.key, answer))


def give_up(act: Act, work: DueWork) -> None:
    """The channel would not take it however often: the message says so."""
    notice = act.session.get_one(Notice, work.key, with_for_update=True, populate_existing=True)
    if notice.state == "waiting":
        notice.state, notice.failure = "failed", {"code": "given_up", "reason": (work.last_error or "")[:200]}
        journal.record(act, events.SETTLED, notice)


def _settle(act: Act, notice_id: str, answer: Accepted | Refused) -> None:
    notice = act.session.get_one(Notice, notice_id, with_for_update=True, populate_existing=True)
    if isinstance(answer, Accepted):
        notice.state, notice.provider_id, notice.sent_at = "sent", answer.id, act.at
    else:
        notice.state, notice.failure = "failed", {"code": answer.code}
    journal.record(act, events.SETTLED, notice)
