"""Which pictures still wait for a look: those from before there was one, and those whose kind this server has learnt to read."""

from __future__ import annotations

import sqlalchemy as sa

from media.variants import NO_HEIC
from server.attachments import events
from server.attachments.models import Attachment
from server.attachments.operations import INSPECT, PICTURES
from server.core import clock, due_work, journal
from server.core.acts import Act
from server.core.tables import DueWork

MOST = 500  # a round; the next one takes the next


def arm_waiting(act: Act, *, is_heic_read: bool) -> int:
    """Arm the inspection of each; answers how many."""
    waiting = _refused_for_want(act) if is_heic_read else []
    for one in waiting:
        one.state, one.refusal = "ready", None
        journal.record(act, events.REOPENED, one)
    never = _never_armed(act)
    for one in never:
        due_work.arm(act.session, INSPECT, one.id, clock.now(), aggregate_id=one.work_order_id)
    for one in waiting:
        _again(act, one)
    return len(never) + len(waiting)


def _never_armed(act: Act) -> list[Attachment]:
    query = sa.select(Attachment).where(
        Attachment.state == "ready",
        Attachment.kind.in_(PICTURES),
        Attachment.width.is_(None),
        Attachment.deleted_at.is_(None),
    )
    found = list(act.session.execute(query.order_by(Attachment.id).limit(MOST)).scalars())
    # keys are text, ids are not on every database: compared here
    known = sa.select(DueWork.key).where(DueWork.kind == INSPECT, DueWork.key.in_([one.id for one in found]))
    armed = set(act.session.execute(known).scalars())
    return [one for one in found if one.id not in armed]


def _refused_for_want(act: Act) -> list[Attachment]:
    query = sa.select(Attachment).where(Attachment.state == "refused", Attachment.refusal == NO_HEIC)
    return list(act.session.execute(query.order_by(Attachment.id).limit(MOST).with_for_update()).scalars())


def _again(act: Act, attachment: Attachment) -> None:
    """The look that ended in a refusal is done anew."""
    query = sa.select(DueWork).where(DueWork.kind == INSPECT, DueWork.key == attachment.id)
    for work in act.session.execute(query.with_for_update()).scalars():
        work.state, work.due_at, work.finished_at, work.attempts = "pending", clock.now(), None, 0
