"""Row scopes of every entity, registered with the one policy."""

from __future__ import annotations

from collections.abc import Callable

import sqlalchemy as sa

from server.accounts.models import Device, User
from server.attachments.models import Attachment
from server.conflicts.models import Conflict
from server.core.acts import Actor
from server.engineers.models import Absence
from server.forms.models import Submission
from server.notices.models import Notice
from server.organisation.models import Team
from server.permissions import policy
from server.permissions.policy import OPEN, Clause, ScopeRule
from server.portal.models import Survey
from server.work_orders import queries
from server.work_orders.models import WorkOrder


def _orders(actor: Actor, part: str) -> sa.ScalarSelect[str]:
    return sa.select(WorkOrder.id).where(getattr(queries.ORDERS, part)(actor)).scalar_subquery()


def _by_order(model: type[Attachment] | type[Conflict] | type[Notice] | type[Submission] | type[Survey]) -> ScopeRule:
    return ScopeRule(
        own=lambda actor: model.work_order_id.in_(_orders(actor, "own")),
        team=lambda actor: model.work_order_id.in_(_orders(actor, "team")),
        region=lambda actor: model.work_order_id.in_(_orders(actor, "region")),
    )


def _own_conflicts(actor: Actor) -> Clause:
    return Conflict.theirs_user_id == actor.id


def _self(actor: Actor) -> Clause:
    return User.id == actor.id


def _in_region(actor: Actor) -> Clause:
    teams = sa.select(Team.id).where(Team.region_id.in_(actor.region_ids)).scalar_subquery()
    return sa.or_(_self(actor), User.team_id.in_(teams))


USERS = ScopeRule(
    own=_self, team=lambda actor: sa.or_(_self(actor), User.team_id.in_(actor.team_ids)), region=_in_region
)


def _of_users(rule: Callable[[Actor], Clause]) -> Callable[[Actor], Clause]:
    return lambda actor: Device.user_id.in_(sa.select(User.id).where(rule(actor)).scalar_subquery())


def _absent(rule: Callable[[Actor], Clause]) -> Callable[[Actor], Clause]:
    return lambda actor: Absence.engineer_id.in_(sa.select(User.id).where(rule(actor)).scalar_subquery())


ABSENCES = ScopeRule(own=_absent(USERS.own), team=_absent(USERS.team), region=_absent(USERS.region))
DEVICES = ScopeRule(own=_of_users(USERS.own), team=_of_users(USERS.team), region=_of_users(USERS.region))


def register() -> None:
    """Tell the policy how rows are scoped."""
    policy.scope("work_order", queries.ORDERS)
    policy.scope("visit", queries.VISITS)
    policy.scope("comment", queries.COMMENTS)
    policy.scope("customer", queries.CUSTOMERS)
    policy.scope("contact", queries.CONTACTS)
    policy.scope("site", queries.SITES)
    policy.scope("asset", queries.ASSETS)
    policy.scope("contract", queries.CONTRACTS)
    by_order = _by_order(Conflict)
    policy.scope("conflict", ScopeRule(own=_own_conflicts, team=by_order.team, region=by_order.region))
    policy.scope("attachment", _by_order(Attachment))
    policy.scope("notice", _by_order(Notice))
    policy.scope("submission", _by_order(Submission))
    policy.scope("survey", _by_order(Survey))
    for entity in (
        "product",
        "product_line",
        "work_type",
        "organisation",
        "region",
        "team",
        "role",
        "engineer_profile",
        "skill",
        "form_template",
        "form_version",
        "form_choice",
    ):
        policy.scope(entity, OPEN)
    policy.scope("user", USERS)
    policy.scope("device", DEVICES)
    policy.scope("absence", ABSENCES)
