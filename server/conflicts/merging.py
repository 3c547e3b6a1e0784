"""Edits of fields: every one goes through the three-way merge of `sync`, phones' and screens' alike.

A phone's clash becomes a conflict record; a screen's is answered at once with the present state (version_conflict).
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Mapping
from typing import Any, TypeVar

import sqlalchemy as sa
from sqlalchemy.orm import Session

from server.conflicts import events
from server.conflicts.models import Conflict
from server.core import journal
from server.core.acts import Act
from server.core.canonical import wire_time
from server.core.db import Base, Record
from server.core.errors import Problem
from server.core.events import Event
from server.core.rows import row_of
from server.permissions import policy
from sync.merge import Policy, Verdict, Writer, merge

OrderNaming = Callable[[Session, str, str, str], str | None]
_order_naming: list[OrderNaming] = []
R = TypeVar("R", bound=Record)


def wire(order_naming: OrderNaming) -> None:
    """Wiring says which order a clash about a shared record (a site, a contact) belongs to: its team and region see it."""
    _order_naming[:] = [order_naming]


def edit(
    act: Act,
    record: R,
    args: Mapping[str, Any],
    policies: Mapping[str, Policy],
    event: Event,
    *,
    aggregate_id: str | None = None,
) -> R:
    """Merge `args["set"]` into the record, raise conflicts, journal `event` when anything changed."""
    wanted = args["set"]
    policy.require_writable(act.actor, record.entity, wanted)
    last = _last_writers(act, record, list(wanted))
    verdicts = merge(
        policies, {name: getattr(record, name) for name in wanted}, wanted, args.get("base", {}),
        {name: Writer(row.version, row.device_id) for name, row in last.items()},
        base_version=_base(act, record), device_id=act.device_id,
    )  # fmt: skip
    if act.device_id is None and any(
        verdict.outcome in ("clash", "merged", "overruled") for verdict in verdicts.values()
    ):
        raise Problem("version_conflict", extra={"present": policy.shown(act.actor, record.entity, row_of(record))})
    _apply(act, record, verdicts, event, aggregate_id)
    for name, verdict in verdicts.items():
        _keep(act, record, name, verdict, last.get(name), aggregate_id)
    act.code = _code(verdicts)
    return record


def _base(act: Act, record: Record) -> int | None:
    """What a phone saw. None, or a version from a future that a restore took away, is nothing it can vouch for."""
    is_unsure = act.base_version is None or act.base_version > record.version
    return 0 if act.device_id is not None and is_unsure else act.base_version


def _last_writers(act: Act, record: Record, names: list[str]) -> dict[str, Any]:
    table = Base.metadata.tables["field_write"]
    rows = act.session.execute(
        sa.select(table).where(
            table.c.entity == record.entity, table.c.entity_id == record.id, table.c.field.in_(names)
        )
    )
    return {row.field: row for row in rows}


def _apply(act: Act, record: Record, verdicts: Mapping[str, Verdict], event: Event, aggregate_id: str | None) -> None:
    changed = {name: one for name, one in verdicts.items() if one.outcome in ("applied", "merged")}
    overruled = {name: _plain(one.kept) for name, one in verdicts.items() if one.outcome == "overruled"}
    for name, one in changed.items():
        setattr(record, name, one.value)
    if changed or overruled:
        journal.record(act, event, record, aggregate_id=aggregate_id, **({"overruled": overruled} if overruled else {}))


def _keep(act: Act, record: Record, name: str, verdict: Verdict, last: Any, aggregate_id: str | None) -> None:
    """A clash is stored for someone to choose; a later value of the same device replaces or settles its open one."""
    open_one = act.session.execute(
        sa.select(Conflict).where(
            Conflict.record_id == record.id, Conflict.field == name, Conflict.state == "open",
            Conflict.theirs_device_id == act.device_id,
        )
    ).scalar_one_or_none() if act.device_id else None  # fmt: skip
    if verdict.outcome == "clash":
        order_id = aggregate_id or _order_naming[0](act.session, record.entity, record.id, act.actor.id)
        found = open_one or Conflict(
            record_entity=record.entity, record_id=record.id, field=name, work_order_id=order_id, theirs_device_id=act.device_id,
        )  # fmt: skip
        found.ours, found.theirs = {"value": _plain(verdict.value)}, {"value": _plain(verdict.kept)}
        found.ours_by, found.ours_at = (last.written_by or "", last.written_at) if last else ("", None)
        found.theirs_by, found.theirs_user_id, found.theirs_at, found.mid = (
            act.actor.name,
            act.actor.id,
            act.happened_at,
            act.mid,
        )
        act.session.add(found)
        journal.record(act, events.REPLACED if open_one else events.RAISED, found)
    elif open_one is not None:
        open_one.state, open_one.chosen = "resolved", "later_value"
        open_one.resolved_by_id, open_one.resolved_at = act.actor.id, act.at
        journal.record(act, events.RESOLVED, open_one)


def _code(verdicts: Mapping[str, Verdict]) -> str:
    outcomes = {verdict.outcome for verdict in verdicts.values()}
    if "clash" in outcomes:
        return "clash"
    if outcomes & {"merged", "overruled"}:
        return "merged"
    return "applied" if "applied" in outcomes or not outcomes else "already_done"


def _plain(value: Any) -> Any:
    if isinstance(value, dt.datetime):
        return wire_time(value)
    return value.isoformat() if isinstance(value, dt.date) else value
