"""Tables of people and their ways in. Secrets live in tables of their own that no event and no feed ever shows."""

from __future__ import annotations

import datetime as dt
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from server.core.db import Base, Id, Record
from server.core.ids import new_id


class User(Record):
    """Someone who logs in. Roles and regions are lists of ids; `phone` and `email` are for notices."""

    __tablename__ = "user_account"
    entity = "user"
    login: Mapped[str] = mapped_column(sa.String(120), unique=True)
    name: Mapped[str]
    given_name: Mapped[str | None]
    locale: Mapped[str] = mapped_column(default="zh-CN")
    zone: Mapped[str | None]
    phone: Mapped[str | None]
    email: Mapped[str | None]
    team_id: Mapped[str | None] = mapped_column(Id, sa.ForeignKey("team.id"), index=True)
    role_ids: Mapped[list[str]] = mapped_column(default=list)
    region_ids: Mapped[list[str]] = mapped_column(default=list)
    is_active: Mapped[bool] = mapped_column(default=True)


class Role(Record):
    """What a kind of person may do, see and edit. Data, never known to code by name.

    `grants`: command and permission names, `*` for all. `scope`: own, team, region or all.
    `field_grants`: entity -> field -> none | read | write, field "*" for the rest.
    """

    __tablename__ = "role"
    entity = "role"
    name: Mapped[dict[str, Any]]
    grants: Mapped[list[str]] = mapped_column(default=list)
    scope: Mapped[str] = mapped_column(default="own")
    field_grants: Mapped[dict[str, Any]] = mapped_column(default=dict)
    __table_args__ = (sa.CheckConstraint("scope in ('own', 'team', 'region', 'all')", "scope"),)


class SavedView(Record):
    """A list as somebody likes to see it: `query` is that of the screen's address."""

    __tablename__ = "saved_view"
    entity = "saved_view"
    owner_id: Mapped[str] = mapped_column(Id, sa.ForeignKey("user_account.id"), index=True)
    place: Mapped[str] = mapped_column(sa.String(20))
    name: Mapped[str] = mapped_column(sa.String(60))
    query: Mapped[dict[str, Any]] = mapped_column(default=dict)
    is_shared: Mapped[bool] = mapped_column(default=False)


class Device(Record):
    """One user on one installed client. Its id is made by the client."""

    __tablename__ = "device"
    entity = "device"
    user_id: Mapped[str] = mapped_column(Id, sa.ForeignKey("user_account.id"), index=True)
    kind: Mapped[str] = mapped_column(default="phone")
    label: Mapped[str] = mapped_column(default="")
    platform: Mapped[str] = mapped_column(default="")
    revoked_at: Mapped[dt.datetime | None]
    # the device whose session this one went on with: who shuts out the one means the other too
    replaces_id: Mapped[str | None] = mapped_column(Id, sa.ForeignKey("device.id"), index=True)


class DevicePresence(Base):
    """What a client last told about itself; kept apart because it changes at every contact and is no business fact."""

    __tablename__ = "device_presence"
    device_id: Mapped[str] = mapped_column(Id, sa.ForeignKey("device.id"), primary_key=True)
    app_version: Mapped[str] = mapped_column(default="")
    last_seen_at: Mapped[dt.datetime]
    outbox_head: Mapped[int] = mapped_column(default=0)
    pending_count: Mapped[int] = mapped_column(default=0)
    oldest_pending_at: Mapped[dt.datetime | None]
    # sha256 of the data key sealed for the server: proves whose an envelope at the intake is (PROTOCOL 8.5)
    intake_sha: Mapped[str | None] = mapped_column(sa.String(64))


class LoginTry(Base):
    """Wrong passwords, counted alike for logins that exist and for those that do not. `key` is a hash of what is counted."""

    __tablename__ = "login_try"
    key: Mapped[str] = mapped_column(sa.String(64), primary_key=True)
    wrong: Mapped[int] = mapped_column(default=0)
    first_at: Mapped[dt.datetime]
    last_at: Mapped[dt.datetime]
    # the login was right from here before
    is_known: Mapped[bool] = mapped_column(default=False)
    locked_until: Mapped[dt.datetime | None]


class Credential(Base):
    """The password of a user as an argon2id hash."""

    __tablename__ = "credential"
    user_id: Mapped[str] = mapped_column(Id, sa.ForeignKey("user_account.id"), primary_key=True)
    password_hash: Mapped[str]
    changed_at: Mapped[dt.datetime]


class LoginSession(Base):
    """A login that lasts: the cookie holds the token, this table only its hash."""

    __tablename__ = "login_session"
    id: Mapped[str] = mapped_column(Id, primary_key=True, default=new_id)
    token_hash: Mapped[str] = mapped_column(sa.String(64), unique=True)
    user_id: Mapped[str] = mapped_column(Id, sa.ForeignKey("user_account.id"), index=True)
    device_id: Mapped[str | None] = mapped_column(Id, sa.ForeignKey("device.id"), index=True)
    created_at: Mapped[dt.datetime]
    last_used_at: Mapped[dt.datetime]
    expires_at: Mapped[dt.datetime]
    revoked_at: Mapped[dt.datetime | None]


class ApiToken(Base):
    """A bearer token of a program that acts for a user, narrowed to some grants."""

    __tablename__ = "api_token"
    id: Mapped[str] = mapped_column(Id, primary_key=True, default=new_id)
    token_hash: Mapped[str] = mapped_column(sa.String(64), unique=True)
    user_id: Mapped[str] = mapped_column(Id, sa.ForeignKey("user_account.id"), index=True)
    name: Mapped[str]
    grants: Mapped[list[str]] = mapped_column(default=list)
    created_at: Mapped[dt.datetime]
    expires_at: Mapped[dt.datetime | None]
    revoked_at: Mapped[dt.datetime | None]
