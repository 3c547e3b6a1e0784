"""The one policy: function grants, row scope, field grants. Everything that shows or changes a record asks here.

Features register how own, team and region are told from a row of theirs; `all` needs no rule.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any, TypeVar

import sqlalchemy as sa
from sqlalchemy.orm import Session

from server.core.acts import Act, Actor
from server.core.canonical import dumps
from server.core.db import Record
from server.core.errors import Problem

Clause = sa.ColumnElement[bool]
R = TypeVar("R", bound=Record)
ALWAYS_READ = frozenset({"id", "version", "created_at", "updated_at", "deleted_at"})


@dataclass(frozen=True)
class ScopeRule:
    """How rows of one entity are scoped: each part gives a condition for an actor."""

    own: Callable[[Actor], Clause]
    team: Callable[[Actor], Clause]
    region: Callable[[Actor], Clause]


_rules: dict[str, ScopeRule] = {}


def scope(entity: str, rule: ScopeRule) -> None:
    """Register the row scope of an entity; wiring calls this."""
    _rules[entity] = rule


def everyone(_actor: Actor) -> Clause:
    """Catalogue records: whoever may read the entity sees every row."""
    return sa.true()


OPEN = ScopeRule(everyone, everyone, everyone)


def has(actor: Actor, permission: str) -> bool:
    """Whether a function is granted; `visit.*` grants every visit command."""
    group = permission.split(".", maxsplit=1)[0] + ".*"
    return not actor.grants.isdisjoint(("*", permission, group))


def require(act: Act, permission: str, record: Record | None = None) -> None:
    """Problem not_allowed without the grant, not_found for a record outside the actor's rows."""
    if not has(act.actor, permission):
        raise Problem("not_allowed", permission=permission)
    if record is not None and not sees(act.session, act.actor, record):
        raise Problem("not_found")


def sees(session: Session, actor: Actor, record: Record) -> bool:
    """Whether this very row lies in the actor's scope, as the database stands now."""
    model = type(record)
    session.flush()
    found = session.execute(sa.select(model.id).where(model.id == record.id, visible(actor, model))).first()
    return found is not None


def find(act: Act, model: type[R], record_id: str) -> R | None:
    """The record of this id if it is there and lies in the actor's rows: what a reference in a command may name."""
    found = act.session.get(model, record_id)
    if found is None or found.deleted_at is not None or not sees(act.session, act.actor, found):
        return None
    return found


def require_new(act: Act, model: type[Record], record_id: str) -> None:
    """Problem already_there for an id that is taken: what it names is not told."""
    if act.session.get(model, record_id) is not None:
        raise Problem("already_there")


def visible(actor: Actor, model: type[Record]) -> Clause:
    """The condition that keeps only the rows of the actor's scope."""
    if "*" in actor.grants or "all" in actor.scopes:
        return sa.true()
    rule = _rules.get(model.entity)
    if rule is None:
        return sa.false()
    parts = {"own": rule.own, "team": rule.team, "region": rule.region}
    return sa.or_(sa.false(), *(parts[name](actor) for name in sorted(actor.scopes)))


def grant_on(actor: Actor, entity: str, field: str) -> str:
    """none, read or write for one field."""
    if "*" in actor.grants:
        return "write"
    of_entity = dict(dict(actor.fields).get(entity, ()))
    if field in ALWAYS_READ:
        return "read" if of_entity else "none"
    return of_entity.get(field, of_entity.get("*", "none"))


def readable(actor: Actor, entity: str, fields: Iterable[str]) -> frozenset[str]:
    """Those of the fields that the actor may see."""
    return frozenset(field for field in fields if grant_on(actor, entity, field) != "none")


def require_writable(actor: Actor, entity: str, fields: Iterable[str]) -> None:
    """Problem not_allowed naming the first field that the actor may not change."""
    for field in sorted(fields):
        if grant_on(actor, entity, field) != "write":
            raise Problem("not_allowed", permission=f"{entity}.{field}")


def shown(actor: Actor, entity: str, row: dict[str, Any]) -> dict[str, Any]:
    """A serialised record without the fields that the actor may not see."""
    allowed = readable(actor, entity, row)
    return {name: value for name, value in row.items() if name in allowed}


def view_name(fields: dict[str, list[str]]) -> str:
    """The versioned name of a field set, such as `v@1f0c9a77b2`: equal sets share rendered rows."""
    return "v@" + hashlib.sha256(dumps(fields).encode()).hexdigest()[:10]
