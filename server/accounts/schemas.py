"""Shapes of logins, users, roles and devices as they come in."""

from __future__ import annotations

from zoneinfo import available_timezones

from marshmallow import Schema, ValidationError, fields, validate

from server.core.ids import is_id
from server.core.locales import LOCALES

AN_ID = validate.And(lambda value: True if is_id(value) else _refuse())
SHORT = validate.And(validate.Length(min=1, max=120), lambda value: True if value.strip() else _refuse_blank())


def _refuse_blank() -> bool:
    raise ValidationError("Enter something that can be read.")


def _refuse() -> bool:
    raise ValidationError("An id is a lower-case UUID.")


class DeviceIn(Schema):
    """The client a person logs in on; its id is made by the client."""

    id = fields.String(required=True, validate=AN_ID)
    label = fields.String(load_default="", validate=validate.Length(max=120))
    platform = fields.String(load_default="", validate=validate.Length(max=120))
    kind = fields.String(load_default="phone", validate=validate.OneOf(["phone", "desk"]))


class LoginIn(Schema):
    """A try to log in."""

    login = fields.String(required=True, validate=validate.Length(min=1, max=120))
    password = fields.String(required=True, validate=validate.Length(min=1, max=1000))
    device = fields.Nested(DeviceIn, required=False, load_default=None)


class UserAdd(Schema):
    """A new user; the password is given to him by whoever adds him and changed at the first login."""

    login = fields.String(required=True, validate=SHORT)
    password = fields.String(required=True, validate=validate.Length(min=1, max=1000))
    name = fields.String(required=True, validate=SHORT)
    given_name = fields.String(load_default=None, allow_none=True, validate=SHORT)
    locale = fields.String(load_default="zh-CN", validate=validate.OneOf(LOCALES))
    zone = fields.String(load_default=None, allow_none=True, validate=validate.OneOf(sorted(available_timezones())))
    phone = fields.String(load_default=None, allow_none=True, validate=validate.Length(max=40))
    email = fields.Email(load_default=None, allow_none=True)
    team_id = fields.String(load_default=None, allow_none=True, validate=AN_ID)
    role_ids = fields.List(fields.String(validate=AN_ID), required=True)
    region_ids = fields.List(fields.String(validate=AN_ID), load_default=list)


class UserChange(Schema):
    """Only what is named changes."""

    name = fields.String(validate=SHORT)
    given_name = fields.String(allow_none=True, validate=SHORT)
    locale = fields.String(validate=validate.OneOf(LOCALES))
    phone = fields.String(allow_none=True, validate=validate.Length(max=40))
    email = fields.Email(allow_none=True)
    team_id = fields.String(allow_none=True, validate=AN_ID)
    role_ids = fields.List(fields.String(validate=AN_ID))
    region_ids = fields.List(fields.String(validate=AN_ID))


class RoleIn(Schema):
    """A role: what its people may do, see and edit."""

    name = fields.Dict(
        keys=fields.String(validate=validate.OneOf(LOCALES)), values=fields.String(validate=SHORT), required=True
    )
    grants = fields.List(fields.String(validate=validate.Length(min=1, max=80)), required=True)
    scope = fields.String(required=True, validate=validate.OneOf(["own", "team", "region", "all"]))
    field_grants = fields.Dict(
        keys=fields.String(),
        values=fields.Dict(
            keys=fields.String(), values=fields.String(validate=validate.OneOf(["none", "read", "write"]))
        ),
        required=True,
    )


class PasswordChange(Schema):
    """A new password for oneself."""

    present = fields.String(required=True)
    wanted = fields.String(required=True)


class TokenIssue(Schema):
    """A token for a program."""

    name = fields.String(required=True, validate=SHORT)
    grants = fields.List(fields.String(), required=True, validate=validate.Length(min=1))
    days = fields.Integer(load_default=365, validate=validate.Range(1, 3650))


class Nothing(Schema):
    """A command without arguments."""
