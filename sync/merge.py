"""Field-level three-way merge (PROTOCOL 6). Pure: what becomes of each pushed value, given who wrote the field last."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Literal

Policy = Literal["theirs", "ours", "clash", "sum", "union"]


@dataclass(frozen=True)
class Writer:
    """The last writer of a field: the record's version after it, and the device (None: a screen or the server)."""

    version: int
    device_id: str | None


@dataclass(frozen=True)
class Verdict:
    """What to do with one pushed value: `value` is what becomes current; `kept` the value that does not, if any."""

    outcome: Literal["applied", "same", "merged", "clash", "overruled"]
    value: Any
    kept: Any = None


def is_changed_by_others(base_version: int | None, device_id: str | None, last: Writer | None) -> bool:
    """6.2: someone else wrote the field after the version that this edit started from."""
    if last is None or base_version is None:
        return False
    return last.version > base_version and (last.device_id is None or last.device_id != device_id)


def merge_field(policy: Policy, current: Any, pushed: Any, base: Any, *, is_foreign: bool) -> Verdict:  # noqa: PLR0911 - a row a policy
    """One field. `base` is what the phone saw (sum and union need it), `current` the server's value."""
    if current == pushed:
        return Verdict("same", current)
    if not is_foreign:
        return Verdict("applied", pushed)
    if policy == "theirs":
        return Verdict("merged", pushed, kept=current)
    if policy == "sum":
        return Verdict("merged", (current or 0) + (pushed or 0) - (base or 0))
    if policy == "union":
        return Verdict("merged", list(current or []) + [one for one in pushed or [] if one not in (current or [])])
    if policy == "ours":
        return Verdict("overruled", current, kept=pushed)
    return Verdict("clash", current, kept=pushed)


def merge(
    policies: Mapping[str, Policy],
    current: Mapping[str, Any],
    pushed: Mapping[str, Any],
    base: Mapping[str, Any],
    writers: Mapping[str, Writer],
    *,
    base_version: int | None,
    device_id: str | None,
) -> dict[str, Verdict]:
    """The verdict for each pushed field; a field without a policy clashes."""
    return {
        field: merge_field(
            policies.get(field, "clash"), current.get(field), value, base.get(field),
            is_foreign=is_changed_by_others(base_version, device_id, writers.get(field)),
        )
        for field, value in pushed.items()
    }  # fmt: skip
