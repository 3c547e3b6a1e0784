"""Shapes of files as they are announced; their bytes come by media."""

from __future__ import annotations

from marshmallow import Schema, fields, validate

from server.core.fields_in import an_id, moment, text


class AttachmentAdd(Schema):
    """A file of an order: the hash of its bytes, what and where."""

    work_order_id = an_id(required=True)
    parent_entity = fields.String(
        load_default="work_order", validate=validate.OneOf(["work_order", "visit", "comment", "submission"])
    )
    parent_id = an_id(required=True)
    sha256 = fields.String(required=True, validate=validate.Regexp(r"[0-9a-f]{64}\Z"))
    kind = fields.String(load_default="photo", validate=validate.OneOf(["photo", "file", "signature"]))
    mime = text(80, 1, required=True)
    size = fields.Integer(required=True, validate=validate.Range(1, 200_000_000))
    name = text(200, load_default=None, allow_none=True)
    taken_at = moment(load_default=None, allow_none=True)
    lat = fields.Float(load_default=None, allow_none=True, validate=validate.Range(-90, 90))
    lon = fields.Float(load_default=None, allow_none=True, validate=validate.Range(-180, 180))
    accuracy_m = fields.Float(load_default=None, allow_none=True, validate=validate.Range(0, 100_000))
