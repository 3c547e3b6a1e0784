"""What is wrong with answers: a list of {path, rule_id, params} in the order of the form, equal to the byte on phone and server.

`shape_errors` are refused always (they could not be stored or read); the rest only when a form is finished. Pure; twin of validate.ts.
"""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator, Mapping
from typing import Any

from server.expressions import masks
from server.expressions import values as v
from server.expressions.numbers import ONE, Num
from server.expressions.values import Value
from server.forms.engine import values
from server.forms.engine.parts import MOST_PHOTOS, MOST_ROWS, MOST_TEXT, Definition, Field
from server.forms.engine.state import State

Error = dict[str, Any]
Json = Mapping[str, Any]

NOTHING: Mapping[str, Value] = {}


def _error(path: str, rule: str, /, **params: Any) -> Error:
    return {"path": path, "rule_id": rule, "params": params}


def shape_errors(definition: Definition, answers: Any) -> list[Error]:
    """Answers of the wrong type, to unknown questions, or larger than anything may be."""
    if not isinstance(answers, dict):
        return [_error("", "type")]
    return list(_shapes(definition.fields, answers, ""))


def errors(definition: Definition, answers: Any, inputs: Mapping[str, Value] = NOTHING) -> list[Error]:
    """Everything that keeps the form from being finished; empty when it may be. `inputs`: what it reads of its surroundings, as values.

    An answer that cannot be read is said to be so and judged no further; the others are.
    """
    if not isinstance(answers, dict):
        return [_error("", "type")]
    return verdict(State(definition, answers, inputs), answers)


def verdict(state: State, answers: Json) -> list[Error]:
    """The same of a form that is computed already."""
    judging = _Judging(state, answers)
    found = [one for item in state.definition.fields for one in judging.judge(item, answers.get(item.id))]
    found += _unknown(state.definition.fields, answers, "")
    is_readable = not shape_errors(state.definition, state.answers)  # what is hidden voids nothing and excuses nothing
    return found + (list(_bindings(state)) if is_readable else [])


def _shapes(fields: tuple[Field, ...], answers: Json, prefix: str) -> Iterator[Error]:
    for item in fields:
        value = answers.get(item.id)
        if value is not None and item.type != "note":
            yield from _shape(item, value, prefix + item.id)
    yield from _unknown(fields, answers, prefix)


def _unknown(fields: tuple[Field, ...], answers: Json, prefix: str) -> Iterator[Error]:
    known = {item.id for item in fields if item.type != "note"}
    if not prefix and "$why" in answers:
        known.add("$why")
        if not is_reasons(answers["$why"]):
            yield _error("$why", "type")
    for name in sorted(set(answers) - known):
        yield _error(prefix + name, "unknown")


def is_reasons(value: Any) -> bool:
    """{path: {rule: text}}: why an answer stands against a warning."""
    return (
        isinstance(value, dict)
        and len(value) <= MOST_REASONS
        and all(
            isinstance(one, dict) and all(values.is_text(why) and len(why) <= MOST_TEXT for why in one.values())
            for one in value.values()
        )
    )


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


def _is_finite(value: Any) -> bool:
    """A calc may be anything that its formula made on the phone; the server overwrites it."""
    return isinstance(value, (int, float)) and abs(value) <= sys.float_info.max


SHAPES: dict[str, Callable[[Field, Any], bool]] = {
    "text": lambda _item, value: values.is_text(value) and len(value) <= MOST_TEXT,
    "scan": lambda _item, value: values.is_text(value) and len(value) <= masks.MOST,
    "number": lambda _item, value: values.is_number(value),
    "bool": lambda _item, value: isinstance(value, bool),
    "date": lambda _item, value: value == "" or values.is_date(value),
    "datetime": lambda _item, value: value == "" or values.is_moment(value),
    "calc": lambda _item, value: isinstance(value, bool) or values.is_text(value) or _is_finite(value),
    "select": lambda _item, value: values.is_text(value),
    "multi": _is_choice_list,
    "photo": _is_photos,
    "signature": _is_signature,
}


