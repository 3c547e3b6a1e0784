"""Writes of people, roles, devices and their ways in."""

from __future__ import annotations

import datetime as dt
import secrets
from collections.abc import Callable
from typing import Any

import sqlalchemy as sa

from server.accounts import events, passwords, tries, within
from server.accounts.models import ApiToken, Credential, Device, DevicePresence, LoginSession, Role, User
from server.core import commit, journal
from server.core.acts import Act, Actor
from server.core.canonical import sha256
from server.core.db import Record, db
from server.core.errors import Problem, declare
from server.permissions import policy

declare(
    "login_taken",
    422,
    "never",
    en="The login {login} is taken. Choose another.",
    zh="用户名 {login} 已被使用，请换一个。",
)
declare(
    "device_foreign",
    403,
    "reauth",
    en="This client is registered to another user. Log in again.",
    zh="本客户端已登记给其他用户，请重新登录。",
)
declare(
    "device_revoked",
    403,
    "never",
    en="This device was shut out by an administrator. Unsent work is handed in safely, then wiped here.",
    zh="管理员已停用此设备。未发送的内容会先安全交回，再从本机清除。",
)

SELF = "self"
# what else ends with a user's logins, all or all but those of one device: pushes are known above this feature; wiring names it
ENDED_TOO: list[Callable[[Act, str, str | None], None]] = []
# and with one device that is shut out
SHUT_OUT_TOO: list[Callable[[Act, str], None]] = []


def _locked(act: Act, model: type[Any], record_id: str) -> Any:
    found = act.session.get(model, record_id, with_for_update=True, populate_existing=True)
    if found is None or (isinstance(found, Record) and found.deleted_at is not None):
        raise Problem("not_found")
    return found


def add_user(act: Act, user_id: str, args: dict[str, Any]) -> User:
    """Command user.add."""
    policy.require(act, "user.add")
    within.require_roles(act, args["role_ids"])
    within.require_places(act, args)
    if act.session.execute(sa.select(User.id).where(User.login == args["login"])).first():
        raise Problem("login_taken", login=args["login"], fields={"login": ["taken"]})
    policy.require_new(act, User, user_id)
    hashed = args.pop("password_hash")
    user = User(id=user_id, **args)
    act.session.add(user)
    act.session.flush()
    act.session.add(Credential(user_id=user.id, password_hash=hashed, changed_at=act.at))
    journal.record(act, events.USER_ADDED, user)
    return user


def _managed(act: Act, permission: str, user_id: str) -> User:
    """A user in the actor's rows who has nothing that the actor has not: nobody disarms those above him."""
    user: User = _locked(act, User, user_id)
    policy.require(act, permission, user)
    within.require_roles(act, user.role_ids)
    return user


def change_user(act: Act, user_id: str, args: dict[str, Any]) -> User:
    """Command user.change."""
    user = _managed(act, "user.change", user_id)
    within.require_roles(act, args.get("role_ids", []))
    within.require_places(act, args)
    for name, value in args.items():
        setattr(user, name, value)
    within.require_administrator(act)
    journal.record(act, events.USER_CHANGED, user)
    return user


def disable_user(act: Act, user_id: str, _args: dict[str, Any]) -> User:
    """Command user.disable: every door answers user_disabled; his phones hand in unsent work and wipe themselves."""
    user = _managed(act, "user.disable", user_id)
    user.is_active = False
    within.require_administrator(act)
    journal.record(act, events.USER_DISABLED, user)
    return user


def enable_user(act: Act, user_id: str, _args: dict[str, Any]) -> User:
    """Command user.enable."""
    user = _managed(act, "user.enable", user_id)
    user.is_active = True
    end_sessions(act, user.id)  # what was logged in before does not come back to life
    journal.record(act, events.USER_ENABLED, user)
    return user


def hash_new(_actor: Actor, _user_id: str, args: dict[str, Any]) -> dict[str, Any]:
    """Before user.add, outside any transaction: a hash takes long, and nobody shall wait for it."""
    left = {name: value for name, value in args.items() if name != "password"}
    return {**left, "password_hash": passwords.make_hash(args["password"], args["login"])}


def check_present(actor: Actor, user_id: str, args: dict[str, Any]) -> dict[str, Any]:
    """Before user.change_password: the present one must be right; guessing it counts like guessing at the login."""
    if actor.id != user_id:
        raise Problem("not_allowed", permission="user.change_password")
    session = db.session()
    user, credential = session.get_one(User, user_id), session.get_one(Credential, user_id)
    login, stored = user.login, credential.password_hash
    session.rollback()
    tries.take(login, SELF)
    if not passwords.is_right(stored, args["present"]):
        raise Problem("login_wrong", fields={"present": ["wrong"]})
    commit.transact(lambda session: tries.give_back(session, login, SELF))
    return {"password_hash": passwords.make_hash(args["wanted"], login), "was": stored}


def change_password(act: Act, user_id: str, args: dict[str, Any]) -> User:
    """Command user.change_password: one's own, with the present one; other logins and all programs' tokens end."""
    user: User = _locked(act, User, user_id)
    credential: Credential = _locked(act, Credential, user_id)
    if credential.password_hash != args["was"]:
        raise Problem("version_conflict")
    credential.password_hash, credential.changed_at = args["password_hash"], act.at
    end_sessions(act, user_id, but_device=act.actor.device_id)
    mine = sa.update(ApiToken).where(ApiToken.user_id == user_id, ApiToken.revoked_at.is_(None))
    act.session.execute(mine.values(revoked_at=act.at))
    tries.forget(act.session, user.login, SELF)
    journal.record(act, events.PASSWORD_CHANGED, user)
    return user


