"""What follows when a file has come in."""

from __future__ import annotations

from server.attachments.models import Attachment
from server.attachments.operations import INSPECT, PICTURES
from server.core import clock, due_work
from server.core.acts import Act
from server.core.tables import EventRow


def inspect_picture(act: Act, event: EventRow) -> None:
    """What calls itself a picture is looked at by a worker before anybody but its sender gets it."""
    attachment = act.session.get_one(Attachment, event.entity_id)
    if attachment.kind in PICTURES:
        due_work.arm(act.session, INSPECT, attachment.id, clock.now(), aggregate_id=event.aggregate_id)
