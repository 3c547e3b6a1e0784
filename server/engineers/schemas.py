"""Shapes of an engineer's profile."""

from __future__ import annotations

from marshmallow import Schema, fields, validate


class ProfileSet(Schema):
    """Home point and whether he can be sent."""

    home_lat = fields.Float(load_default=None, allow_none=True, validate=validate.Range(-90, 90))
    home_lon = fields.Float(load_default=None, allow_none=True, validate=validate.Range(-180, 180))
    is_dispatchable = fields.Boolean(load_default=True)
