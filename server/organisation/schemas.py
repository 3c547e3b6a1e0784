"""Shapes of the company's structure as it comes in."""

from __future__ import annotations

from typing import Any
from zoneinfo import available_timezones

from marshmallow import Schema, fields, validate

from server.core.fields_in import an_id, text
from server.core.locales import LOCALES

WORDS: dict[str, Any] = {"keys": fields.String(validate=validate.OneOf(LOCALES)), "values": text(120, 1)}


def a_wall_time() -> fields.String:
    """HH:MM on the clock of a place."""
    return fields.String(
        allow_none=True, validate=validate.Regexp(r"([01][0-9]|2[0-3]):[0-5][0-9]\Z"), metadata={"example": "21:00"}
    )


class OrganisationFields(Schema):
    """Only what is named changes."""

    name = text(200, 1)
    zone = fields.String(validate=validate.OneOf(sorted(available_timezones())))
    locale = fields.String(validate=validate.OneOf(LOCALES))
    phone = text(40, allow_none=True)
    quiet_from = a_wall_time()
    quiet_until = a_wall_time()


class RegionAdd(Schema):
    """A new region."""

    name = fields.Dict(required=True, **WORDS)
    parent_id = an_id(load_default=None, allow_none=True)


class TeamAdd(Schema):
    """A new team."""

    name = fields.Dict(required=True, **WORDS)
    region_id = an_id(load_default=None, allow_none=True)
    supervisor_id = an_id(load_default=None, allow_none=True)
