"""The literals of a field: which it may have, of which type, and what is wrong with one. Pure."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from server.expressions import masks
from server.forms.engine.values import is_date

Json = Mapping[str, Any]


@dataclass(frozen=True)
class Fault:
    """What is wrong with a template, and where: `path` walks its JSON."""

    path: str
    code: str
    params: Json = field(default_factory=dict)

    def as_json(self) -> dict[str, Any]:
        return {"path": self.path, "code": self.code, "params": dict(self.params)}


def _is_flag(value: Any) -> bool:
    return isinstance(value, bool)


def _is_count(value: Any) -> bool:
    return isinstance(value, int) and not isinstance(value, bool) and 0 <= value <= 10_000


def _is_number(value: Any) -> bool:
    return (
        isinstance(value, (int, float)) and not isinstance(value, bool) and math.isfinite(value) and abs(value) < 1e15
    )


def _is_decimals(value: Any) -> bool:
    return _is_count(value) and value <= 10


def _is_unit(value: Any) -> bool:
    if not isinstance(value, dict) or not set(value) <= {"code", "display"}:
        return False
    codes = [value.get("code"), *(value["display"] if isinstance(value.get("display"), list) else [])]
    return all(isinstance(one, str) and 1 <= len(one) <= 20 for one in codes)


def _is_text(value: Any) -> bool:
    return isinstance(value, str) and 1 <= len(value) <= 80


Check = Callable[[Any], bool]
COUNTS: dict[str, Check] = {"min": _is_count, "max": _is_count}
# internal: for the company only, never on a customer's page
ALWAYS: dict[str, Check] = {"required": _is_flag, "report": _is_flag, "internal": _is_flag}
OF_TYPE: dict[str, dict[str, Check]] = {
    "text": {**COUNTS, "lines": _is_count},
    "number": {"min": _is_number, "max": _is_number, "decimals": _is_decimals, "unit": _is_unit},
    "bool": {},
    "date": {"min": is_date, "max": is_date},
    "select": {"list": _is_text},
    "multi": {**COUNTS, "list": _is_text},
    "photo": COUNTS,
    "signature": {"binds": lambda value: value == "answers_sha256"},
    "scan": {"mask": masks.is_mask, "is_serial": _is_flag},
    "repeat": COUNTS,
}
STRUCTURE = frozenset({"id", "type", "label", "hint", "items", "rows", "seed"})


def literals(item: Json) -> dict[str, Any]:
    """The literals of a field as they are."""
    return {name: value for name, value in item.items() if name not in STRUCTURE}


def unknown(item: Json, path: str, name: str) -> Fault:
    """A property that this step does not know: refused, since a form without it would mean something else."""
    return Fault(f"{path}.{name}", "computed" if _computes(item[name]) else "property_unknown")


def _computes(value: Any) -> bool:
    return isinstance(value, dict) and "ast" in value


def faults_of(item: Json, path: str, names: tuple[str, ...] | None = None) -> list[Fault]:
    """What is wrong with the literals of a field; of `names` only, if given."""
    allowed = {**ALWAYS, **OF_TYPE[item["type"]]}
    found: list[Fault] = []
    for name, value in literals(item).items():
        if names is not None and name not in names:
            continue
        if name not in allowed:
            found.append(unknown(item, path, name))
        elif _computes(value):
            found.append(Fault(f"{path}.{name}", "computed"))
        elif not allowed[name](value):
            found.append(Fault(f"{path}.{name}", "type", {"wanted": name}))
    low, high = item.get("min"), item.get("max")
    if not found and low is not None and high is not None and low > high:
        found.append(Fault(f"{path}.max", "reversed"))
    return found
