"""The photos and signatures of finished forms, for the holder of a tracking link: stripped copies by links that end, one picture each."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any
from urllib.parse import urlencode

import sqlalchemy as sa
from sqlalchemy.orm import Session

from media.signing import Signer
from server.attachments.models import Attachment
from server.attachments.operations import PICTURES
from server.core import clock
from server.core.errors import Problem
from server.forms.models import FormVersion, Submission
from server.portal import outside
from server.portal.models import TrackingLink
from server.work_orders.models import Visit

SHOWN = ("screen", "thumb")
MOST = 60
STEP_SECONDS = 3600
Link = Callable[[str, str], str]


def listed(session: Session, link: TrackingLink, signer: Signer) -> list[dict[str, Any]]:
    """Photos that stand in the answers of finished forms, oldest first, none of a question that is internal. Neither place nor time
    nor the original goes out.
    """
    photos = [one for one in _pictures(session, link.work_order_id) if one.kind == "photo"]
    return [{"id": one.id, "tag": one.tag, **_shown(signer, link, one)} for one in photos]


def signatures(session: Session, link: TrackingLink, signer: Signer) -> dict[str, dict[str, Any]]:
    """submission id -> the signature under it, as it was written on the glass."""
    found = [one for one in _pictures(session, link.work_order_id) if one.kind == "signature"]
    return {one.parent_id: _shown(signer, link, one) for one in found if one.parent_id}


def _shown(signer: Signer, link: TrackingLink, one: Attachment) -> dict[str, Any]:
    until = _until(link)
    addresses = {variant: _address(signer, link, one.id, variant, until) for variant in SHOWN}
    return {"width": one.width, "height": one.height, **addresses}


def _until(link: TrackingLink) -> int:
    """One to two hours from now, on the hour: the same address within an hour, so that a browser need not fetch twice."""
    now = int(clock.now().timestamp())
    return min((now // STEP_SECONDS + 2) * STEP_SECONDS, int(link.expires_at.timestamp()))


def _address(signer: Signer, link: TrackingLink, attachment_id: str, variant: str, until: int) -> str:
    sign = signer.sign(attachment_id, variant, link.id, until)
    return f"/api/v1/files/{attachment_id}/{variant}?{urlencode({'viewer': link.id, 'until': until, 'sign': sign})}"


def _pictures(session: Session, work_order_id: str) -> list[Attachment]:
    finished = sa.select(Submission, FormVersion).join(Visit, Visit.id == Submission.visit_id)
    finished = finished.join(FormVersion, FormVersion.id == Submission.form_version_id)
    finished = finished.where(
        Submission.work_order_id == work_order_id, Submission.is_final, ~Submission.is_late, Submission.deleted_at.is_(None),
        Visit.status != "cancelled",
    )  # fmt: skip
    named = {one.id: _files_in(_outside(one, version)) for one, version in session.execute(finished)}
    query = sa.select(Attachment).where(
        Attachment.work_order_id == work_order_id, Attachment.parent_entity == "submission", Attachment.parent_id.in_(named),
        Attachment.kind.in_(PICTURES), Attachment.state == "ready", Attachment.width.is_not(None), Attachment.deleted_at.is_(None),
    )  # fmt: skip
    found = session.execute(query.order_by(Attachment.created_at, Attachment.id)).scalars()
    return [one for one in found if one.id in named[one.parent_id]][:MOST]


def _outside(submission: Submission, version: FormVersion) -> dict[str, Any]:
    return outside.answers(outside.items(version.definition["items"]), submission.answers)


def _files_in(value: Any) -> set[str]:
    """Ids of the files that answers name: what was taken out of the form again is not shown."""
    if isinstance(value, list):
        return {one for part in value for one in _files_in(part)}
    if not isinstance(value, dict):
        return set()
    if isinstance(value.get("sha256"), str) and isinstance(value.get("id"), str):
        return {value["id"]}
    return {one for part in value.values() for one in _files_in(part)}


def opened(session: Session, signer: Signer, attachment_id: str, variant: str, query: dict[str, Any]) -> Attachment:
    """The picture that such a link opens. Problem link_over whatever is wrong: forged, over, withdrawn, not shown any more."""
    viewer, until = query["viewer"], query["until"]
    is_right = signer.is_right(query["sign"], attachment_id, variant, viewer, until)
    if not is_right or variant not in SHOWN or until <= clock.now().timestamp():
        raise Problem("link_over")
    link = session.get(TrackingLink, viewer)
    if link is None or not is_open(link):
        raise Problem("link_over")
    for one in _pictures(session, link.work_order_id):
        if one.id == attachment_id:
            return one
    raise Problem("link_over")


def is_open(link: TrackingLink) -> bool:
    """Neither withdrawn nor over."""
    return link.revoked_at is None and link.expires_at > clock.now()
