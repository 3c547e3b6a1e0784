"""Writes of attachment records. A file is a fact: the same id twice is the same file."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from server.attachments import events
from server.attachments.models import Attachment
from server.conflicts import merging
from server.core import journal
from server.core.acts import SYSTEM, Act
from server.core.errors import Problem
from server.permissions import policy
from sync.merge import Policy

INSPECT = "attachment.inspect"
PICTURES = ("photo", "signature")
# before or after is one tap: what comes in later counts, nobody is asked to choose between two (so no last writers are kept of it)
POLICIES: dict[str, Policy] = {"tag": "theirs"}
SLACK = dt.timedelta(seconds=60)
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
    made = Attachment(
        id=attachment_id, added_by_id=act.actor.id, state=state, **{**args, **_time(act, args["taken_at"])}
    )
    act.session.add(made)
    journal.record(act, events.ADDED, made)
    if state == "ready":
        journal.record(act, events.READY, made)
    return made


def edit(act: Act, attachment_id: str, args: dict[str, Any]) -> Attachment:
    """Command attachment.edit: before or after. Whoever sent it may say so also once the order is another's."""
    policy.require(act, "attachment.edit")
    named = act.session.get(Attachment, attachment_id)
    if named is None or named.deleted_at is not None:
        raise Problem("not_found")
    _require_order[0](act, named.work_order_id)
    found = act.session.get_one(Attachment, attachment_id, with_for_update=True, populate_existing=True)
    if found.added_by_id != act.actor.id:
        policy.require(act, "attachment.edit", found)
    return merging.edit(act, found, args, POLICIES, events.EDITED, aggregate_id=found.work_order_id)


def _time(act: Act, taken_at: dt.datetime | None) -> dict[str, Any]:
    """When it was taken, put right by what the phone's clock was wrong by. Trusted only when that clock is, and not after the act."""
    if taken_at is None or act.origin != "sync":
        return {"taken_at": taken_at, "is_time_trusted": False}
    if not act.is_time_trusted:
        return {"taken_at": taken_at, "is_time_trusted": False}
    corrected = taken_at - act.clock_offset
    return {"taken_at": corrected, "is_time_trusted": corrected <= act.happened_at + SLACK}


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


def inspected(act: Act, attachment_id: str, width: int, height: int) -> None:
    """A picture can be shown: whoever holds the record learns that its variants are there, and their shape."""
    found = act.session.get_one(Attachment, attachment_id, with_for_update=True)
    if found.width is None and found.state == "ready":
        found.width, found.height = width, height
        journal.record(act, events.INSPECTED, found)


def refuse(act: Act, attachment_id: str, code: str) -> None:
    """It is no picture that may be shown. Its bytes stay, for its sender alone."""
    found = act.session.get_one(Attachment, attachment_id, with_for_update=True)
    if found.state == "ready":
        found.state, found.refusal = "refused", code
        journal.record(act, events.REFUSED, found)
