"""Fills the catalogues once per process: commands, row scopes, kinds of due work, what is written with every commit."""

from __future__ import annotations

from flask import Flask
from sqlalchemy.orm import Session

from media.errors import FAULTS as MEDIA_FAULTS
from server import reactions
from server.attachments.operations import INSPECT
from server.conflicts import merging
from server.core import commit, due_work
from server.core.due_work import Kind, ReactionParticipant
from server.core.errors import Problem
from server.notices import operations as notices
from server.notices.channels import CHANNELS
from server.notices.channels.outbox import Outbox
from server.wiring import catalogue, finishers, inspection, rules
from server.wiring.sync_host import declare_problems
from server.work_orders import offline
from server.work_orders.queries import lock_order, order_naming
from sync.errors import FAULTS as SYNC_FAULTS

_filled: list[bool] = []


def _lock(session: Session, order_id: str) -> bool:
    try:
        lock_order(session, order_id)
    except Problem:
        return False
    return True


def catalogues(_app: Flask) -> None:
    """Everything that is found by name."""
    if _filled:
        return
    _filled.append(True)
    catalogue.fill()
    rules.register()
    declare_problems((*SYNC_FAULTS, *MEDIA_FAULTS))
    merging.wire(order_naming)
    CHANNELS["outbox"] = Outbox()
    due_work.declare(Kind("react", "inline", reactions.react))
    due_work.declare(Kind(reactions.TELL_COMPLETED, "inline", reactions.tell_completed))
    due_work.declare(Kind("visit.sweep", "inline", offline.sweep))
    due_work.declare(Kind(notices.SEND, "leased", notices.send, on_dead=notices.give_up))
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