def end_sessions(act: Act, user_id: str, *, but_device: str | None = None) -> None:
    """Revoke a user's logins, all or all but those of one device."""
    which = sa.update(LoginSession).where(LoginSession.user_id == user_id, LoginSession.revoked_at.is_(None))
    if but_device is not None:
        which = which.where(sa.or_(LoginSession.device_id.is_(None), LoginSession.device_id != but_device))
    act.session.execute(which.values(revoked_at=act.at))
    for end in ENDED_TOO:
        end(act, user_id, but_device)


def add_role(act: Act, role_id: str, args: dict[str, Any]) -> Role:
    """Command role.add."""
    policy.require(act, "role.add")
    within.require_role(act, args)
    policy.require_new(act, Role, role_id)
    role = Role(id=role_id, **args)
    act.session.add(role)
    journal.record(act, events.ROLE_ADDED, role)
    return role


def change_role(act: Act, role_id: str, args: dict[str, Any]) -> Role:
    """Command role.change."""
    policy.require(act, "role.change")
    role: Role = _locked(act, Role, role_id)
    within.require_roles(act, [role_id])
    within.require_role(act, args)
    for name, value in args.items():
        setattr(role, name, value)
    within.require_administrator(act)
    journal.record(act, events.ROLE_CHANGED, role)
    return role


def register_device(act: Act, user_id: str, device: dict[str, Any]) -> Device:
    """The device of this id, made on first contact. Problem device_foreign or device_revoked."""
    found = act.session.get(Device, device["id"], with_for_update=True, populate_existing=True)
    if found is not None:
        if found.user_id != user_id:
            raise Problem("device_foreign")
        if found.revoked_at is not None:
            raise Problem("device_revoked")
        return found
    made = Device(user_id=user_id, **device)
    act.session.add(made)
    journal.record(act, events.DEVICE_REGISTERED, made)
    return made


def note_presence(act: Act, device_id: str, facts: dict[str, Any]) -> None:
    """Keep what a client tells about itself."""
    found = act.session.get(DevicePresence, device_id)
    if found is None:
        act.session.add(DevicePresence(device_id=device_id, last_seen_at=act.at, **facts))
        return
    found.last_seen_at = act.at
    for name, value in facts.items():
        setattr(found, name, value)


def revoke_device(act: Act, device_id: str, _args: dict[str, Any]) -> Device:
    """Command device.revoke: every door answers device_revoked; the client then hands in unsent work and wipes itself."""
    device: Device = _locked(act, Device, device_id)
    if device.user_id != act.actor.id:
        policy.require(act, "device.revoke", device)
    if device.revoked_at is not None:
        act.code = "already_done"
        return device
    waiting = [device]
    while waiting:
        one = waiting.pop()
        one.revoked_at = act.at
        journal.record(act, events.DEVICE_REVOKED, one)
        for end in SHUT_OUT_TOO:
            end(act, one.id)
        after = sa.select(Device).where(Device.replaces_id == one.id, Device.revoked_at.is_(None))
        waiting += act.session.execute(after.with_for_update()).scalars()
    return device


def open_session(act: Act, user: User, device: dict[str, Any] | None, days: int) -> str:
    """Log a user in and answer the token for his cookie, shown this once."""
    # a phone is registered by its first hello, under the id of its store (bind_session)
    kept = register_device(act, user.id, device) if device and device["kind"] == "desk" else None
    token = secrets.token_urlsafe(32)
    act.session.flush()
    act.session.add(
        LoginSession(
            token_hash=sha256(token), user_id=user.id, device_id=kept.id if kept else None,
            created_at=act.at, last_used_at=act.at, expires_at=act.at + dt.timedelta(days=days),
        )
    )  # fmt: skip
    journal.record(act, events.LOGGED_IN, user, device_id=kept.id if kept else None)
    return token


def bind_session(act: Act, token_hash: str, device: Device) -> None:
    """The session of a phone belongs to the device that speaks with it: shutting out the one shuts out the other."""
    found = act.session.execute(
        sa.select(LoginSession).where(LoginSession.token_hash == token_hash).with_for_update()
    ).scalar_one_or_none()
    if found is None or found.device_id == device.id:
        return
    if found.device_id is not None and device.replaces_id is None:
        device.replaces_id = found.device_id
        journal.record(act, events.DEVICE_REGISTERED, device)
    found.device_id = device.id


def issue_token(act: Act, user_id: str, args: dict[str, Any]) -> tuple[ApiToken, str]:
    """A token for oneself, within one's own grants; it is shown this once."""
    policy.require(act, "api_token.issue")
    within.require_grants(act, args["grants"])
    user: User = _locked(act, User, user_id)
    token = "callout_" + secrets.token_urlsafe(32)
    made = ApiToken(
        token_hash=sha256(token), user_id=user_id, name=args["name"], grants=args["grants"], created_at=act.at,
        expires_at=act.at + dt.timedelta(days=args["days"]),
    )  # fmt: skip
    act.session.add(made)
    act.session.flush()
    journal.record(act, events.TOKEN_ISSUED, user, api_token_id=made.id, name=made.name)
    return made, token


def revoke_token(act: Act, token_id: str, _args: dict[str, Any]) -> ApiToken:
    """End a token: one's own, or anyone's with the grant. A token of others is not even confirmed to exist."""
    made: ApiToken = _locked(act, ApiToken, token_id)
    if made.user_id != act.actor.id and not policy.has(act.actor, "api_token.revoke"):
        raise Problem("not_found")
    if made.revoked_at is not None:
        return made
    made.revoked_at = act.at
    journal.record(act, events.TOKEN_REVOKED, _locked(act, User, made.user_id), api_token_id=made.id)
    return made
