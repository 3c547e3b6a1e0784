"""The bytes of files: for people and programs by the policy, for customers by links that are signed and end."""

from __future__ import annotations

from typing import Any

from flask import Response, current_app
from flask_smorest import Blueprint
from marshmallow import Schema, fields, validate

from media.serve import BYTES, Served, reply
from media.signing import Signer
from server.accounts import access
from server.attachments import queries as attachments
from server.attachments.models import Attachment
from server.core.acts import Actor
from server.core.db import db
from server.core.errors import Problem
from server.core.fields_in import an_id
from server.core.limits import LIMITER
from server.portal import photos
from server.wiring.inspection import variant_of

ROUTES = Blueprint("attachments", __name__, url_prefix="/api/v1/attachments", description="The bytes of files")
LINKED = Blueprint("files", __name__, url_prefix="/api/v1/files", description="Photos behind a customer's links")
FOR_A_WHILE = "private, max-age=600"


class Link(Schema):
    """What a signed link carries; the tracking page hands it out whole."""

    viewer = an_id(required=True)
    until = fields.Integer(required=True, validate=validate.Range(0, 2**40))
    sign = fields.String(required=True, validate=validate.Length(1, 100))


def signer() -> Signer:
    """The signer of this server's links."""
    found: Signer = current_app.extensions["callout.signer"]
    return found


@ROUTES.route("/<uuid:attachment_id>/<string:variant>", methods=["GET"])
@ROUTES.response(200, content_type=BYTES, schema={"type": "string", "format": "binary"})
def read(attachment_id: Any, variant: str) -> Response:
    """`original`, `screen` (JPEG, 1600 px) or `thumb` (WebP, 320 px). Strong ETag; originals by ranges too. A picture that was not
    inspected yet, or was refused, goes to its sender only, as a file.
    """
    actor = access.actor()
    try:
        found = attachments.opened(db.session(), actor, str(attachment_id), variant)
        what = _served(found, variant, actor)
    finally:
        db.session().rollback()  # nothing is held while the bytes go out
    return reply(current_app.extensions["callout.storage"], what)


def _served(found: Attachment, variant: str, actor: Actor) -> Served:
    name = found.name or f"{found.kind}-{found.id[:8]}"
    row = (
        variant_of(db.session(), found.sha256, variant)
        if attachments.is_picture(found) and found.state == "ready"
        else None
    )
    if row is not None:
        return Served(row.variant_sha256, row.mime, has_ranges=variant == "original")
    is_plain = not attachments.is_picture(found)
    if variant != "original" or not (is_plain or attachments.is_sender(found, actor)):
        raise Problem("not_found")
    return Served(found.sha256, BYTES, name, has_ranges=True)


@LINKED.route("/<uuid:attachment_id>/<string:variant>", methods=["GET"])
@LINKED.arguments(Link, location="query")
@LINKED.response(200, content_type=BYTES, schema={"type": "string", "format": "binary"})
@LIMITER.limit("600/minute")
def linked(query: dict[str, Any], attachment_id: Any, variant: str) -> Response:
    """One photo of a finished form, `screen` or `thumb`, as long as the link counts."""
    try:
        found = photos.opened(db.session(), signer(), str(attachment_id), variant, query)
        row = variant_of(db.session(), found.sha256, variant)
    finally:
        db.session().rollback()
    if row is None:
        raise Problem("link_over")
    made = reply(current_app.extensions["callout.storage"], Served(row.variant_sha256, row.mime, cache=FOR_A_WHILE))
    made.headers["X-Robots-Tag"] = "noindex"
    return made
