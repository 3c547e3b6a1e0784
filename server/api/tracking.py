"""What a customer's link opens. GET changes nothing; wrong, expired and revoked links look alike."""

from __future__ import annotations

from flask import Response
from flask_smorest import Blueprint
from marshmallow import Schema, fields, validate

from server.api.files import signer
from server.core.canonical import dumps
from server.core.db import db
from server.core.limits import LIMITER
from server.portal.queries import tracked

ROUTES = Blueprint("tracking", __name__, url_prefix="/api/v1/track", description="What the holder of a link sees")


class Photo(Schema):
    """A photo of a finished form: addresses of its copies, which end within two hours."""

    id = fields.String(required=True)
    tag = fields.String(required=True, allow_none=True, validate=validate.OneOf(["before", "after"]))
    width = fields.Integer(required=True)
    height = fields.Integer(required=True)
    screen = fields.String(required=True)
    thumb = fields.String(required=True)


class Tracked(Schema):
    """The order behind a link."""

    organisation = fields.Dict(required=True)
    locale = fields.String(required=True)
    number = fields.String(required=True)
    summary = fields.String(required=True)
    stage = fields.Dict(required=True)
    category = fields.String(required=True)
    reported_at = fields.AwareDateTime(required=True)
    asset = fields.Dict(required=True, allow_none=True)
    zone = fields.String(required=True)
    visit = fields.Dict(required=True, allow_none=True)
    photos = fields.List(fields.Nested(Photo), required=True)


@ROUTES.route("/<string:token>", methods=["GET"])
@ROUTES.response(200, Tracked)
@LIMITER.limit("120/minute")
def track(token: str) -> Response:
    """Stage, window, engineer's first name, result."""
    reply = Response(dumps(tracked(db.session(), token[:200], signer())), content_type="application/json")
    reply.headers["X-Robots-Tag"] = "noindex"
    return reply
