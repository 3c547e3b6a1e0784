"""One order with all that its drawer shows. Every row passes the one policy."""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa
from flask import Response
from flask_smorest import Blueprint

from server.accounts.models import User
from server.api.answers import answer, permitted, seen, shown
from server.assets.models import Asset, Product
from server.attachments.models import Attachment
from server.audit.queries import timeline
from server.conflicts.models import Conflict
from server.core.acts import Actor
from server.core.db import db
from server.core.errors import text_of
from server.core.http import locale
from server.customers.models import Contact, Customer, Site
from server.forms.models import FormVersion, Submission
from server.permissions import policy
from server.portal.models import Survey
from server.wiring import parked
from server.work_orders import board, reach
from server.work_orders.models import Comment, WorkOrder, WorkType
from server.work_orders.queries import visits_of

ROUTES = Blueprint("order", __name__, url_prefix="/api/v1", description="One order")


@ROUTES.route("/work-orders/<uuid:order_id>", methods=["GET"])
@ROUTES.response(200)
def work_order(order_id: Any) -> Response:
    """One order with all that its drawer shows."""
    actor = permitted("work_order.read")
    session = db.session()
    order = seen(actor, WorkOrder, str(order_id))
    asset = session.get(Asset, order.asset_id) if order.asset_id else None
    product = session.get(Product, asset.product_id) if asset else None
    every = visits_of(session, order.id)
    visits = [one for one in every if policy.sees(session, actor, one)]
    hidden = {"visit": {one.id for one in every} - {one.id for one in visits}}
    comments = session.execute(
        sa.select(Comment).where(Comment.work_order_id == order.id).order_by(Comment.written_at, Comment.id)
    ).scalars()
    people = {one.engineer_id for one in visits if one.engineer_id}
    reached = reach.of_visits(session, [one.id for one in visits])
    names = {row.id: row.name for row in session.execute(sa.select(User.id, User.name).where(User.id.in_(people)))}
    return answer({
        "work_order": shown(actor, order), "work_type": shown(actor, session.get(WorkType, order.work_type_id)),
        "customer": shown(actor, session.get(Customer, order.customer_id)), "site": shown(actor, session.get(Site, order.site_id)),
        "contact": shown(actor, session.get(Contact, order.contact_id) if order.contact_id else None),
        "asset": shown(actor, asset), "product": shown(actor, product),
        "visits": [
            {**(shown(actor, one) or {}), "engineer": names.get(one.engineer_id or ""), "reach": reached.get(one.id)} for one in visits
        ],
        "comments": [shown(actor, one) for one in comments],
        "submissions": _submissions(actor, order),
        "surveys": [shown(actor, one) for one in _surveys(actor, order)],
        "skills": board.wanted_skills(session, order.id),
        "attachments": _attachments(actor, order),
        "conflicts": [shown(actor, one) for one in _conflicts_of(actor, order)],
        "parked": parked.of_order(session, actor, order.id, locale()),
        "timeline": timeline(session, actor, order.id, hidden),
    })  # fmt: skip


def _submissions(actor: Actor, order: WorkOrder) -> list[dict[str, Any]]:
    """What was answered, each with the form that it was answered by: an old one is read by its own version."""
    query = (
        sa.select(Submission, FormVersion)
        .join(FormVersion, FormVersion.id == Submission.form_version_id)
        .where(Submission.work_order_id == order.id, Submission.deleted_at.is_(None), policy.visible(actor, Submission))
        .order_by(Submission.filled_at, Submission.id)
    )
    rows = db.session().execute(query).all()
    return [{**(shown(actor, one) or {}), "form": shown(actor, version)} for one, version in rows]


def _surveys(actor: Actor, order: WorkOrder) -> list[Survey]:
    """What the customer said of each visit."""
    where = (Survey.work_order_id == order.id, policy.visible(actor, Survey))
    return list(db.session().execute(sa.select(Survey).where(*where).order_by(Survey.rated_at)).scalars())


def _attachments(actor: Actor, order: WorkOrder) -> list[dict[str, Any]]:
    """Each with who added it and, where it was refused, why in the reader's language."""
    query = (
        sa.select(Attachment, User.name)
        .outerjoin(User, User.id == Attachment.added_by_id)
        .where(Attachment.work_order_id == order.id, Attachment.deleted_at.is_(None))
        .order_by(Attachment.created_at, Attachment.id)
    )
    return [
        {
            **(shown(actor, one) or {}),
            "added_by": name,
            "sentence": text_of(one.refusal, locale()) if one.refusal else None,
        }
        for one, name in db.session().execute(query)
    ]


def _conflicts_of(actor: Actor, order: WorkOrder) -> list[Conflict]:
    """Open clashes of the order and of the customer's records that it names."""
    named = [one for one in (order.id, order.site_id, order.contact_id, order.customer_id) if one]
    query = sa.select(Conflict).where(
        Conflict.state == "open",
        sa.or_(Conflict.work_order_id == order.id, Conflict.record_id.in_(named)),
        policy.visible(actor, Conflict),
    )
    return [
        one
        for one in db.session().execute(query.order_by(Conflict.created_at)).scalars()
        if policy.has(actor, "conflict.read")
    ]