class _Judging:
    """The rules of a form, asked of its answers as they stand."""

    def __init__(self, state: State, answers: Json) -> None:
        self._state = state
        why = answers.get("$why")
        self._why: Json = why if isinstance(why, dict) else {}

    def judge(self, item: Field, value: Any) -> Iterator[Error]:
        """A field outside of rows, or a repeat with its rows."""
        if not self._state.is_shown(item.id) or item.type == "note":
            return
        wrong = [] if value is None or item.type == "calc" else list(_shape(item, value, item.id))
        yield from (
            wrong or self._of_repeat(item, value) if item.type == "repeat" else wrong or self._of(item, value, item.id)
        )

    def _of(self, item: Field, value: Any, path: str) -> Iterator[Error]:
        self._state.at_row(path)
        if item.type == "calc":
            if self._state.value_at(path) is not None:
                yield from self._own_rules(item, path)
            return
        if values.is_blank(value):
            if self._state.slot(item, "required") or (item.type == "photo" and self._least(item) > 0):
                yield _error(path, "required")
            return
        if item.type in ("select", "multi") and not self._is_offered(item, value, path):
            yield _error(path, "choice")
        yield from RULES[item.type](item, value, path)
        yield from self._bounds(item, value, path)
        yield from self._own_rules(item, path)

    def _least(self, item: Field) -> int:
        found = self._state.bound(item, "min")
        return found[0] if found and isinstance(found[0], Num) else 0

    def _bounds(self, item: Field, value: Any, path: str) -> Iterator[Error]:
        size = Num(len(value) * ONE) if item.type in COUNTED else self._state.value_at(path)
        for name, beyond in (("min", -1), ("max", 1)):
            found = self._state.bound(item, name)
            if found and v.order_of(size, found[0]) == beyond:
                yield _error(path, name, **{name: found[1]})

    def _own_rules(self, item: Field, path: str) -> Iterator[Error]:
        for rule in item.rules:
            if self._state.keeps(rule.must):
                continue
            if rule.level == "error":
                yield _error(path, "rule", rule=rule.id)
                continue
            reasons = self._why.get(path)
            if values.is_blank(reasons.get(rule.id) if isinstance(reasons, dict) else None):
                yield _error(path, "reason", rule=rule.id)

    def _is_offered(self, item: Field, value: Any, path: str) -> bool:
        """Every choice is one of the list, and offered under what is chosen above it."""
        chosen = value if isinstance(value, list) else [value]
        above = self._above(item, path)
        return all(one in item.choices and (not item.offers.get(one) or item.offers[one] & above) for one in chosen)

    def _above(self, item: Field, path: str) -> frozenset[str]:
        parent = item.get("parent")
        if parent is None:
            return frozenset()
        root, _, rest = path.partition(".")
        row = f"{root}.{rest.partition('.')[0]}.{parent}" if rest else None
        found = self._state.value_at(row) if row and self._state.has(row) else self._state.value_at(parent)
        return frozenset(found if isinstance(found, list) else [found])

    def _of_repeat(self, item: Field, value: Any) -> Iterator[Error]:
        self._state.at_row(item.id)
        if values.is_blank(value):
            if self._least(item) > 0 or item.seed is not None:
                yield _error(item.id, "required")
            return
        if item.seed is not None and len(value) != len(item.seed):
            yield _error(item.id, "rows", rows=len(item.seed))
            return
        yield from self._bounds(item, value, item.id)
        for at, row in enumerate(value):
            for inner in item.items:
                yield from self._of_cell(item, inner, row.get(inner.id), at)

    def _of_cell(self, repeat: Field, item: Field, value: Any, at: int) -> Iterator[Error]:
        path = f"{repeat.id}.{at}.{item.id}"
        if not self._state.is_shown(path) or item.type == "note":
            return
        seeded = repeat.seed[at].get(item.id) if repeat.seed is not None else None
        if seeded is not None and values.canonical(value) != values.canonical(seeded):
            yield _error(path, "seed")
        else:
            yield from self._of(item, value, path)


COUNTED = frozenset({"text", "multi", "photo", "repeat"})
MOST_REASONS = 2_000


def _number(item: Field, value: float, path: str) -> Iterator[Error]:
    most = item.get("decimals")
    if most is not None and values.decimals_of(value) > most:
        yield _error(path, "decimals", decimals=most)


def _multi(_item: Field, value: list[str], path: str) -> Iterator[Error]:
    if len(set(value)) < len(value):
        yield _error(path, "unique")


def _photo(_item: Field, value: list[Any], path: str) -> Iterator[Error]:
    if len({one["id"] for one in value}) < len(value):
        yield _error(path, "unique")


def _scan(item: Field, value: str, path: str) -> Iterator[Error]:
    mask = item.get("mask")
    if mask is not None and not masks.fits(mask, value):
        yield _error(path, "mask", mask=mask)


def _nothing(_item: Field, _value: Any, _path: str) -> Iterator[Error]:
    yield from ()


RULES: dict[str, Callable[[Field, Any, str], Iterator[Error]]] = {
    "text": _nothing, "number": _number, "bool": _nothing, "date": _nothing, "datetime": _nothing, "select": _nothing, "multi": _multi,
    "photo": _photo, "signature": _nothing, "scan": _scan,
}  # fmt: skip


def signatures_of(definition: Definition) -> frozenset[str]:
    """The questions that are answered by signing."""
    return frozenset(item.id for item in definition.fields if item.type == "signature")


def _bindings(state: State) -> Iterator[Error]:
    """A signature holds for the answers that were signed, no others: those that count, what is computed among them."""
    answers = state.answers
    bound = [
        item for item in state.definition.fields if item.get("binds") and not values.is_blank(answers.get(item.id))
    ]
    if not bound:
        return
    sha = values.answers_sha256(answers, signatures_of(state.definition))
    for item in bound:
        if answers[item.id]["answers_sha256"] != sha:
            yield _error(item.id, "binds")
