"""Writes of attachment records. A file is a fact: the same id twice is the same file."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from server.attachments import events
from server.attachments.models import Attachment
from server.core import journal
from server.core.acts import SYSTEM, Act
from server.core.errors import Problem
from server.permissions import policy

IsThere = Callable[[Session, str, str], bool]
_blob_is_complete: list[IsThere] = []
_require_order: list[Callable[[Act, str], None]] = []


def wire(is_complete: IsThere, require_order: Callable[[Act, str], None]) -> None:
    """Wiring says how to ask media for a blob, and work_orders for the order's lock and policy."""
    _blob_is_complete[:] = [is_complete]
    _require_order[:] = [require_order]


def add(act: Act, attachment_id: str, args: dict[str, Any]) -> Attachment:
    """Command attachment.add."""
    policy.require(act, "attachment.add")
    _require_order[0](act, args["work_order_id"])
    existing = act.session.get(Attachment, attachment_id)
    if existing is not None:
        if existing.added_by_id != act.actor.id or existing.work_order_id != args["work_order_id"]:
            raise Problem("not_found")
        act.code = "already_done"
        return existing
    state = "ready" if _blob_is_complete[0](act.session, args["sha256"], act.actor.id) else "missing"
    made = Attachment(id=attachment_id, added_by_id=act.actor.id, state=state, **args)
    act.session.add(made)
    journal.record(act, events.ADDED, made)
    return made


def bytes_arrived(session: Session, sha256: str, user_id: str) -> None:
    """A blob of this uploader is complete: his attachments that waited for it are ready. Knowing a hash opens nothing."""
    act = Act(session, SYSTEM, origin="sync")
    query = sa.select(Attachment).where(
        Attachment.sha256 == sha256, Attachment.state == "missing", Attachment.added_by_id == user_id
    )
    for attachment in session.execute(
        query.order_by(Attachment.work_order_id, Attachment.id).with_for_update()
    ).scalars():
        attachment.state = "ready"
        journal.record(act, events.READY, attachment)
