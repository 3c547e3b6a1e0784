"""A record as plain JSON and as a marshmallow schema, both read off its columns: the wire never differs from the table."""

from __future__ import annotations

import datetime as dt
from functools import cache
from typing import Any

import sqlalchemy as sa
from marshmallow import Schema, fields

from server.core.canonical import wire_time
from server.core.db import Id, Record


@cache
def column_names(model: type[Record]) -> tuple[str, ...]:
    """The attribute names of a record's columns, in their order."""
    return tuple(attribute.key for attribute in sa.inspect(model).column_attrs)


def row_of(record: Record) -> dict[str, Any]:
    """Every column as plain JSON; times as on the wire."""
    return {name: _plain(getattr(record, name)) for name in column_names(type(record))}


def _plain(value: Any) -> Any:
    if isinstance(value, dt.datetime):
        return wire_time(value)
    return value.isoformat() if isinstance(value, dt.date) else value


@cache
def schema_of(model: type[Record]) -> type[Schema]:
    """The shape of `row_of` for the API document."""
    columns = {attribute.key: attribute.columns[0] for attribute in sa.inspect(model).column_attrs}
    made = {name: _field(column) for name, column in columns.items()}
    return type(f"{model.__name__}Schema", (Schema,), made)


def _field(column: Any) -> fields.Field[Any]:
    nullable: dict[str, Any] = {"allow_none": bool(column.nullable), "required": True}
    kind = column.type
    if isinstance(kind, sa.JSON):
        is_list = column.default is not None and "list" in str(column.default.arg)
        return fields.List(fields.Raw(), **nullable) if is_list else fields.Dict(**nullable)
    if isinstance(kind, type(Id)):
        return fields.UUID(**nullable)
    by_python: dict[Any, type[fields.Field[Any]]] = {
        int: fields.Integer, bool: fields.Boolean, float: fields.Float, dt.date: fields.Date, dt.datetime: fields.AwareDateTime,
    }  # fmt: skip
    impl = getattr(kind, "impl_instance", kind)
    return by_python.get(impl.python_type, fields.String)(**nullable)
