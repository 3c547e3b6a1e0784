"""What is wrong with answers: a list of {path, rule_id, params} in the order of the form, equal to the byte on phone and server.

`shape_errors` are refused always (they could not be stored or read); the rest only when a form is finished. Pure; twin of validate.ts.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import Any

from server.expressions import masks
from server.forms.engine import values
from server.forms.engine.definition import MOST_PHOTOS, MOST_ROWS, MOST_TEXT, Definition, Field

Error = dict[str, Any]
Json = Mapping[str, Any]


def _error(path: str, rule: str, **params: Any) -> Error:
    return {"path": path, "rule_id": rule, "params": params}


def shape_errors(definition: Definition, answers: Any) -> list[Error]:
    """Answers of the wrong type, to unknown questions, or larger than anything may be."""
    if not isinstance(answers, dict):
        return [_error("", "type")]
    return list(_shapes(definition.fields, answers, ""))


def errors(definition: Definition, answers: Any) -> list[Error]:
    """Everything that keeps the form from being finished; empty when it may be.

    An answer that cannot be read is said to be so and judged no further; the others are.
    """
    if not isinstance(answers, dict):
        return [_error("", "type")]
    found = [one for item in definition.fields for one in _judge(item, answers.get(item.id))]
    found += _unknown(definition.fields, answers, "")
    is_readable = not shape_errors(definition, answers)
    return found + (list(_bindings(definition, answers)) if is_readable else [])


def _judge(item: Field, value: Any) -> list[Error]:
    wrong = [] if value is None else list(_shape(item, value, item.id))
    return wrong or list(_rules(item, value, item.id))


def _shapes(fields: tuple[Field, ...], answers: Json, prefix: str) -> Iterator[Error]:
    for item in fields:
        value = answers.get(item.id)
        if value is not None:
            yield from _shape(item, value, prefix + item.id)
    yield from _unknown(fields, answers, prefix)


def _unknown(fields: tuple[Field, ...], answers: Json, prefix: str) -> Iterator[Error]:
    for name in sorted(set(answers) - {item.id for item in fields}):
        yield _error(prefix + name, "unknown")


def _shape(item: Field, value: Any, path: str) -> Iterator[Error]:
    if item.type == "repeat":
        yield from _shape_of_rows(item, value, path)
    elif not SHAPES[item.type](item, value):
        yield _error(path, "type")


def _shape_of_rows(item: Field, value: Any, path: str) -> Iterator[Error]:
    if not isinstance(value, list) or len(value) > MOST_ROWS or not all(isinstance(row, dict) for row in value):
        yield _error(path, "type")
        return
    for at, row in enumerate(value):
        yield from _shapes(item.items, row, f"{path}.{at}.")


def _is_choice_list(_item: Field, value: Any) -> bool:
    return isinstance(value, list) and len(value) <= MOST_ROWS and all(values.is_text(one) for one in value)


def _is_photos(_item: Field, value: Any) -> bool:
    return isinstance(value, list) and len(value) <= MOST_PHOTOS and all(values.is_file(one) for one in value)


def _is_signature(item: Field, value: Any) -> bool:
    return values.is_file(value) and (item.get("binds") is None or values.is_sha(value.get("answers_sha256")))


SHAPES: dict[str, Callable[[Field, Any], bool]] = {
    "text": lambda _item, value: values.is_text(value) and len(value) <= MOST_TEXT,
    "scan": lambda _item, value: values.is_text(value) and len(value) <= masks.MOST,
    "number": lambda _item, value: values.is_number(value),
    "bool": lambda _item, value: isinstance(value, bool),
    "date": lambda _item, value: value == "" or values.is_date(value),
    "select": lambda _item, value: values.is_text(value),
    "multi": _is_choice_list,
    "photo": _is_photos,
    "signature": _is_signature,
}


def _rules(item: Field, value: Any, path: str) -> Iterator[Error]:
    if values.is_blank(value):
        least = item.get("min") or 0
        if item.get("required") or (item.type in ("photo", "repeat") and least > 0) or item.seed is not None:
            yield _error(path, "required")
        return
    yield from RULES[item.type](item, value, path)


def _bounds(item: Field, size: Any, path: str) -> Iterator[Error]:
    low, high = item.get("min"), item.get("max")
    if low is not None and size < low:
        yield _error(path, "min", min=low)
    if high is not None and size > high:
        yield _error(path, "max", max=high)


def _text(item: Field, value: str, path: str) -> Iterator[Error]:
    yield from _bounds(item, len(value), path)


def _number(item: Field, value: float, path: str) -> Iterator[Error]:
    most = item.get("decimals")
    if most is not None and values.decimals_of(value) > most:
        yield _error(path, "decimals", decimals=most)
    yield from _bounds(item, value, path)


def _select(item: Field, value: str, path: str) -> Iterator[Error]:
    if value not in item.choices:
        yield _error(path, "choice")


def _multi(item: Field, value: list[str], path: str) -> Iterator[Error]:
    if not set(value) <= set(item.choices):
        yield _error(path, "choice")
    if len(set(value)) < len(value):
        yield _error(path, "unique")
    yield from _bounds(item, len(value), path)


def _photo(item: Field, value: list[Any], path: str) -> Iterator[Error]:
    if len({one["id"] for one in value}) < len(value):
        yield _error(path, "unique")
    yield from _bounds(item, len(value), path)


def _scan(item: Field, value: str, path: str) -> Iterator[Error]:
    mask = item.get("mask")
    if mask is not None and not masks.fits(mask, value):
        yield _error(path, "mask", mask=mask)


def _repeat(item: Field, value: list[Any], path: str) -> Iterator[Error]:
    if item.seed is not None and len(value) != len(item.seed):
        yield _error(path, "rows", rows=len(item.seed))
        return
    yield from _bounds(item, len(value), path)
    for at, row in enumerate(value):
        for inner in item.items:
            here = f"{path}.{at}.{inner.id}"
            seeded = item.seed[at].get(inner.id) if item.seed is not None else None
            if seeded is not None and values.canonical(row.get(inner.id)) != values.canonical(seeded):
                yield _error(here, "seed")
            else:
                yield from _rules(inner, row.get(inner.id), here)


def _nothing(_item: Field, _value: Any, _path: str) -> Iterator[Error]:
    yield from ()


RULES: dict[str, Callable[[Field, Any, str], Iterator[Error]]] = {
    "text": _text, "number": _number, "bool": _nothing, "date": _bounds, "select": _select, "multi": _multi,
    "photo": _photo, "signature": _nothing, "scan": _scan, "repeat": _repeat,
}  # fmt: skip


def signatures_of(definition: Definition) -> frozenset[str]:
    """The questions that are answered by signing."""
    return frozenset(item.id for item in definition.fields if item.type == "signature")


def _bindings(definition: Definition, answers: Json) -> Iterator[Error]:
    """A signature holds for the answers that were signed, no others."""
    bound = [item for item in definition.fields if item.get("binds") and not values.is_blank(answers.get(item.id))]
    if not bound:
        return
    sha = values.answers_sha256(answers, signatures_of(definition))
    for item in bound:
        if answers[item.id]["answers_sha256"] != sha:
            yield _error(item.id, "binds")
