"""Shapes of choices between two values."""

from marshmallow import Schema, fields, validate


class Resolve(Schema):
    """`choose` ours (the office's), theirs (the phone's) or other, with its value."""

    choose = fields.String(required=True, validate=validate.OneOf(["ours", "theirs", "other"]))
    value = fields.Raw(allow_none=True)
