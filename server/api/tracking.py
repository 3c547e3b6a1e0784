"""What a customer's link opens: his order, the report, his rating, pushes. GET changes nothing; wrong, expired and revoked links look alike."""

from __future__ import annotations

from typing import Any

from flask import Response
from flask_smorest import Blueprint
from marshmallow import Schema, fields, validate
from sqlalchemy.orm import Session

from server.api.files import signer
from server.api.push import Endpoint, Subscription
from server.core import commit
from server.core.acts import Act, Actor
from server.core.canonical import dumps
from server.core.db import db
from server.core.errors import Problem
from server.core.fields_in import text
from server.core.http import settings
from server.core.limits import LIMITER
from server.notices import subscriptions, vapid
from server.notices.models import PushSubscription
from server.portal import rating
from server.portal.models import TrackingLink
from server.portal.queries import locked_contact, open_link, tracked
from server.portal.report import report

ROUTES = Blueprint("tracking", __name__, url_prefix="/api/v1/track", description="What the holder of a link sees")
MOST_TOKEN = 200


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
    rating = fields.Dict(required=True, allow_none=True)
    push_key = fields.String(
        required=True, allow_none=True, metadata={"description": "subscribe with it; null: nobody to be told"}
    )


class Report(Schema):
    """What was done: forms as they were filled in, without what is internal; who signed when."""

    forms = fields.List(fields.Dict(), required=True)
    signatures = fields.List(fields.Dict(), required=True)


class Rating(Schema):
    """How it was, from 1 (bad) to 5 (very good)."""

    score = fields.Integer(required=True, strict=True, validate=validate.Range(1, 5))
    text = text(2000, load_default=None, allow_none=True)


def _json(data: Any, status: int = 200) -> Response:
    reply = Response(dumps(data), status=status, content_type="application/json")
    reply.headers["X-Robots-Tag"] = "noindex"
    return reply


def _act(session: Session, link: TrackingLink) -> Act:
    """The holder of a link acts for the contact it was sent to, on this one order."""
    actor = Actor("link", link.id, "", link_target=("work_order", link.work_order_id))
    return Act(session, actor, origin="link")


@ROUTES.route("/<string:token>", methods=["GET"])
@ROUTES.response(200, Tracked)
@LIMITER.limit("120/minute")
def track(token: str) -> Response:
    """Stage, window, engineer's first name, result."""
    found = tracked(db.session(), token[:MOST_TOKEN], signer())
    has_contact = found.pop("has_contact")
    return _json({**found, "push_key": vapid.told() if has_contact else None})


@ROUTES.route("/<string:token>/report", methods=["GET"])
@ROUTES.response(200, Report)
@LIMITER.limit("60/minute")
def read_report(token: str) -> Response:
    """The report, once the work is done."""
    return _json(report(db.session(), token[:MOST_TOKEN], signer()))


@ROUTES.route("/<string:token>/rating", methods=["POST"])
@ROUTES.arguments(Rating)
@ROUTES.response(200)
@LIMITER.limit("20/minute")
def rate(body: dict[str, Any], token: str) -> Response:
    """Say how it was; again within a week: say it anew."""

    def work(session: Session) -> None:
        link = open_link(session, token[:MOST_TOKEN])
        rating.rate(_act(session, link), link, body)

    commit.transact(work)
    return _json({"rating": tracked(db.session(), token[:MOST_TOKEN], signer())["rating"]})


@ROUTES.route("/<string:token>/push", methods=["POST"])
@ROUTES.arguments(Subscription)
@ROUTES.response(204)
@LIMITER.limit("20/minute")
def subscribe(body: dict[str, Any], token: str) -> Response:
    """Be told of this order by push, here."""

    def work(session: Session) -> None:
        link = open_link(session, token[:MOST_TOKEN])
        contact = locked_contact(session, link)
        if contact is None or not contact.may_message:
            raise Problem("not_found")
        act = _act(session, link)
        subscriptions.keep(act, settings(), body, work_order_id=link.work_order_id, contact_id=contact.id)

    commit.transact(work)
    return Response(status=204)


@ROUTES.route("/<string:token>/push", methods=["DELETE"])
@ROUTES.arguments(Endpoint)
@ROUTES.response(204)
@LIMITER.limit("20/minute")
def unsubscribe(body: dict[str, Any], token: str) -> Response:
    """No longer here."""

    def work(session: Session) -> None:
        link = open_link(session, token[:MOST_TOKEN])
        mine = PushSubscription.work_order_id == link.work_order_id
        subscriptions.end(session, body["endpoint"], mine)

    commit.transact(work)
    return Response(status=204)
