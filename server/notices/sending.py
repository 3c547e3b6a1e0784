"""Hands messages to their channels, outside any transaction, and settles what came of it. An SMS whose outcome is unknown stays so."""

from __future__ import annotations

import datetime as dt
import json
import threading
from collections.abc import Callable
from dataclasses import dataclass, replace

import sqlalchemy as sa
import structlog
from sqlalchemy.orm import Session

from server.core import clock, journal
from server.core.acts import Act
from server.core.db import db
from server.core.due_work import Outcome
from server.core.tables import DueWork
from server.notices import channels, events, hourly, operations, receipts, subscriptions, texts
from server.notices.channels import Accepted, Answer, Channel, Message, Refused, Retry, Unknown
from server.notices.models import Notice, NoticeAttempt, PushSubscription
from server.notices.routes import PUSH, SMS

log = structlog.get_logger("notices")
TRIES_KEPT = dt.timedelta(days=90)
# when a message to a customer may leave: his site's clock is known above this feature; wiring names it
NOT_BEFORE: list[Callable[[Session, Notice], dt.datetime]] = []
# reading takes a moment, sending takes seconds: with as many readers as hands every one would open a connection of its own
_reading = threading.BoundedSemaphore(6)
NAMES = {Accepted: "accepted", Retry: "retry", Refused: "refused", Unknown: "unknown"}


@dataclass(frozen=True)
class Ready:
    """A message with its channel; `addresses` of a push: subscription id -> where; `is_counted`: an SMS to a customer."""

    channel_name: str
    message: Message
    addresses: dict[str, str]
    is_counted: bool


def send(work: DueWork) -> Outcome:
    """Hand one message to its channel."""
    with _reading:
        ready = _ready(work)
    if isinstance(ready, Outcome):
        return ready
    channel = channels.present().get(ready.channel_name)
    if channel is None:  # it was taken out of the settings meanwhile
        return _outcome(work, Refused("channel_missing"))
    if ready.channel_name == PUSH:
        return _to_each(work, channel, ready.message, ready.addresses)
    if ready.channel_name == SMS:
        return _by_sms(work, channel, ready)
    return _outcome(work, channel.send(ready.message))


def _by_sms(work: DueWork, channel: Channel, ready: Ready) -> Outcome:
    """A customer's is counted before it leaves, and counts no more when the carrier surely has not got it."""
    number = ready.message.address
    with _reading:
        taken = hourly.take(number) if ready.is_counted else ""
    if isinstance(taken, Outcome):
        return taken
    answer = _once(channel, ready.message)
    is_kept = not taken or isinstance(answer, Accepted | Unknown)
    return _outcome(work, answer, None if is_kept else lambda act: hourly.give_back(act.session, number, taken))


def _ready(work: DueWork) -> Outcome | Ready:
    """What is to be sent, read in one go; the connection is given back before anything leaves."""
    session: Session = db.session()
    notice = session.get_one(Notice, work.key)
    # erased, withdrawn or moved on meanwhile: by this way nothing is left to say
    is_over = notice.deleted_at is not None or notice.state != "waiting" or notice.route_no != work.generation
    held = None if is_over else _too_early(session, notice)
    if is_over or held is not None:
        session.rollback()
        return held or Outcome("done")
    template = texts.template(notice.template)
    message = Message(
        notice.id, notice.address or "", notice.locale, notice.subject, notice.body, notice.short, notice.link,
        template.urgency, template.lasts_seconds,
    )  # fmt: skip
    targets = subscriptions.targets(session, message.address) if notice.channel == PUSH else []
    addresses = {one.id: _as_json(one) for one in targets}
    ready = Ready(notice.channel, message, addresses, is_counted=notice.recipient_kind == "contact")
    session.rollback()
    return ready


def _as_json(one: PushSubscription) -> str:
    return json.dumps({"endpoint": one.endpoint, "p256dh": one.p256dh, "auth": one.auth})


def _to_each(work: DueWork, channel: Channel, message: Message, addresses: dict[str, str]) -> Outcome:
    """One push per device; one that was taken is enough, those that are gone are forgotten."""
    answers = {one: channel.send(replace(message, address=address)) for one, address in addresses.items()}
    gone = [one for one, answer in answers.items() if answer == Refused("gone")]
    ranks: tuple[type[Answer], ...] = (Accepted, Retry, Refused)
    best = next((found for rank in ranks for found in answers.values() if isinstance(found, rank)), None)

    def forget(act: Act) -> None:
        subscriptions.forget(act.session, PushSubscription.id.in_(gone))

    return _outcome(work, best or Refused("no_subscription"), forget if gone else None)


