"""The answers of one version as a marshmallow schema: types, structure, nothing that the form does not ask. Built once per version.

What is wrong comes as the engine says it, {path, rule_id, params} in the order of the form: the phone's list and this one compare equal.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from marshmallow import RAISE, Schema, ValidationError, fields

from server.forms.engine.parts import MOST_ROWS, Definition, Field
from server.forms.engine.validate import SHAPES, Error, is_reasons

MESSAGES = {"unknown": "unknown", "type": "type"}


class _Shaped(fields.Field[Any]):
    """One answer: whether it can be what the question asks for."""

    def __init__(self, item: Field) -> None:
        super().__init__(allow_none=True)
        self._item = item

    def _deserialize(self, value: Any, *_args: Any, **_more: Any) -> Any:
        if not SHAPES[self._item.type](self._item, value):
            raise ValidationError("type")
        return value


class _Rows(fields.Field[Any]):
    """The rows of a repeat; what is wrong in them comes by row and column."""

    def __init__(self, row: Schema) -> None:
        super().__init__(allow_none=True)
        self._row = row

    def _deserialize(self, value: Any, *_args: Any, **_more: Any) -> Any:
        if not isinstance(value, list) or len(value) > MOST_ROWS or not all(isinstance(row, dict) for row in value):
            raise ValidationError("type")
        found = {at: errors for at, row in enumerate(value) if (errors := self._row.validate(row))}
        if found:
            raise ValidationError(found)
        return value


class _Reasons(fields.Field[Any]):
    """Why answers stand against warnings."""

    def _deserialize(self, value: Any, *_args: Any, **_more: Any) -> Any:
        if not is_reasons(value):
            raise ValidationError("type")
        return value


class AnswersSchema:
    """A built schema with the order of its form."""

    def __init__(self, definition: Definition) -> None:
        self._definition = definition
        self._schema = _schema(definition.fields, {"$why": _Reasons()})

    def errors(self, answers: Any) -> list[Error]:
        """What is wrong with the shape of answers; empty when they can be stored."""
        if not isinstance(answers, dict):
            return [_error("", "type")]
        return _told(self._definition.fields, self._schema.validate(answers), "")


def _schema(items: tuple[Field, ...], more: Mapping[str, fields.Field[Any]]) -> Schema:
    members: dict[str, fields.Field[Any]] = {
        item.id: _Rows(_schema(item.items, {})) if item.type == "repeat" else _Shaped(item)
        for item in items
        if item.type != "note"
    }
    made = Schema.from_dict({**members, **more})
    made.error_messages = MESSAGES
    return made(unknown=RAISE)


def _told(items: tuple[Field, ...], found: Mapping[Any, Any], prefix: str) -> list[Error]:
    told: list[Error] = []
    for item in items:
        one = found.get(item.id)
        if isinstance(one, dict):
            for at in sorted(one):
                told += _told(item.items, one[at], f"{prefix}{item.id}.{at}.")
        elif one is not None and item.type != "note":
            told.append(_error(prefix + item.id, "type"))
    if "$why" in found and not prefix:
        told.append(_error("$why", "type"))
    known = {item.id for item in items if item.type != "note"} | (set() if prefix else {"$why"})
    return told + [_error(prefix + name, "unknown") for name in sorted(set(found) - known)]


def _error(path: str, rule: str) -> Error:
    return {"path": path, "rule_id": rule, "params": {}}


_built: dict[str, AnswersSchema] = {}
MOST_BUILT = 256


def build_schema(definition: Definition, sha256: str) -> AnswersSchema:
    """The schema of a version, kept by the hash of its definition."""
    found = _built.get(sha256)
    if found is None:
        if len(_built) >= MOST_BUILT:
            _built.clear()
        found = _built[sha256] = AnswersSchema(definition)
    return found
