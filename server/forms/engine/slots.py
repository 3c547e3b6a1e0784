"""The slots of a field: which it may have, of which type a literal must be, which may be computed and what must come of it. Pure.

A slot that computes is `{"ast": …}`, beside it perhaps `"src"`, the formula as it was written.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, TypeGuard

from server.expressions import masks
from server.expressions import values as v
from server.forms.engine.values import is_date, is_moment, is_text

Json = Mapping[str, Any]


@dataclass(frozen=True)
class Fault:
    """What is wrong with a template, and where: `path` walks its JSON."""

    path: str
    code: str
    params: Json = field(default_factory=dict)

    def as_json(self) -> dict[str, Any]:
        return {"path": self.path, "code": self.code, "params": dict(self.params)}


class TemplateError(Exception):
    """The template cannot be used; `faults` says where and why."""

    def __init__(self, faults: list[Fault]) -> None:
        super().__init__(f"{len(faults)} faults")
        self.faults = faults


def _is_flag(value: Any) -> bool:
    return isinstance(value, bool)


def _is_count(value: Any) -> bool:
    return isinstance(value, int) and not isinstance(value, bool) and 0 <= value <= 10_000


def _is_number(value: Any) -> bool:
    return isinstance(value, (int, float)) and not isinstance(value, bool) and abs(value) < 1e15


def _is_decimals(value: Any) -> bool:
    return _is_count(value) and value <= 10


def _is_unit(value: Any) -> bool:
    if not isinstance(value, dict) or not set(value) <= {"code", "display"}:
        return False
    codes = [value.get("code"), *(value["display"] if isinstance(value.get("display"), list) else [])]
    return all(isinstance(one, str) and 1 <= len(one) <= 20 for one in codes)


def _is_name(value: Any) -> bool:
    return isinstance(value, str) and 1 <= len(value) <= 80


def _is_answer(value: Any) -> bool:
    return is_text(value) and value != ""


def _never(_value: Any) -> bool:
    return False


Check = Callable[[Any], bool]
# internal: for the company only, never on a customer's page
SHOWN: dict[str, Check] = {"visible": _is_flag, "report": _is_flag, "internal": _is_flag}
ASKED: dict[str, Check] = {**SHOWN, "required": _is_flag, "readonly": _is_flag}
COUNTS: dict[str, Check] = {"min": _is_count, "max": _is_count}
CHOSEN: dict[str, Check] = {**ASKED, "list": _is_name, "parent": _is_name}
OF_TYPE: dict[str, dict[str, Check]] = {
    "text": {**ASKED, **COUNTS, "lines": _is_count, "default": _is_answer},
    "number": {
        **ASKED, "min": _is_number, "max": _is_number, "decimals": _is_decimals, "unit": _is_unit, "default": _is_number,
    },
    "bool": {**ASKED, "default": _is_flag},
    "date": {**ASKED, "min": is_date, "max": is_date, "default": is_date},
    "datetime": {**ASKED, "min": is_moment, "max": is_moment, "default": is_moment},
    "select": {**CHOSEN, "default": _is_name},
    "multi": {**CHOSEN, **COUNTS, "default": _never},
    "photo": {**ASKED, **COUNTS},
    "signature": {**ASKED, "binds": lambda value: value == "answers_sha256"},
    "scan": {**ASKED, "mask": masks.is_mask, "is_serial": _is_flag, "default": _is_answer},
    "calc": {**SHOWN, "decimals": _is_decimals, "unit": _is_unit, "calc": _never},
    "note": {"visible": _is_flag, "internal": _is_flag},
    "repeat": {**COUNTS, "visible": _is_flag},
    "section": {"visible": _is_flag},
    "page": {"visible": _is_flag},
}  # fmt: skip
STRUCTURE = frozenset({"id", "type", "label", "hint", "items", "rows", "seed", "rules", "layout"})

BOOL = ("bool",)
KINDS: dict[str, str] = {
    "text": "text", "scan": "text", "select": "text", "number": "num", "bool": "bool", "date": "date",
    "datetime": "datetime", "multi": "list:text", "photo": "list:text", "repeat": "list:row",
}  # fmt: skip
SCALARS = ("bool", "num", "text", "date", "datetime", "duration")


def wanted(kind: str, name: str) -> tuple[str, ...] | None:
    """What may come of a slot that is computed, by the type of its field; None where the slot takes literals only."""
    if name in ("visible", "required", "readonly"):
        return BOOL
    if name in ("min", "max"):
        return (KINDS[kind],) if kind in ("date", "datetime") else ("num",)
    if name == "default":
        return (KINDS[kind],)
    return SCALARS if name == "calc" else None


def literal_of(kind: str, value: Any) -> v.Value:
    """A literal bound as a value of the language."""
    read = {"date": v.read_date, "datetime": v.read_moment}.get(kind, v.from_json)
    return read(value)


def literals(item: Json) -> dict[str, Any]:
    """The literals of a field as they are."""
    return {name: one for name, one in item.items() if name not in STRUCTURE and not is_computed(one)}


def computed(item: Json) -> dict[str, Any]:
    """The expressions of a field by their slots."""
    return {name: one["ast"] for name, one in item.items() if name not in STRUCTURE and is_computed(one)}


def is_computed(value: Any) -> TypeGuard[dict[str, Any]]:
    """Whether a slot holds an expression."""
    return isinstance(value, dict) and "ast" in value


def faults_of(item: Json, path: str) -> list[Fault]:
    """What is wrong with the slots of a field. A property that is not known is refused: a form without it would mean something else."""
    allowed = OF_TYPE[item["type"]]
    found = [
        fault
        for name, value in item.items()
        if name not in STRUCTURE
        for fault in _faults(item["type"], name, value, allowed, f"{path}.{name}")
    ]
    low, high = literals(item).get("min"), literals(item).get("max")
    if not found and low is not None and high is not None and _is_reversed(item["type"], low, high):
        found.append(Fault(f"{path}.max", "reversed"))
    return found


def _is_reversed(kind: str, low: Any, high: Any) -> bool:
    return v.order_of(literal_of(kind, low), literal_of(kind, high)) == 1


def _faults(kind: str, name: str, value: Any, allowed: Mapping[str, Check], path: str) -> list[Fault]:
    if name not in allowed:
        return [Fault(path, "property_unknown")]
    if is_computed(value):
        is_odd = not set(value) <= {"ast", "src"} or not isinstance(value.get("src", ""), str)
        if is_odd or wanted(kind, name) is None:
            return [Fault(path, "computed")]
    elif not allowed[name](value):
        return [Fault(path, "type", {"wanted": name})]
    return []
