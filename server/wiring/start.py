"""Fills the catalogues once per process: commands, row scopes, kinds of due work, what is written with every commit."""

from __future__ import annotations

from flask import Flask
from sqlalchemy.orm import Session

from media.errors import FAULTS as MEDIA_FAULTS
from server import reactions
from server.accounts import operations as accounts
from server.attachments.operations import INSPECT
from server.conflicts import merging
from server.core import commit, due_work
from server.core.due_work import Kind, ReactionParticipant
from server.core.errors import Problem
from server.customers import operations as customers
from server.notices import operations as notices
from server.notices import sending, subscriptions, texts
from server.portal import operations as portal
from server.portal import rating
from server.reactions import customers as told_customers
from server.wiring import catalogue, channels, finishers, inspection, rules
from server.wiring.sync_host import declare_problems
from server.work_orders import offline
from server.work_orders.queries import lock_order, order_naming
from sync.errors import FAULTS as SYNC_FAULTS

SENDERS = 16
_filled: list[bool] = []


def _lock(session: Session, order_id: str) -> bool:
    try:
        lock_order(session, order_id)
    except Problem:
        return False
    return True


def catalogues(app: Flask) -> None:
    """Everything that is found by name."""
    channels.install(app, app.extensions["callout.settings"])
    if _filled:
        return
    _filled.append(True)
    catalogue.fill()
    rules.register()
    declare_problems((*SYNC_FAULTS, *MEDIA_FAULTS))
    merging.wire(order_naming)
    customers.ERASED_TOO.extend((rating.forget, portal.revoke_links))
    accounts.ENDED_TOO.append(subscriptions.with_logins)
    accounts.SHUT_OUT_TOO.append(subscriptions.with_device)
    sending.NOT_BEFORE.append(told_customers.not_before)
    texts.read_all()
    due_work.declare(Kind("react", "inline", reactions.react))
    for name, timer in reactions.TIMERS.items():
        due_work.declare(Kind(name, "inline", timer))
    due_work.declare(Kind("visit.sweep", "inline", offline.sweep))
    due_work.declare(Kind(notices.SEND, "leased", sending.send, on_dead=sending.give_up, at_once=SENDERS))
    due_work.declare(
        Kind(
            notices.SEND_ONCE, "leased", sending.send, on_lost="unknown", on_dead=sending.give_up,
            on_unknown=sending.lost, at_once=SENDERS,
        )
    )  # fmt: skip
    due_work.declare(Kind(INSPECT, "leased", inspection.inspect, is_slow=True, on_dead=inspection.give_up))
    due_work.lock_aggregates_with(_lock)
    for part in (
        ReactionParticipant(set(reactions.REACTIONS)),
        finishers.Erasure(),
        finishers.FieldWrites(),
        finishers.Feed(),
        finishers.CommandLog(),
    ):
        commit.join(part)
