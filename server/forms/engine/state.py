"""A form as it stands: what is shown, what is computed, and the answers that count. Pure; twin of pwa/src/engines/forms/state.ts.

What is hidden is null for every reader, and is not among the answers that count. A calc is whatever its formula says now.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import Any

from server.expressions import numbers
from server.expressions import values as v
from server.expressions.evaluate import Expression
from server.expressions.numbers import Num
from server.expressions.values import Day, Duration, Moment, Value
from server.forms.engine import slots, values
from server.forms.engine.parts import MOST_ROWS, Definition, Field, Json

Row = dict[str, Any]


def rows_of(item: Field, given: Any) -> list[Row]:
    """The rows of a repeat as they stand: fixed ones are there before anybody answers."""
    is_list = (
        isinstance(given, list) and len(given) <= MOST_ROWS
    )  # more of them are no answer: nobody computes a million rows
    rows = [row for row in given if isinstance(row, dict)] if is_list else []
    if item.seed is None or len(rows) == len(item.seed):
        return rows
    return [{**(rows[at] if at < len(rows) else {}), **seed} for at, seed in enumerate(item.seed)]


def value_of(item: Field, given: Any) -> Value:
    """An answer as a value of the language; what cannot be read is null, the verdict on it is another's."""
    if values.is_blank(given):
        return None
    return READ.get(item.type, _text)(given)


def _text(given: Any) -> Value:
    return v.text(given) if values.is_text(given) else None


READ: dict[str, Callable[[Any], Value]] = {
    "number": lambda given: numbers.from_json(given) if values.is_number(given) else None,
    "bool": lambda given: given if isinstance(given, bool) else None,
    "date": v.read_date,
    "datetime": v.read_moment,
    "signature": lambda given: given["id"] if values.is_file(given) else None,
    "multi": lambda given: _several(given, values.is_text, v.text),
    "photo": lambda given: _several(given, values.is_file, lambda one: one["id"]),
}


def _several(given: Any, is_one: Callable[[Any], bool], of: Callable[[Any], Value]) -> Value:
    return [of(one) for one in given] if isinstance(given, list) and all(is_one(one) for one in given) else None


def plain(value: Value) -> Any:
    """A value as an answer or a parameter holds it: numbers as numbers, dates and moments as text, a duration as its seconds."""
    if isinstance(value, Num):
        written = numbers.text_of(value)
        return float(written) if "." in written else int(written)
    if isinstance(value, Day):
        return v.write_date(value)
    if isinstance(value, Moment):
        return v.write_moment(value)
    if isinstance(value, Duration):
        return value.seconds
    return None if isinstance(value, (list, dict)) else value


