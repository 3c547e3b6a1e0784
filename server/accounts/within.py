"""Nobody hands out, takes away or widens more than he has himself: otherwise adding a user would be a way to more rights."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

import sqlalchemy as sa

from server.accounts.models import Role, User
from server.core.acts import Act
from server.core.errors import Problem, declare
from server.permissions import policy

SCOPES = ("own", "team", "region", "all")
FIELD_GRANTS = ("none", "read", "write")
declare(
    "grant_beyond_own",
    403,
    "never",
    en="You cannot grant or change more than you have yourself ({permission}).",
    zh="不能授予或更改超出您自己权限的内容（{permission}）。",
)
declare(
    "last_administrator",
    409,
    "never",
    en="Nobody would be left who may do everything. Make someone else administrator first.",
    zh="这样就没有管理员了，请先指定另一位管理员。",
)


def _has_all(act: Act) -> bool:
    return "*" in act.actor.grants


def require_grants(act: Act, grants: Iterable[str]) -> None:
    """Problem grant_beyond_own naming the first function the actor has not."""
    for grant in grants:
        if not policy.has(act.actor, grant):
            raise Problem("grant_beyond_own", permission=grant)


def require_role(act: Act, role: Mapping[str, Any]) -> None:
    """A role as it is or shall be: functions, rows and fields within the actor's own."""
    require_grants(act, role["grants"])
    if _has_all(act):
        return
    widest = max((SCOPES.index(one) for one in act.actor.scopes), default=-1)
    if SCOPES.index(role["scope"]) > widest:
        raise Problem("grant_beyond_own", permission=role["scope"])
    for entity, fields in role["field_grants"].items():
        for name, grant in fields.items():
            if FIELD_GRANTS.index(grant) > FIELD_GRANTS.index(policy.grant_on(act.actor, entity, name)):
                raise Problem("grant_beyond_own", permission=f"{entity}.{name}")


def require_roles(act: Act, role_ids: list[str]) -> None:
    """Every one of these roles within the actor's own; not_found for one that is not there."""
    roles = act.session.execute(sa.select(Role).where(Role.id.in_(role_ids))).scalars().all()
    if len(roles) != len(set(role_ids)):
        raise Problem("not_found")
    for role in roles:
        require_role(act, {"grants": role.grants, "scope": role.scope, "field_grants": role.field_grants})


def require_places(act: Act, args: Mapping[str, Any]) -> None:
    """Team and regions a user shall work in: the actor's own, unless he sees everything."""
    if _has_all(act) or "all" in act.actor.scopes:
        return
    for team_id in {args.get("team_id")} - {None} - act.actor.team_ids:
        raise Problem("grant_beyond_own", permission=f"team {team_id}")
    for region_id in set(args.get("region_ids", ())) - act.actor.region_ids:
        raise Problem("grant_beyond_own", permission=f"region {region_id}")


def require_administrator(act: Act) -> None:
    """Problem last_administrator when nobody active who may do everything would be left."""
    act.session.flush()
    roles = act.session.execute(sa.select(Role.id, Role.grants).where(Role.deleted_at.is_(None)))
    all_mighty = {role.id for role in roles if "*" in role.grants}
    users = act.session.execute(sa.select(User.role_ids).where(User.is_active, User.deleted_at.is_(None))).scalars()
    if not any(all_mighty.intersection(role_ids) for role_ids in users):
        raise Problem("last_administrator")
