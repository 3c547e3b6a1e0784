"""Reads of attachments: whose bytes may be opened by whom. The one policy decides, by the order, the record it hangs on, and its fields."""

from __future__ import annotations

from sqlalchemy.orm import Session

from server.attachments.models import Attachment
from server.attachments.operations import PICTURES
from server.core.acts import Actor
from server.core.db import record_classes
from server.core.errors import Problem
from server.permissions import policy

VARIANTS = ("original", "screen", "thumb")
# the camera writes the place into its own file: who may not see the one may not have the other
WITHIN_ORIGINAL = ("sha256", "lat", "lon", "accuracy_m", "camera")
WITHIN_VARIANT = ("sha256",)


def opened(session: Session, actor: Actor, attachment_id: str, variant: str) -> Attachment:
    """An attachment whose bytes this actor may have. Problem not_allowed without the grant, not_found for everything else."""
    if not policy.has(actor, "work_order.read"):
        raise Problem("not_allowed", permission="work_order.read")
    found = session.get(Attachment, attachment_id)
    if found is None or found.deleted_at is not None or found.state == "missing" or variant not in VARIANTS:
        raise Problem("not_found")
    if not is_sender(found, actor) and not (found.state == "ready" and _sees(session, actor, found, variant)):
        raise Problem("not_found")
    return found


def is_sender(attachment: Attachment, actor: Actor) -> bool:
    """What he sent himself he may always have back, refused or not."""
    return actor.kind == "user" and attachment.added_by_id == actor.id


def is_picture(attachment: Attachment) -> bool:
    """Whether it says to be one; what it is, its variants tell."""
    return attachment.kind in PICTURES


def _sees(session: Session, actor: Actor, attachment: Attachment, variant: str) -> bool:
    wanted = WITHIN_ORIGINAL if variant == "original" else WITHIN_VARIANT
    if len(policy.readable(actor, Attachment.entity, wanted)) < len(wanted):
        return False
    return policy.sees(session, actor, attachment) and _sees_parent(session, actor, attachment)


def _sees_parent(session: Session, actor: Actor, attachment: Attachment) -> bool:
    model = record_classes()[attachment.parent_entity]
    parent = session.get(model, attachment.parent_id)
    if parent is None:  # the record may still be on its way: the order decides
        return True
    return policy.grant_on(actor, model.entity, "id") != "none" and policy.sees(session, actor, parent)
