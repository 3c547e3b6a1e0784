"""Reads of the screens: lists, one order, people, clashes, parked work, messages. Every row passes the one policy."""

from __future__ import annotations

import uuid
from typing import Any

import sqlalchemy as sa
from flask import Response
from flask_smorest import Blueprint
from marshmallow import Schema, fields, validate

from server.accounts import access, saved_views
from server.accounts.models import Device, DevicePresence, User
from server.api.answers import answer, permitted, shown, shown_cards
from server.assets.models import Asset, Product
from server.conflicts.models import Conflict
from server.core.acts import Actor
from server.core.canonical import wire_time
from server.core.db import Record, db
from server.core.errors import Problem
from server.core.fields_in import an_id, text
from server.core.http import locale
from server.customers import queries as customers
from server.customers.models import Contact, Customer, Site
from server.engineers.models import EngineerProfile
from server.notices.models import Notice, NoticeAttempt
from server.organisation.models import Region, Team
from server.permissions import policy
from server.wiring import parked
from server.work_orders import cards
from server.work_orders.models import CATEGORIES, Visit, WorkOrder, WorkType

ROUTES = Blueprint("reads", __name__, url_prefix="/api/v1", description="What the screens show")
MOST = 200
MOST_DEVICES = 2000  # read whole: the screen searches in it
OPEN = ("new", "scheduled", "in_progress", "waiting")
ORDERS = ("newest", "urgent")


class OrdersQuery(Schema):
    """Filters of the order list."""

    category = fields.List(fields.String(validate=validate.OneOf(CATEGORIES)), load_default=list)
    engineer_id = an_id(load_default=None)
    q = fields.String(load_default=None, validate=validate.Length(max=100))
    order = fields.String(
        load_default="newest", validate=validate.OneOf(ORDERS),
        metadata={"description": "newest: latest report first; urgent: P1 first, of one priority the longest waiting first"},
    )  # fmt: skip
    after = an_id(load_default=None, metadata={"description": "the last id of the page before, in the same order"})
    limit = fields.Integer(load_default=100, validate=validate.Range(1, MOST))


class Page(Schema):
    """Rows and whether there are more; `counts` only where a list has categories."""

    counts = fields.Dict(keys=fields.String(), values=fields.Integer())
    items = fields.List(fields.Dict(), required=True)
    more = fields.Boolean(required=True)
    total = fields.Integer(required=True)


@ROUTES.route("/work-orders", methods=["GET"])
@ROUTES.arguments(OrdersQuery, location="query")
@ROUTES.response(200, Page)
def work_orders(query: dict[str, Any]) -> Response:
    """Order cards, newest report first or by urgency; `category` may repeat."""
    actor = permitted("work_order.read")
    session = db.session()
    where = [policy.visible(actor, WorkOrder), WorkOrder.deleted_at.is_(None)]
    if query["engineer_id"]:
        where.append(WorkOrder.id.in_(sa.select(Visit.work_order_id).where(Visit.engineer_id == query["engineer_id"])))
    if query["q"]:
        where.append(_matches(query["q"]))
    counts = dict.fromkeys(CATEGORIES, 0)
    by_category = sa.select(WorkOrder.category, sa.func.count()).where(*where).group_by(WorkOrder.category)
    counts |= {row[0]: row[1] for row in session.execute(by_category)}
    if query["category"]:
        where.append(WorkOrder.category.in_(query["category"]))
    total = session.execute(sa.select(sa.func.count()).select_from(WorkOrder).where(*where)).scalar_one()
    last = session.get(WorkOrder, query["after"]) if query["after"] else None
    if last is not None:
        where.append(_behind(last, query["order"]))
    order = _sorted(query["order"])
    ids = list(
        session.execute(sa.select(WorkOrder.id).where(*where).order_by(*order).limit(query["limit"] + 1)).scalars()
    )
    items = shown_cards(session, actor, ids[: query["limit"]])
    return answer({"items": items, "more": len(ids) > query["limit"], "total": total, "counts": counts})


def _place(order: str) -> tuple[Any, ...]:
    """What an order's place in the list is made of; the id makes it one of its own, so that pages do not overlap."""
    first = (WorkOrder.priority,) if order == "urgent" else ()
    return (*first, WorkOrder.reported_at, WorkOrder.id)


def _sorted(order: str) -> list[sa.UnaryExpression[Any]]:
    return [column.asc() if order == "urgent" else column.desc() for column in _place(order)]


def _behind(last: WorkOrder, order: str) -> sa.ColumnElement[bool]:
    """Everything that stands behind this one."""
    columns = _place(order)
    here = sa.tuple_(*(sa.literal(getattr(last, column.key), column.type) for column in columns))
    return sa.tuple_(*columns) > here if order == "urgent" else sa.tuple_(*columns) < here