class State:
    """One form with its answers and what it reads of its surroundings, computed once as a whole."""

    def __init__(self, definition: Definition, answers: Json, inputs: Mapping[str, Value]) -> None:
        self.definition = definition
        self._given = answers
        self._context: dict[str, Value] = dict(inputs)
        self._boxes: dict[str, bool] = {}
        self._shown: dict[str, bool] = {}
        self._rows: dict[str, list[Row]] = {}
        self._values: dict[str, list[Row]] = {}
        self._calcs: dict[str, Any] = {}
        fields = {item.id: item for item in definition.fields}
        for step in definition.plan:
            root, _, column = step.partition(".")
            if root in definition.boxes:
                self._open(root)
            elif column:
                self._fill(fields[root], next(one for one in fields[root].items if one.id == column))
            elif fields[root].type == "repeat":
                self._unroll(fields[root])
            else:
                self._settle(fields[root])

    def _open(self, one: str) -> None:
        box = self.definition.boxes[one]
        around = box.within is None or self._boxes[box.within]
        self._boxes[one] = around and box.is_visible and (box.visible is None or self._is_true(box.visible))

    def _is_shown(self, item: Field) -> bool:
        if item.box is not None and not self._boxes[item.box]:
            return False
        return bool(self.slot(item, "visible", True))

    def _settle(self, item: Field) -> None:
        self._shown[item.id] = shown = self._is_shown(item)
        self._context[item.id] = self._value(item, item.id, self._given.get(item.id), shown=shown)

    def _value(self, item: Field, path: str, given: Any, *, shown: bool) -> Value:
        if not shown:
            return None
        if item.type != "calc":
            return value_of(item, given)
        found = item.formulas["calc"].value(self._context)
        places = item.get("decimals")
        if isinstance(found, Num) and places is not None:
            step = 10 ** (numbers.PLACES - places)
            found = numbers.within(numbers.divided(found, step) * step)
        self._calcs[path] = plain(found)
        return None if isinstance(found, (list, dict)) else found

    def _unroll(self, item: Field) -> None:
        self._shown[item.id] = shown = self._is_shown(item)
        self._rows[item.id] = rows_of(item, self._given.get(item.id)) if shown else []
        self._values[item.id] = [{} for _ in self._rows[item.id]]
        self._context[item.id] = self._values[item.id] or None

    def _fill(self, repeat: Field, item: Field) -> None:
        for at, row in enumerate(self._rows[repeat.id]):
            path = f"{repeat.id}.{at}.{item.id}"
            self._context["row"] = self._values[repeat.id][at]
            self._shown[path] = shown = bool(self.slot(item, "visible", True))
            self._values[repeat.id][at][item.id] = self._value(item, path, row.get(item.id), shown=shown)
        self._context.pop("row", None)

    def _is_true(self, expression: Expression) -> bool:
        return expression.value(self._context) is True

    def at_row(self, path: str) -> State:
        """Makes `row` the row that a path stands in, for what is asked next."""
        root, _, rest = path.partition(".")
        at = rest.partition(".")[0]
        self._context["row"] = self._values[root][int(at)] if at else None
        return self

    def is_shown(self, path: str) -> bool:
        """Whether a field (`pressure`, `checks.2.note`) is there for its reader."""
        return self._shown.get(path, False)

    def has(self, path: str) -> bool:
        """Whether there is a field at a path, shown or not."""
        return path in self._shown

    def value_at(self, path: str) -> Value:
        """What counts at a field."""
        root, _, rest = path.partition(".")
        if not rest:
            return self._context.get(root)
        at, _, column = rest.partition(".")
        return self._values[root][int(at)].get(column)

    def slot(self, item: Field, name: str, otherwise: Any = None) -> Any:
        """A flag of a field, computed or as it stands: computed only `true` is true."""
        formula = item.formulas.get(name)
        return item.get(name, otherwise) if formula is None else self._is_true(formula)

    def bound(self, item: Field, name: str) -> tuple[Value, Any] | None:
        """`min` or `max` as a value and as JSON; None where there is none, or nothing came of its formula."""
        formula = item.formulas.get(name)
        if formula is None:
            literal = item.get(name)
            return None if literal is None else (slots.literal_of(item.type, literal), literal)
        found = formula.value(self._context)
        return None if found is None else (found, plain(found))

    def keeps(self, expression: Expression) -> bool:
        """Whether a rule is kept."""
        return self._is_true(expression)

    @property
    def answers(self) -> dict[str, Any]:
        """What counts, as JSON: the answers that are shown, and the calcs. Reasons (`$why`) stay for what is shown."""
        kept = self._members(self.definition.fields, self._given, "")
        why = self._given.get("$why")
        if isinstance(why, dict):
            reasons = {path: one for path, one in why.items() if self.is_shown(path)}
            kept |= {"$why": reasons} if reasons else {}
        return _there(kept)

    def _members(self, fields: Iterable[Field], given: Json, prefix: str) -> dict[str, Any]:
        kept: dict[str, Any] = {}
        for item in fields:
            path = prefix + item.id
            if item.type != "note" and self.is_shown(path):
                kept[item.id] = self._member(item, given.get(item.id), path)
        return kept

    def _member(self, item: Field, given: Any, path: str) -> Any:
        if item.type == "calc":
            return self._calcs.get(path)
        if item.type != "repeat":
            return given
        if values.is_blank(given):
            return None
        rows = enumerate(self._rows[item.id])
        return [_there(self._members(item.items, row, f"{path}.{at}.")) for at, row in rows]


def _there(members: dict[str, Any]) -> dict[str, Any]:
    return {name: one for name, one in members.items() if one is not None}


def defaults(definition: Definition, inputs: Mapping[str, Value]) -> dict[str, Any]:
    """The answers that a form begins with; those of a row are `row_defaults`."""
    return _defaults(definition.fields, inputs)


def row_defaults(repeat: Field, inputs: Mapping[str, Value]) -> dict[str, Any]:
    """The answers that a new row begins with."""
    return _defaults(repeat.items, inputs)


def _defaults(fields: Iterable[Field], inputs: Mapping[str, Value]) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for item in fields:
        formula = item.formulas.get("default")
        one = item.get("default") if formula is None else _answer_of(item, formula.value(inputs))
        if one is not None:
            found[item.id] = one
    return found


def _answer_of(item: Field, value: Value) -> Any:
    if item.type == "multi":
        return value if isinstance(value, list) and value and all(isinstance(one, str) for one in value) else None
    return plain(value)
