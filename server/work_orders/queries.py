"""Reads of orders and visits, and the lock that everything about an order begins with."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import sqlalchemy as sa
from sqlalchemy.orm import Session

from server.assets.models import Asset, Contract
from server.core.acts import Actor
from server.core.errors import Problem
from server.customers.models import Contact, Customer, Site
from server.permissions.policy import Clause, ScopeRule
from server.work_orders.models import Comment, Visit, VisitAssignment, WorkOrder

LIVE = ("new", "scheduled", "in_progress", "waiting")


def lock_order(session: Session, work_order_id: str) -> WorkOrder:
    """The order's row, locked and read afresh: the aggregate that visits, comments and clocks hang on."""
    found = session.get(WorkOrder, work_order_id, with_for_update=True, populate_existing=True)
    if found is None or found.deleted_at is not None:
        raise Problem("not_found")
    return found


def lock_visit(session: Session, visit_id: str) -> tuple[WorkOrder, Visit]:
    """A visit under the lock of its order; problem not_found without one."""
    order_id = session.execute(sa.select(Visit.work_order_id).where(Visit.id == visit_id)).scalar_one_or_none()
    if order_id is None:
        raise Problem("not_found")
    order = lock_order(session, order_id)
    return order, session.get_one(Visit, visit_id, with_for_update=True, populate_existing=True)


def visits_of(session: Session, work_order_id: str) -> list[Visit]:
    """The visits of an order in order of planning."""
    query = sa.select(Visit).where(Visit.work_order_id == work_order_id, Visit.deleted_at.is_(None))
    return list(session.execute(query.order_by(Visit.created_at, Visit.id)).scalars())


def was_assigned(session: Session, visit_id: str, user_id: str) -> bool:
    """Whether this engineer was ever sent on this visit."""
    return session.get(VisitAssignment, (visit_id, user_id)) is not None


def was_on_order(session: Session, work_order_id: str, user_id: str) -> bool:
    """Whether this engineer was ever sent on any visit of this order."""
    query = sa.select(VisitAssignment.visit_id).join(Visit, Visit.id == VisitAssignment.visit_id)
    return (
        session.execute(
            query.where(Visit.work_order_id == work_order_id, VisitAssignment.engineer_id == user_id)
        ).first()
        is not None
    )


def has_worked_with(session: Session, entity: str, record_id: str, user_id: str) -> bool:
    """Whether this engineer was ever sent to this customer or site, to this contact, or to where this asset stands."""
    mine = (
        sa.select(WorkOrder.id)
        .join(Visit, Visit.work_order_id == WorkOrder.id)
        .join(VisitAssignment, VisitAssignment.visit_id == Visit.id)
        .where(VisitAssignment.engineer_id == user_id)
    )
    if entity == "asset":
        mine = mine.where(
            sa.or_(
                WorkOrder.asset_id == record_id,
                WorkOrder.site_id.in_(sa.select(Asset.site_id).where(Asset.id == record_id)),
            )
        )
    else:
        mine = mine.where(getattr(WorkOrder, f"{entity}_id") == record_id)
    return session.execute(mine.limit(1)).first() is not None


def own_visits(actor: Actor) -> Clause:
    """An engineer's own: sent to him and still kept on his phone."""
    return sa.and_(Visit.engineer_id == actor.id, Visit.is_on_phone.is_(True), Visit.deleted_at.is_(None))


def _own_order_ids(actor: Actor) -> sa.ScalarSelect[str]:
    return sa.select(Visit.work_order_id).where(own_visits(actor)).scalar_subquery()


def _team_order_ids(actor: Actor) -> sa.ScalarSelect[str]:
    return sa.select(WorkOrder.id).where(_of_team(actor)).scalar_subquery()


def _region_order_ids(actor: Actor) -> sa.ScalarSelect[str]:
    return sa.select(WorkOrder.id).where(WorkOrder.region_id.in_(actor.region_ids)).scalar_subquery()


def _of_team(actor: Actor) -> Clause:
    return WorkOrder.team_id.in_(actor.team_ids)


ORDERS = ScopeRule(
    own=lambda actor: WorkOrder.id.in_(_own_order_ids(actor)),
    team=_of_team,
    region=lambda actor: WorkOrder.region_id.in_(actor.region_ids),
)
VISITS = ScopeRule(
    own=own_visits,
    team=lambda actor: Visit.work_order_id.in_(_team_order_ids(actor)),
    region=lambda actor: Visit.work_order_id.in_(_region_order_ids(actor)),
)
COMMENTS = ScopeRule(
    own=lambda actor: Comment.work_order_id.in_(_own_order_ids(actor)),
    team=lambda actor: Comment.work_order_id.in_(_team_order_ids(actor)),
    region=lambda actor: Comment.work_order_id.in_(_region_order_ids(actor)),
)