def _matches(words: str) -> sa.ColumnElement[bool]:
    """Number, problem, customer or serial contains the text."""
    pattern = customers.pattern(words)
    by_customer = sa.select(Customer.id).where(Customer.name.ilike(pattern, escape="\\"))
    by_serial = sa.select(Asset.id).where(Asset.serial.ilike(pattern, escape="\\"))
    return sa.or_(
        WorkOrder.number.ilike(pattern, escape="\\"), WorkOrder.summary.ilike(pattern, escape="\\"),
        WorkOrder.customer_id.in_(by_customer), WorkOrder.asset_id.in_(by_serial),
    )  # fmt: skip


class CallersQuery(Schema):
    """Who may be calling."""

    q = fields.String(
        load_default="", validate=validate.Length(max=100), metadata={"description": "name, number or address"}
    )
    limit = fields.Integer(load_default=20, validate=validate.Range(1, 50))


@ROUTES.route("/callers", methods=["GET"])
@ROUTES.arguments(CallersQuery, location="query")
@ROUTES.response(200, Page)
def callers(query: dict[str, Any]) -> Response:
    """Customers by name, contact, number or address, each with the contact that was meant; `total` counts what is here."""
    actor = permitted("customer.read")
    rows = customers.callers(db.session(), actor, query["q"].strip(), query["limit"])
    items = rows[: query["limit"]]
    return answer({"items": items, "more": len(rows) > len(items), "total": len(items)})


LISTS: dict[str, tuple[str, type[Record]]] = {
    "customers": ("customer.read", Customer), "contacts": ("customer.read", Contact), "sites": ("customer.read", Site),
    "assets": ("asset.read", Asset), "products": ("asset.read", Product), "work-types": ("work_order.read", WorkType),
    "regions": ("work_order.read", Region), "teams": ("work_order.read", Team), "conflicts": ("conflict.read", Conflict),
    "notices": ("notice.read", Notice),
}  # fmt: skip


class ListQuery(Schema):
    """Paging of plain lists."""

    customer_id = an_id(load_default=None)
    state = fields.String(load_default=None, validate=validate.Length(max=20))
    after = an_id(load_default=None)
    limit = fields.Integer(load_default=100, validate=validate.Range(1, MOST))


def _list_route(path: str, permission: str, model: type[Record]) -> None:
    def view(query: dict[str, Any]) -> Response:
        actor = permitted(permission)
        where = [policy.visible(actor, model), model.deleted_at.is_(None)]
        if query["customer_id"] and hasattr(model, "customer_id"):
            where.append(model.customer_id == query["customer_id"])
        if query["state"] and hasattr(model, "state"):
            where.append(model.state == query["state"])
        session = db.session()
        total = session.execute(sa.select(sa.func.count()).select_from(model).where(*where)).scalar_one()
        if query["after"]:
            where.append(model.id < query["after"])
        rows = (
            session.execute(sa.select(model).where(*where).order_by(model.id.desc()).limit(query["limit"] + 1))
            .scalars()
            .all()
        )
        items = [shown(actor, one) for one in rows[: query["limit"]]]
        return answer({"items": items, "more": len(rows) > query["limit"], "total": total})

    view.__name__ = "list_" + path.replace("-", "_")
    view.__doc__ = f"{path.capitalize()} that the caller may see, newest first."
    ROUTES.route(f"/{path}", methods=["GET"])(
        ROUTES.arguments(ListQuery, location="query")(ROUTES.response(200, Page)(view))
    )


for _path, (_permission, _model) in LISTS.items():
    _list_route(_path, _permission, _model)


@ROUTES.route("/notices/<uuid:notice_id>/tries", methods=["GET"])
@ROUTES.response(200, Page)
def notice_tries(notice_id: uuid.UUID) -> Response:
    """What was tried to hand a message over, oldest first: by which way, what came of it and why. Tries are kept for 90 days."""
    actor, session = permitted("notice.read"), db.session()
    mine = sa.select(Notice.id).where(
        Notice.id == str(notice_id), policy.visible(actor, Notice), Notice.deleted_at.is_(None)
    )
    if session.execute(mine).first() is None:
        raise Problem("not_found")
    query = sa.select(NoticeAttempt).where(NoticeAttempt.notice_id == str(notice_id))
    rows = session.execute(query.order_by(NoticeAttempt.at, NoticeAttempt.id).limit(MOST)).scalars()
    items = [
        {"channel": one.channel, "outcome": one.outcome, "reason": one.reason, "at": wire_time(one.at)} for one in rows
    ]
    return answer({"items": items, "more": False, "total": len(items)})


