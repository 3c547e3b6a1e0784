"""Shapes of engineers' profiles, skills and absences as they come in."""

from __future__ import annotations

import re
from typing import Any

from marshmallow import Schema, ValidationError, fields, validate, validates_schema

from server.core.fields_in import Lenient, SkillIn, an_id, moment, text
from server.core.locales import LOCALES

WORDS: dict[str, Any] = {"keys": fields.String(validate=validate.OneOf(LOCALES)), "values": text(120, 1)}
KINDS = ("ill", "holiday", "training", "other")
_CLOCK = re.compile(r"([01][0-9]|2[0-3]):[0-5][0-9]\Z")


def _a_clock(value: str) -> None:
    if not _CLOCK.match(value) and value != "24:00":
        raise ValidationError("A time of the day is HH:MM.")


class OwnSkill(SkillIn):
    """A skill with the day on which its certificate ends."""

    expires_on = fields.Date(load_default=None, allow_none=True)


class Shift(Schema):
    """A span of a weekday, Monday 0; several a day leave room for lunch."""

    weekday = fields.Integer(required=True, validate=validate.Range(0, 6))
    from_ = fields.String(required=True, data_key="from", validate=_a_clock)
    until = fields.String(required=True, validate=_a_clock)

    @validates_schema
    def in_order(self, data: dict[str, Any], **_more: Any) -> None:
        """A span that ends before it begins is two spans."""
        if data["from_"] >= data["until"]:
            raise ValidationError({"until": ["The end lies before the start."]})


class ProfileSet(Schema):
    """Home point, skills, shifts and whether he can be sent; what is not named stays."""

    home_lat = fields.Float(allow_none=True, validate=validate.Range(-90, 90))
    home_lon = fields.Float(allow_none=True, validate=validate.Range(-180, 180))
    is_dispatchable = fields.Boolean()
    skills = fields.List(Lenient(OwnSkill), validate=validate.Length(max=50))
    shifts = fields.List(Lenient(Shift), validate=validate.Length(max=50))


class SkillAdd(Schema):
    """A new skill."""

    name = fields.Dict(required=True, **WORDS)


class AbsenceAdd(Schema):
    """From when until when somebody is away, and why as far as others may know."""

    engineer_id = an_id(required=True)
    from_at = moment(required=True)
    until_at = moment(required=True)
    kind = fields.String(load_default="other", validate=validate.OneOf(KINDS))
    note = text(500, load_default=None, allow_none=True)
