"""Shapes of files as they are announced; their bytes come by media."""

from __future__ import annotations

from typing import Any

from marshmallow import Schema, ValidationError, fields, validate, validates_schema

from server.core.canonical import dumps
from server.core.fields_in import Lenient, an_id, moment, text

MOST_EXIF, MOST_EXIF_BYTES = 200, 16_384
TAGS = ["before", "after"]


def _sha(**options: Any) -> fields.String:
    return fields.String(validate=validate.Regexp(r"[0-9a-f]{64}\Z"), **options)


class Camera(Schema):
    """The camera's own file, which stays on the phone: its hash and what it says, as text."""

    sha256 = _sha(required=True)
    exif = fields.Dict(keys=text(80, 1), values=text(1000), load_default=dict, validate=validate.Length(max=MOST_EXIF))

    @validates_schema
    def _is_short(self, data: dict[str, Any], **_more: Any) -> None:
        if len(dumps(data["exif"]).encode()) > MOST_EXIF_BYTES:
            raise ValidationError("It is longer than 16 KiB.", "exif")


class AttachmentFields(Schema):
    """What may be said otherwise of a file afterwards; its bytes and where it was taken are facts."""

    tag = fields.String(allow_none=True, validate=validate.OneOf(TAGS))


class AttachmentAdd(Schema):
    """A file of an order: the hash of its bytes, what and where."""

    work_order_id = an_id(required=True)
    parent_entity = fields.String(
        load_default="work_order", validate=validate.OneOf(["work_order", "visit", "comment", "submission"])
    )
    parent_id = an_id(required=True)
    sha256 = _sha(required=True)
    kind = fields.String(load_default="photo", validate=validate.OneOf(["photo", "file", "signature"]))
    mime = text(80, 1, required=True)
    size = fields.Integer(required=True, validate=validate.Range(1, 200_000_000))
    name = text(200, load_default=None, allow_none=True)
    taken_at = moment(load_default=None, allow_none=True)
    lat = fields.Float(load_default=None, allow_none=True, validate=validate.Range(-90, 90))
    lon = fields.Float(load_default=None, allow_none=True, validate=validate.Range(-180, 180))
    accuracy_m = fields.Float(load_default=None, allow_none=True, validate=validate.Range(0, 100_000))
    tag = fields.String(load_default=None, allow_none=True, validate=validate.OneOf(TAGS))
    camera = Lenient(Camera, load_default=None, allow_none=True)
