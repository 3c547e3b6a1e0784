"""What of a form goes outside: its items without those that are internal, and only the answers to these. Pure."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import Any

from server.forms.engine import slots

# what is under a choice may tell what stays inside was answered
APART = frozenset({"rules", "parent"})
Shows = Callable[[str], bool]


def items(
    found: Iterable[Mapping[str, Any]], without: frozenset[str] = frozenset(), shows: Shows = lambda _path: True
) -> list[dict[str, Any]]:
    """The items that a customer may see, without the types named and what the form does not show; a section or repeat of which nothing is
    left goes too. What computes stays here: it may read what stays here."""
    return [one for item in found if (one := _item(item, without, shows)) is not None]


def _item(item: Mapping[str, Any], without: frozenset[str], shows: Shows) -> dict[str, Any] | None:
    if item.get("internal") is True or item["type"] in without:
        return None
    plain = {name: one for name, one in item.items() if name not in APART and not slots.is_computed(one)}
    if "items" not in item:
        return plain if shows(item["id"]) else None
    if item["type"] == "repeat":
        if not shows(item["id"]):
            return None
        inner = items(item["items"], without)  # a column is there for all rows
    else:
        inner = items(item["items"], without, shows)
    kept = {**plain, "items": inner}
    if isinstance(item.get("seed"), list):
        kept["seed"] = [answers(inner, row) for row in item["seed"]]
    return kept if inner else None


def answers(shown: Iterable[Mapping[str, Any]], given: Mapping[str, Any]) -> dict[str, Any]:
    """Only what these items ask for, rows of a repeat alike."""
    found: dict[str, Any] = {}
    for item in shown:
        if item["type"] in ("page", "section"):
            found |= answers(item["items"], given)
        elif item["id"] in given:
            value = given[item["id"]]
            is_rows = item["type"] == "repeat" and isinstance(value, list)
            found[item["id"]] = [answers(item["items"], row) for row in value] if is_rows else value
    return found


def lists(found: Mapping[str, Any], shown: Iterable[Mapping[str, Any]]) -> dict[str, Any]:
    """The choices of these items and of no others, without what they are offered under."""
    wanted = {name for item in shown for name in _named(item)}
    return {
        name: [{key: one for key, one in row.items() if key != "of"} for row in rows]
        for name, rows in found.items()
        if name in wanted
    }


def _named(item: Mapping[str, Any]) -> list[str]:
    inner = [name for one in item.get("items", []) for name in _named(one)]
    return [*inner, *([item["list"]] if isinstance(item.get("list"), str) else [])]
