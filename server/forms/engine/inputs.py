"""What a form reads of where it is filled in: captured on the phone when it is begun, kept with what is handed in, read again here. Pure.

Twin: pwa/src/engines/forms/inputs.ts. As JSON it is a tree of the names that the form reads and no others: {"asset": {"serial": "CH204187"}}.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from server.expressions import values as v
from server.expressions.values import Value
from server.forms.engine.parts import Definition


def taken(definition: Definition, given: Any) -> dict[str, Any]:
    """Of what was sent only what the form reads; what is not there is left out."""
    kept: dict[str, Any] = {}
    for path in sorted(definition.inputs):
        found = _at(given, path.split("."))
        if found is not None:
            _put(kept, path.split("."), found)
    return kept


def _at(tree: Any, path: list[str]) -> Any:
    for name in path:
        tree = tree.get(name) if isinstance(tree, Mapping) else None
    return v.to_json(v.from_json(tree))


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
