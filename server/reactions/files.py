"""What follows when a file has come in."""

from __future__ import annotations

import sqlalchemy as sa

from server.attachments.models import Attachment
from server.attachments.operations import INSPECT, PICTURES
from server.core import clock, due_work
from server.core.acts import Act
from server.core.tables import DueWork, EventRow


def inspect_picture(act: Act, event: EventRow) -> None:
    """What calls itself a picture is looked at by a worker before anybody but its sender gets it."""
    attachment = act.session.get_one(Attachment, event.entity_id)
    # a worker that starts arms what nobody has looked at, and may come before this
    armed = sa.select(DueWork.id).where(DueWork.kind == INSPECT, DueWork.key == attachment.id)
    if attachment.kind in PICTURES and act.session.execute(armed).first() is None:
        due_work.arm(act.session, INSPECT, attachment.id, clock.now(), aggregate_id=event.aggregate_id)
