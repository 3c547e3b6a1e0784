"""What a form reads of where it is filled in: captured on the phone when it is begun, kept with what is handed in, read again here. Pure.

Twin: pwa/src/engines/forms/inputs.ts. As JSON it is a tree of the names that the form reads and no others: {"asset": {"serial": "CH204187"}}.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from server.expressions import values as v
from server.expressions.values import Value
from server.forms.engine.formulas import SURROUNDINGS
from server.forms.engine.parts import MOST_TEXT, Definition

MOST_LAST = 200_000


def taken(definition: Definition, given: Any) -> dict[str, Any]:
    """Of what was sent only what the form reads, of the kind that it is; what is not there is left out."""
    kept: dict[str, Any] = {}
    if not isinstance(given, Mapping):
        return kept
    for path in sorted(definition.inputs):
        names, found = _at(given, path.split("."))
        if found is not None and _is_fit(path, found):
            _put(kept, names, v.to_json(found))
    return kept


def _at(tree: Any, path: list[str]) -> tuple[list[str], Value]:
    """What is found on the way, and how far the way went: rows of the last time are taken whole."""
    for at, name in enumerate(path):
        if isinstance(tree, list):
            return path[:at], v.from_json(tree)
        tree = tree.get(name) if isinstance(tree, Mapping) else None
    return path, v.from_json(tree)


def _is_fit(path: str, found: Value) -> bool:
    """A value of its kind and of a size that somebody could have seen."""
    kind = SURROUNDINGS.get(path)
    if kind is None:
        return len(json.dumps(v.to_json(found))) <= MOST_LAST
    return v.type_of(found) == kind and (kind != "text" or len(found) <= MOST_TEXT)


def _put(tree: dict[str, Any], path: list[str], value: Any) -> None:
    *way, last = path
    for name in way:
        step = tree.setdefault(name, {})
        if not isinstance(step, dict):
            return  # a name that is read whole has this part in it
        tree = step
    tree[last] = value


def context(kept: Mapping[str, Any]) -> dict[str, Value]:
    """What was kept, as values that formulas read."""
    return {name: v.from_json(one) for name, one in kept.items()}