def _through(model: type[Customer] | type[Contact] | type[Site], column: str) -> ScopeRule:
    """Records seen through an order: the customer, contact, site that it names."""
    link = getattr(WorkOrder, column)

    def rule(ids: sa.ScalarSelect[str]) -> Clause:
        return model.id.in_(sa.select(link).where(WorkOrder.id.in_(ids), link.is_not(None)).scalar_subquery())

    return ScopeRule(
        own=lambda actor: rule(_own_order_ids(actor)),
        team=lambda actor: rule(_team_order_ids(actor)),
        region=lambda actor: rule(_region_order_ids(actor)),
    )


def _site_ids(actor: Actor) -> sa.ScalarSelect[str]:
    return sa.select(Site.id).where(SITES.region(actor)).scalar_subquery()


def _customer_ids(actor: Actor) -> sa.ScalarSelect[str]:
    return sa.select(Customer.id).where(CUSTOMERS.region(actor)).scalar_subquery()


def _or_in_region(through: ScopeRule, in_region: Callable[[Actor], Clause]) -> ScopeRule:
    """A region also has what stands in it, order or none: whoever takes a call there must find the customer."""
    return replace(through, region=lambda actor: sa.or_(through.region(actor), in_region(actor)))


def _customer_in_region(actor: Actor) -> Clause:
    sites = sa.select(Site.customer_id)
    # a customer that was just entered has no site yet and so no region
    return sa.or_(
        Customer.id.in_(sites.where(Site.region_id.in_(actor.region_ids)).scalar_subquery()),
        Customer.id.not_in(sites.scalar_subquery()),
    )


SITES = _or_in_region(_through(Site, "site_id"), lambda actor: Site.region_id.in_(actor.region_ids))
CUSTOMERS = _or_in_region(_through(Customer, "customer_id"), _customer_in_region)
CONTACTS = _or_in_region(_through(Contact, "contact_id"), lambda actor: Contact.customer_id.in_(_customer_ids(actor)))


def _at_sites_of(ids: sa.ScalarSelect[str]) -> Clause:
    """Every unit at the site of an order, and the one it names: who stands before the plate must know the neighbour too."""
    named = sa.select(WorkOrder.asset_id).where(WorkOrder.id.in_(ids), WorkOrder.asset_id.is_not(None))
    sites = sa.select(WorkOrder.site_id).where(WorkOrder.id.in_(ids))
    return sa.or_(Asset.id.in_(named.scalar_subquery()), Asset.site_id.in_(sites.scalar_subquery()))


ASSETS = ScopeRule(
    own=lambda actor: _at_sites_of(_own_order_ids(actor)),
    team=lambda actor: _at_sites_of(_team_order_ids(actor)),
    region=lambda actor: sa.or_(_at_sites_of(_region_order_ids(actor)), Asset.site_id.in_(_site_ids(actor))),
)


def _of_assets(rule: Callable[[Actor], Clause]) -> Callable[[Actor], Clause]:
    return lambda actor: Contract.asset_id.in_(sa.select(Asset.id).where(rule(actor)).scalar_subquery())


CONTRACTS = ScopeRule(own=_of_assets(ASSETS.own), team=_of_assets(ASSETS.team), region=_of_assets(ASSETS.region))


def order_naming(session: Session, entity: str, record_id: str, user_id: str) -> str | None:
    """The newest order through which someone works on a shared record: his own if there is one. None without any."""
    column = getattr(WorkOrder, f"{entity}_id")
    is_his = WorkOrder.id.in_(
        sa.select(Visit.work_order_id)
        .join(VisitAssignment, VisitAssignment.visit_id == Visit.id)
        .where(VisitAssignment.engineer_id == user_id)
        .scalar_subquery()
    )
    query = sa.select(WorkOrder.id).where(column == record_id, WorkOrder.deleted_at.is_(None))
    order = (is_his.desc(), WorkOrder.category.in_(LIVE).desc(), WorkOrder.reported_at.desc(), WorkOrder.id)
    return session.execute(query.order_by(*order).limit(1)).scalar()