def _once(channel: Channel, message: Message) -> Answer:
    try:
        return channel.send(message)
    except Exception:
        log.exception("an SMS may have left", notice=message.key)
        return Unknown("failed")


def _too_early(session: Session, notice: Notice) -> Outcome | None:
    """A customer's quiet hours hold whenever something is about to leave: a repeat and the next channel too."""
    if notice.recipient_kind != "contact":
        return None
    waits = [(allowed_at(session, notice) - clock.now()).total_seconds() for allowed_at in NOT_BEFORE]
    wait = max(waits, default=0.0)
    return Outcome("retry", wait, "quiet hours", is_passing=True) if wait > 0 else None


def _outcome(work: DueWork, answer: Answer, before: Callable[[Act], None] | None = None) -> Outcome:
    """`before` is done with it, in the transaction that settles it."""

    def apply(act: Act) -> None:
        if before is not None:
            before(act)
        _settle(act, work, answer)

    if isinstance(answer, Retry):
        return Outcome("retry", answer.after, answer.reason, apply)
    return Outcome("unknown" if isinstance(answer, Unknown) else "done", apply=apply)


def _settle(act: Act, work: DueWork, answer: Answer) -> None:
    notice = _locked(act, work.key)
    reason = answer.reason if isinstance(answer, Retry) else getattr(answer, "code", None)
    channel = notice.routes[work.generation][0] if work.generation < len(notice.routes) else notice.channel
    _note(act, notice, channel, NAMES[type(answer)], reason)
    if notice.deleted_at is not None:
        return
    if isinstance(answer, Accepted):
        _accepted(act, notice, work.generation, answer)
    elif notice.route_no == work.generation and notice.state == "waiting":
        if isinstance(answer, Refused):
            _refused(act, notice, answer.code)
        elif isinstance(answer, Unknown):
            _unclear(act, notice, answer.code)


def _accepted(act: Act, notice: Notice, route_no: int, answer: Accepted) -> None:
    """It has left, even if somebody changed his mind meanwhile; what is known to have arrived stays so."""
    if notice.state in ("delivered", "not_reached") or notice.route_no != route_no:
        return
    notice.state, notice.provider_id, notice.sent_at = "sent", answer.id[:200] or None, act.at
    journal.record(act, events.SETTLED, notice)
    if answer.parts:
        receipts.expect(act, notice, answer.parts)
        receipts.settle(act, notice)


def _refused(act: Act, notice: Notice, code: str, reason: str | None = None) -> None:
    if operations.is_more(notice):
        operations.pass_on(act, notice)
        return
    notice.state, notice.failure = "failed", {"code": code, **({"reason": reason} if reason else {})}
    journal.record(act, events.SETTLED, notice)


def _unclear(act: Act, notice: Notice, code: str) -> None:
    notice.state, notice.failure = "unknown", {"code": code}
    journal.record(act, events.UNCLEAR, notice)


def _locked(act: Act, notice_id: str) -> Notice:
    return act.session.get_one(Notice, notice_id, with_for_update=True, populate_existing=True)


def _note(act: Act, notice: Notice, channel: str, outcome: str, reason: str | None) -> None:
    act.session.add(
        NoticeAttempt(notice_id=notice.id, channel=channel, outcome=outcome, reason=(reason or "")[:200] or None, at=act.at)
    )  # fmt: skip


def _if_still(act: Act, work: DueWork, then: Callable[[Notice], None]) -> None:
    notice = _locked(act, work.key)
    if notice.state == "waiting" and notice.route_no == work.generation:
        then(notice)


def give_up(act: Act, work: DueWork) -> None:
    """The channel would not take it however often: the next one, or the message says so."""
    _if_still(act, work, lambda notice: _refused(act, notice, "given_up", (work.last_error or "")[:200]))


def lost(act: Act, work: DueWork) -> None:
    """The worker that was sending this SMS is gone: it may have left."""
    notice = _locked(act, work.key)
    _note(act, notice, SMS, "unknown", "worker_lost")
    _if_still(act, work, lambda found: _unclear(act, found, "worker_lost"))


def sweep(session: Session) -> None:
    """Tries that nobody asks about any more; what became of a message stands in the message."""
    session.execute(sa.delete(NoticeAttempt).where(NoticeAttempt.at < clock.now() - TRIES_KEPT))
