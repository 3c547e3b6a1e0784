"""The status of a work order from the states of its visits: the table is the flow's data, this only reads it. Pure."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

ORDER = ("in_progress", "waiting", "scheduled", "new", "done", "cancelled")
ENDED = frozenset({"done", "cannot_complete", "cancelled"})


@dataclass(frozen=True)
class VisitState:
    """A visit as far as the status depends on it; sequences of them are in order of planning."""

    status: str
    outcome: str | None = None
    has_engineer: bool = True


def status_of(node: Mapping[str, Any], visits: Sequence[VisitState]) -> dict[str, Any]:
    """{"key", "category", "label", "customer"} for a `visit` node of a flow.

    A key is a state, or state:outcome, or state:nobody for a visit that nobody is sent to, where the table has one. Visits
    that go on decide together by precedence; when all
    have ended the last that was not cancelled decides (an earlier "needs parts" is over once a later visit was done).
    """
    going_on = [visit for visit in visits if visit.status not in ENDED]
    ended = [visit for visit in visits if visit.status in ENDED]
    deciding = going_on or [visit for visit in ended if visit.status != "cancelled"][-1:] or ended[-1:]
    if not deciding:
        return {"key": "none", **node["status_without_visit"]}
    rows = [_row(node["status_by_visit"], visit) for visit in deciding]
    return min(rows, key=lambda row: ORDER.index(row["category"]))


def _row(table: Mapping[str, Any], visit: VisitState) -> dict[str, Any]:
    narrow = f"{visit.status}:{visit.outcome if visit.has_engineer else 'nobody'}"
    key = narrow if narrow in table else visit.status
    return {"key": key, **table[key]}


def faults(node: Mapping[str, Any], states: Sequence[str]) -> list[str]:
    """What is wrong with a node's table, in words; empty when every state has a row with all three words."""
    found = [f"no row for {state}" for state in states if state not in node.get("status_by_visit", {})]
    rows = {**node.get("status_by_visit", {}), "without visit": node.get("status_without_visit", {})}
    for key, row in rows.items():
        if row.get("category") not in ORDER:
            found.append(f"{key}: unknown category {row.get('category')}")
        found += [f"{key}: no {part} in {locale}" for part in ("label", "customer") for locale in ("en", "zh-CN")
                  if not row.get(part, {}).get(locale)]  # fmt: skip
    return found
