"""Reads of people: the actor behind a user, a session, a token."""

from __future__ import annotations

import sqlalchemy as sa
from sqlalchemy.orm import Session

from server.accounts.models import ApiToken, Device, DevicePresence, LoginSession, Role, User
from server.core import clock
from server.core.acts import Actor
from server.core.canonical import sha256
from server.organisation.queries import regions_below, the_organisation

RANK = {"none": 0, "read": 1, "write": 2}


def actor_of(
    session: Session, user: User, *, device_id: str | None = None, only: frozenset[str] | None = None
) -> Actor:
    """The actor a user is right now: his roles united. `only` narrows the grants (API tokens)."""
    roles = (
        session.execute(sa.select(Role).where(Role.id.in_(user.role_ids), Role.deleted_at.is_(None))).scalars().all()
    )
    grants = frozenset(grant for role in roles for grant in role.grants)
    if only is not None:
        grants = only if "*" in grants else grants & only
    organisation = the_organisation(session)
    return Actor(
        kind="user",
        id=user.id,
        name=user.name,
        locale=user.locale,
        zone=user.zone or (organisation.zone if organisation else "UTC"),
        grants=grants,
        scopes=frozenset(role.scope for role in roles),
        fields=_united([role.field_grants for role in roles]),
        team_ids=frozenset({user.team_id} if user.team_id else ()),
        region_ids=regions_below(session, frozenset(user.region_ids)),
        roles=tuple(sorted(role.id for role in roles)),
        device_id=device_id,
    )


def _united(grants: list[dict[str, dict[str, str]]]) -> tuple[tuple[str, tuple[tuple[str, str], ...]], ...]:
    """Several roles: for each field the widest grant; a field that a role does not name has the grant of its `*`."""
    entities = sorted({entity for grant in grants for entity in grant})
    united = []
    for entity in entities:
        names = {"*"} | {field for grant in grants for field in grant.get(entity, {})}
        best = {name: max((_grant(g, entity, name) for g in grants), key=RANK.__getitem__) for name in names}
        united.append((entity, tuple(sorted(best.items()))))
    return tuple(united)


def _grant(grants: dict[str, dict[str, str]], entity: str, name: str) -> str:
    of_entity = grants.get(entity, {})
    return of_entity.get(name, of_entity.get("*", "none"))


def session_by_token(session: Session, token: str) -> tuple[LoginSession, User, Device | None] | None:
    """The living session behind a cookie, with its user and device."""
    row = session.execute(
        sa.select(LoginSession, User, Device)
        .join(User, User.id == LoginSession.user_id)
        .outerjoin(Device, Device.id == LoginSession.device_id)
        .where(LoginSession.token_hash == sha256(token))
    ).first()
    if row is None:
        return None
    login, user, device = row
    return (login, user, device) if login.revoked_at is None and login.expires_at > clock.now() else None


def api_token(session: Session, token: str) -> tuple[ApiToken, User] | None:
    """The living API token and the user it acts for."""
    row = session.execute(
        sa.select(ApiToken, User).join(User, User.id == ApiToken.user_id).where(ApiToken.token_hash == sha256(token))
    ).first()
    if row is None:
        return None
    found, user = row
    is_over = found.expires_at is not None and found.expires_at <= clock.now()
    return None if found.revoked_at is not None or is_over else (found, user)


def presence_before(session: Session, device_id: str) -> DevicePresence | None:
    """What was last heard of the device whose session this one went on with; None when there was none, or it never spoke."""
    before = sa.select(Device.replaces_id).where(Device.id == device_id).scalar_subquery()
    return session.execute(sa.select(DevicePresence).where(DevicePresence.device_id == before)).scalar_one_or_none()
