"""Who is at the door: turns a cookie or bearer token into the actor of the request (flask-login), and logs people in."""

from __future__ import annotations

import datetime as dt
from typing import Any

import sqlalchemy as sa
import structlog
from flask import Flask, Request, Response, after_this_request, g, request
from flask_login import LoginManager, UserMixin

from server.accounts import operations, passwords, queries, tries
from server.accounts.models import Credential, LoginSession, User
from server.core import clock, commit
from server.core.acts import Act, Actor
from server.core.db import db
from server.core.errors import Problem
from server.core.http import settings

log = structlog.get_logger("access")
RENEW_AFTER = dt.timedelta(hours=6)


class Visitor(UserMixin):  # type: ignore[misc] # flask-login has no types
    """flask-login's user: only carries the actor."""

    def __init__(self, actor: Actor) -> None:
        self.id = actor.id
        self.actor = actor


def install(app: Flask) -> None:
    """Hook into flask-login: no server-side pages, no remember cookie, every request loaded afresh."""
    manager = LoginManager()
    manager.init_app(app)
    manager.request_loader(_load)
    app.extensions["callout.login_manager"] = manager


def cookie_name() -> str:
    """`__Host-` binds the cookie to this very host; browsers take it on https only."""
    return "__Host-callout" if request.is_secure else "callout"


def _load(incoming: Request) -> Visitor | None:
    header = incoming.headers.get("Authorization", "")
    actor = (
        _by_bearer(header[7:]) if header.startswith("Bearer ") else _by_cookie(incoming.cookies.get(cookie_name(), ""))
    )
    g.actor = actor
    return None if actor is None else Visitor(actor)


def _by_bearer(token: str) -> Actor | None:
    found = queries.api_token(db.session(), token)
    if found is None:
        return None
    row, user = found
    _require_active(user)
    return queries.actor_of(db.session(), user, only=frozenset(row.grants))


def _by_cookie(token: str) -> Actor | None:
    found = queries.session_by_token(db.session(), token) if token else None
    if found is None:
        return None
    login, user, device = found
    _require_active(user)
    if device is not None and device.revoked_at is not None:
        raise Problem("device_revoked")
    actor = queries.actor_of(db.session(), user, device_id=login.device_id)
    if clock.now() - login.last_used_at > RENEW_AFTER:
        _renew(login.id, token)
    return actor


def _require_active(user: User) -> None:
    if not user.is_active or user.deleted_at is not None:
        raise Problem("user_disabled")


def _renew(session_id: str, token: str) -> None:
    """A login lasts while it is used: the row and the cookie alike. When the disk is full it is put off: reading goes on."""
    days = settings().session_days

    def renew(session: Any) -> None:
        now = clock.now()
        session.execute(
            sa.update(LoginSession)
            .where(LoginSession.id == session_id)
            .values(last_used_at=now, expires_at=now + dt.timedelta(days=days))
        )

    try:
        commit.transact(renew)
    except Problem as problem:
        log.warning("a login could not be prolonged now", reason=problem.code)
        return

    @after_this_request
    def prolong(reply: Response) -> Response:
        set_cookie(reply, token)
        return reply


def actor() -> Actor:
    """The actor of this request; Problem login_needed without one."""
    from flask_login import current_user

    if not current_user.is_authenticated:
        raise Problem("login_needed")
    found: Actor = current_user.actor
    return found


def log_in(login: str, password: str, device: dict[str, Any] | None) -> tuple[User, str]:
    """The user and his session token; Problem login_wrong, login_locked, user_disabled. The hash is compared outside any write."""
    address = request.remote_addr or "?"
    tries.take(login, address)
    session = db.session()
    user = session.execute(sa.select(User).where(User.login == login, User.deleted_at.is_(None))).scalar_one_or_none()
    credential = session.get(Credential, user.id) if user else None
    stored = credential.password_hash if credential else None
    session.rollback()
    if not passwords.is_right(stored, password) or user is None:
        raise Problem("login_wrong")
    try:
        return commit.transact(lambda session: _open(session, user.id, address, device))
    except Problem:
        commit.transact(lambda session: tries.give_back(session, login, address))
        raise


def _open(session: Any, user_id: str, address: str, device: dict[str, Any] | None) -> tuple[User, str]:
    user = session.get_one(User, user_id)
    if not user.is_active:
        raise Problem("user_disabled")
    act = Act(session, queries.actor_of(session, user))
    token = operations.open_session(act, user, device, settings().session_days)
    tries.give_back(session, user.login, address)
    tries.forget(session, user.login, address)
    return user, token


def set_cookie(reply: Response, token: str) -> None:
    """The one HttpOnly cookie of a device session."""
    reply.set_cookie(
        cookie_name(), token, max_age=settings().session_days * 86400, secure=request.is_secure, httponly=True, samesite="Lax",
    )  # fmt: skip


def end_this_session(token: str) -> None:
    """Log out: the session behind this cookie ends."""
    from server.core.canonical import sha256

    def end(session: Any) -> None:
        session.execute(
            sa.update(LoginSession).where(LoginSession.token_hash == sha256(token)).values(revoked_at=clock.now())
        )

    commit.transact(end)
