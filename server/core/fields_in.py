"""Marshmallow fields that every feature's input shapes use: ids, times with an offset, texts with a length."""

from __future__ import annotations

import datetime as dt
from typing import Any

from marshmallow import Schema, ValidationError, fields, validate

from server.core.ids import is_id

EARLIEST = dt.datetime(1990, 1, 1, tzinfo=dt.UTC)
LATEST = dt.datetime(2200, 1, 1, tzinfo=dt.UTC)


def _an_id(value: str) -> None:
    if not is_id(value):
        raise ValidationError("An id is a lower-case UUID.")


def _no_surrogates(value: str) -> None:
    try:
        value.encode()
    except UnicodeEncodeError:
        raise ValidationError("The text holds broken characters.") from None
    if "\x00" in value:
        raise ValidationError("The text holds a NUL character.")


def an_id(**options: Any) -> fields.String:
    """The text of a UUID."""
    return fields.String(validate=_an_id, **options)


def text(most: int, least: int = 0, **options: Any) -> fields.String:
    """A text of at most so many characters that a database can hold."""
    return fields.String(validate=[validate.Length(min=least, max=most), _no_surrogates], **options)


def _in_this_age(value: dt.datetime) -> None:
    if not EARLIEST <= value <= LATEST:
        raise ValidationError("The time lies too far away.")


def moment(**options: Any) -> fields.AwareDateTime:
    """A time with its offset, of this age: what lies further away is a typing error or a forged clock."""
    return fields.AwareDateTime(format="iso", validate=_in_this_age, **options)


class Lenient(fields.Nested):
    """A nested shape that is as strict about unknown fields as the one around it (marshmallow asks each anew)."""

    def _load(self, value: Any, partial: Any = None) -> Any:
        parent = self.parent
        unknown = parent.unknown if isinstance(parent, Schema) else None
        try:
            return self.schema.load(value, unknown=unknown, partial=partial)
        except ValidationError as error:
            raise ValidationError(error.messages, valid_data=error.valid_data) from error


class SkillIn(Schema):
    """A skill in levels 1 to 3: what somebody has, or what work asks for."""

    skill_id = an_id(required=True)
    level = fields.Integer(load_default=1, validate=validate.Range(1, 3))


class Nothing(Schema):
    """A command without arguments."""


class EditIn(Schema):
    """`set`: field -> value. `base`: what the phone saw, where the merge needs it."""

    base = fields.Dict(keys=fields.String(), values=fields.Raw(allow_none=True), load_default=dict)


def editable(shape: type[Schema]) -> type[Schema]:
    """The shape of an edit command: `set` holds only fields of `shape`, each validated by it."""

    edit: type[Schema] = type(
        f"{shape.__name__}Edit",
        (EditIn,),
        {"set": Lenient(shape, required=True, metadata={"description": "only what changes"})},
    )
    return edit
