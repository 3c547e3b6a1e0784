"""What of a form goes outside: its items without those that are internal, and only the answers to these. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any


def items(found: Iterable[Mapping[str, Any]], without: frozenset[str] = frozenset()) -> list[dict[str, Any]]:
    """The items that a customer may see, without the types named; a section or repeat of which nothing is left goes too."""
    return [one for item in found if (one := _item(item, without)) is not None]


def _item(item: Mapping[str, Any], without: frozenset[str]) -> dict[str, Any] | None:
    if item.get("internal") is True or item["type"] in without:
        return None
    if "items" not in item:
        return dict(item)
    inner = items(item["items"], without)
    kept = {**item, "items": inner}
    if isinstance(item.get("seed"), list):
        kept["seed"] = [answers(inner, row) for row in item["seed"]]
    return kept if inner else None


def answers(shown: Iterable[Mapping[str, Any]], given: Mapping[str, Any]) -> dict[str, Any]:
    """Only what these items ask for, rows of a repeat alike."""
    found: dict[str, Any] = {}
    for item in shown:
        if item["type"] == "section":
            found |= answers(item["items"], given)
        elif item["id"] in given:
            value = given[item["id"]]
            is_rows = item["type"] == "repeat" and isinstance(value, list)
            found[item["id"]] = [answers(item["items"], row) for row in value] if is_rows else value
    return found