@ROUTES.route("/engineers", methods=["GET"])
@ROUTES.response(200, Page)
def engineers() -> Response:
    """Engineers who can be sent, with how fresh their phones' data is."""
    actor = permitted("engineer.read")
    session = db.session()
    rows = session.execute(
        sa.select(
            User, EngineerProfile, sa.func.max(DevicePresence.last_seen_at), sa.func.sum(DevicePresence.pending_count)
        )
        .join(EngineerProfile, EngineerProfile.user_id == User.id)
        .outerjoin(Device, sa.and_(Device.user_id == User.id, Device.revoked_at.is_(None)))
        .outerjoin(DevicePresence, DevicePresence.device_id == Device.id)
        .where(User.is_active, User.deleted_at.is_(None), EngineerProfile.is_dispatchable, policy.visible(actor, User))
        .group_by(User.id, EngineerProfile.id)
        .order_by(User.name)
    )
    items = [
        {
            "id": user.id,
            "name": user.name,
            "team_id": user.team_id,
            "last_seen_at": wire_time(seen) if seen else None,
            "pending": pending or 0,
        }
        for user, _profile, seen, pending in rows
    ]
    return answer({"items": items, "more": False, "total": len(items)})


def _is_mere_login() -> sa.ColumnElement[bool]:
    """A browser that logged in under one id and went on as a phone under another: the phone stands for both."""
    after = sa.orm.aliased(Device)
    return sa.and_(DevicePresence.device_id.is_(None), sa.exists().where(after.replaces_id == Device.id))


class ViewsQuery(Schema):
    """Of which list."""

    place = fields.String(required=True, validate=validate.OneOf(saved_views.PLACES))


@ROUTES.route("/saved-views", methods=["GET"])
@ROUTES.arguments(ViewsQuery, location="query")
@ROUTES.response(200, Page)
def views(query: dict[str, Any]) -> Response:
    """Views that were kept: shared ones and one's own."""
    items = saved_views.listed(db.session(), permitted("saved_view.set"), query["place"])
    return answer({"items": items, "more": False, "total": len(items)})


@ROUTES.route("/devices", methods=["GET"])
@ROUTES.response(200, Page)
def devices() -> Response:
    """Installed clients: whose, when last seen, what they still hold."""
    actor = access.actor()
    rows = db.session().execute(
        sa.select(Device, DevicePresence, User.name)
        .join(User, User.id == Device.user_id)
        .outerjoin(DevicePresence, DevicePresence.device_id == Device.id)
        .where(policy.visible(actor, Device), ~_is_mere_login())
        .order_by(Device.created_at.desc())
        .limit(MOST_DEVICES)
    )
    items = [
        {
            "id": device.id, "user": name, "user_id": device.user_id, "is_this": device.id == actor.device_id,
            "label": device.label, "platform": device.platform, "kind": device.kind,
            "revoked_at": wire_time(device.revoked_at) if device.revoked_at else None,
            "last_seen_at": wire_time(presence.last_seen_at) if presence else None, "pending": presence.pending_count if presence else 0,
            "app_version": presence.app_version if presence else "",
        }
        for device, presence, name in rows
    ]  # fmt: skip
    return answer({"items": items, "more": False, "total": len(items)})


@ROUTES.route("/parked", methods=["GET"])
@ROUTES.response(200, Page)
def parked_list() -> Response:
    """Mutations that wait for someone: everyone his own, the office those of its orders."""
    actor = access.actor()
    items = _with_orders(actor, parked.listed(db.session(), actor, locale()))
    return answer({"items": items, "more": False, "total": len(items)})


def _with_orders(actor: Actor, items: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Each with the number and customer of its order: a list of many orders must not be opened one by one to be read."""
    ids = {one["work_order_id"] for one in items if one["work_order_id"]}
    query = sa.select(WorkOrder.id).where(WorkOrder.id.in_(ids), policy.visible(actor, WorkOrder))
    found = cards.load(db.session(), db.session().execute(query).scalars())
    named = {one: {"number": card["number"], "customer": card["customer"]} for one, (_version, card) in found.items()}
    return [{**one, "order": named.get(one["work_order_id"] or "")} for one in items]


@ROUTES.route("/parked/<uuid:log_id>/retry", methods=["POST"])
@ROUTES.response(200)
def parked_retry(log_id: Any) -> Response:
    """Try a parked mutation again, as it was sent."""
    return answer(parked.retry(access.actor(), str(log_id), locale()))


class DismissIn(Schema):
    """Why it shall not apply."""

    reason = text(2000, load_default=None, allow_none=True)


@ROUTES.route("/parked/<uuid:log_id>/dismiss", methods=["POST"])
@ROUTES.arguments(DismissIn)
@ROUTES.response(200)
def parked_dismiss(body: dict[str, Any], log_id: Any) -> Response:
    """Close a parked mutation without applying it; its bytes stay stored."""
    return answer(parked.dismiss(access.actor(), str(log_id), body["reason"]))


@ROUTES.route("/parked/<uuid:log_id>/export", methods=["GET"])
@ROUTES.response(200)
def parked_export(log_id: Any) -> Response:
    """The mutation as it came, as a file."""
    raw = parked.raw(db.session(), access.actor(), str(log_id))
    reply = Response(raw, content_type="application/json")
    reply.headers["Content-Disposition"] = f'attachment; filename="callout-{log_id}.json"'
    return reply
