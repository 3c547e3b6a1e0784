"""Writes of visits: planning by the office, the life cycle through the machine, findings. One function per command."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from typing import Any

from server.accounts.models import User
from server.conflicts import merging
from server.core import journal
from server.core.acts import Act
from server.core.canonical import wire_time
from server.core.errors import Problem, declare
from server.permissions import policy
from server.work_orders import events, sentences
from server.work_orders.engine import machine
from server.work_orders.models import Visit, VisitAssignment, WorkOrder
from server.work_orders.operations import refresh_status, write_comment
from server.work_orders.queries import lock_order, lock_visit, visits_of, was_assigned
from sync.merge import Policy

declare("visit_superseded", 409, "never", en="{sentence}", zh="{sentence}")
declare("visit_needs_fix", 422, "never", en="{sentence}", zh="{sentence}")
declare("engineer_unknown", 422, "never", en="Choose an active engineer.", zh="请选择一位在职的工程师。")
declare("times_reversed", 422, "never", en="The end lies before the start.", zh="结束时间早于开始时间。")

POLICIES: dict[str, Policy] = {"findings": "theirs"}
TIMES = ("accepted_at", "travel_started_at", "arrived_at", "paused_at", "completed_at")
MACHINE_FIELDS = ("status", "engineer_id", "findings", "outcome", "reason", "paused_from", "last_step", *TIMES)
Operation = Callable[[Act, str, dict[str, Any]], Visit]


def _as_machine_sees(visit: Visit) -> dict[str, Any]:
    seen = {name: getattr(visit, name) for name in MACHINE_FIELDS}
    return {name: wire_time(value) if isinstance(value, dt.datetime) else value for name, value in seen.items()}


def _write(visit: Visit, changes: dict[str, Any]) -> None:
    for name, value in changes.items():
        is_time = name in TIMES and value is not None
        setattr(visit, name, dt.datetime.fromisoformat(value.replace("Z", "+00:00")) if is_time else value)


def _take_step(act: Act, order: WorkOrder, visit: Visit, command: str, args: dict[str, Any]) -> Visit:
    """Ask the machine, write what it says, tell the journal, refresh the order's status."""
    by = None if policy.has(act.actor, "visit.for_others") else act.actor.id
    answer = machine.step(_as_machine_sees(visit), command, {**args, "by": by}, wire_time(act.happened_at))
    if answer["state"] == "duplicate":
        act.code = "already_done"
        return visit
    if answer["state"] == "refused":
        raise Problem(
            f"visit_{answer['code']}", sentence=sentences.SUGGESTIONS[answer["suggestion"]],
            extra={"suggestion": answer["suggestion"]},
        )  # fmt: skip
    if visit.status_changed_at is not None and act.happened_at < visit.status_changed_at:
        act.code = "applied_late"
    _write(visit, answer["changes"])
    visit.status_changed_at = act.happened_at
    if command == "visit.dispatch":
        _hand_over(act, visit)
    if visit.engineer_id is None:
        visit.is_on_phone = False
    elif command == "visit.revert" and visit.status != "planned":
        visit.is_on_phone = True  # declining took it off the phone, the undo brings it back
    journal.record(act, events.BY_COMMAND[command], visit)
    refresh_status(act, order)
    return visit


def _require_engineer(act: Act, user_id: str | None) -> User:
    engineer = policy.find(act, User, user_id or "") if user_id else None
    if engineer is None or not engineer.is_active:
        raise Problem("engineer_unknown", fields={"engineer_id": ["unknown"]})
    return engineer


def _hand_over(act: Act, visit: Visit) -> None:
    """From now on the visit lives on the engineer's phone, and what he ever enters for it is kept."""
    engineer = _require_engineer(act, visit.engineer_id)
    visit.dispatched_at, visit.is_on_phone = act.happened_at, True
    if act.session.get(VisitAssignment, (visit.id, engineer.id)) is None:
        act.session.add(VisitAssignment(visit_id=visit.id, engineer_id=engineer.id, first_at=act.at))


def _step_command(command: str) -> Operation:
    def operation(act: Act, visit_id: str, args: dict[str, Any]) -> Visit:
        order, visit = lock_visit(act.session, visit_id)
        is_former = act.origin == "sync" and was_assigned(act.session, visit.id, act.actor.id)
        policy.require(act, command, None if is_former else visit)
        if command == "visit.unassign":
            _require_seen(act, visit)
        return _take_step(act, order, visit, command, args)

    operation.__name__ = command.replace(".", "_")
    operation.__doc__ = f"Command {command}: see the visit machine."
    return operation


STEPS: dict[str, Operation] = {command: _step_command(command) for command in machine.COMMANDS}


def plan_visit(act: Act, visit_id: str, args: dict[str, Any]) -> Visit:
    """Command visit.plan: a trip for an order, not yet sent to anyone."""
    if not args["work_order_id"]:
        raise Problem("input_invalid", fields={"work_order_id": ["missing"]})
    order = lock_order(act.session, args["work_order_id"])
    policy.require(act, "visit.plan", order)
    if order.category in ("cancelled",):
        raise Problem("order_closed", label=order.status_label)
    existing = act.session.get(Visit, visit_id)
    if existing is not None:
        if existing.work_order_id != order.id:
            raise Problem("not_found")
        act.code = "already_done"
        return existing
    if act.base_version == 0:
        _require_unplanned(act, order)
    _require_order_of_times(args)
    if args["engineer_id"]:
        _require_engineer(act, args["engineer_id"])
    visit = Visit(id=visit_id, **args)
    act.session.add(visit)
    journal.record(act, events.VISIT_PLANNED, visit)
    refresh_status(act, order)
    return visit


def open_own(act: Act, order: WorkOrder, visit_id: str, planned_end: dt.datetime) -> Visit:
    """Part of `work_order.take_on`: a visit of the acting engineer, from now on. Who takes a job on has accepted it."""
    engineer = _require_engineer(act, act.actor.id)
    policy.require_new(act, Visit, visit_id)
    visit = Visit(
        id=visit_id, work_order_id=order.id, status="planned", planned_start=act.happened_at, planned_end=planned_end
    )
    for command in ("visit.dispatch", "visit.accept"):
        args = {"engineer_id": engineer.id, "by": engineer.id}
        _write(visit, machine.step(_as_machine_sees(visit), command, args, wire_time(act.happened_at))["changes"])
    visit.status_changed_at = act.happened_at
    act.session.add(visit)
    act.session.flush()
    _hand_over(act, visit)
    journal.record(act, events.VISIT_TAKEN_ON, visit)
    refresh_status(act, order)
    return visit


def assign_visit(act: Act, visit_id: str, args: dict[str, Any]) -> Visit:
    """Command visit.assign: plan if need be, take from another engineer if need be, set times, send to this engineer.

    With a base version somebody else's decision meanwhile is not overwritten but answered by `version_conflict`.
    """
    if not args["engineer_id"]:
        raise Problem("engineer_unknown", fields={"engineer_id": ["missing"]})
    engineer = args.pop("engineer_id")
    existing = act.session.get(Visit, visit_id)
    if existing is None:
        plan_visit(act, visit_id, {**args, "engineer_id": None})
        args = {}
    order, visit = lock_visit(act.session, visit_id)
    policy.require(act, "visit.assign", visit)
    if existing is not None:
        _require_seen(act, visit)
    args.pop("work_order_id", None)
    _set_times(act, visit, {name: value for name, value in args.items() if value is not None})
    if visit.engineer_id != engineer and visit.status != "planned":
        _take_step(act, order, visit, "visit.unassign", {})
    return _take_step(act, order, visit, "visit.dispatch", {"engineer_id": engineer})


def _require_seen(act: Act, visit: Visit) -> None:
    """Who says which version he decided on decides on that one only: another may have decided meanwhile."""
    if act.base_version is not None and act.base_version != visit.version:
        raise Problem("version_conflict")


def _require_unplanned(act: Act, order: WorkOrder) -> None:
    """Base version 0 of a visit yet to be made: its planner saw no open visit of the order."""
    if any(visit.status not in machine.TERMINAL for visit in visits_of(act.session, order.id)):
        raise Problem("version_conflict")


def move_visit(act: Act, visit_id: str, args: dict[str, Any]) -> Visit:
    """Command visit.move: other times; the dispatcher's word counts."""
    _order, visit = lock_visit(act.session, visit_id)
    policy.require(act, "visit.move", visit)
    _require_seen(act, visit)
    _set_times(act, visit, args)
    return visit


def _set_times(act: Act, visit: Visit, times: dict[str, Any]) -> None:
    _require_order_of_times(times)
    changed = {name: value for name, value in times.items() if getattr(visit, name) != value}
    for name, value in changed.items():
        setattr(visit, name, value)
    if changed:
        journal.record(act, events.VISIT_MOVED, visit)


def _require_order_of_times(times: dict[str, Any]) -> None:
    for start, end in (("planned_start", "planned_end"), ("promised_from", "promised_until")):
        if times.get(start) and times.get(end) and times[end] < times[start]:
            raise Problem("times_reversed", fields={end: ["before start"]})


def edit_visit(act: Act, visit_id: str, args: dict[str, Any]) -> Visit:
    """Command visit.edit: findings. From an engineer who no longer has the visit they are kept as a late comment."""
    order, visit = lock_visit(act.session, visit_id)
    has_it = policy.sees(act.session, act.actor, visit)
    if not has_it and act.origin == "sync" and was_assigned(act.session, visit.id, act.actor.id):
        policy.require(act, "visit.edit")
        findings = (args["set"].get("findings") or "").strip()
        if findings:
            write_comment(act, order, findings, is_late=True)
        act.code = "merged"
        return visit
    policy.require(act, "visit.edit", visit)
    merging.edit(act, visit, args, POLICIES, events.VISIT_EDITED, aggregate_id=order.id)
    return visit


def cancel_open_visits(act: Act, order: WorkOrder, reason: str | None) -> None:
    """Cancel what has not ended; part of cancelling the order, whose status its caller sets."""
    for visit in visits_of(act.session, order.id):
        if visit.status not in machine.TERMINAL:
            answer = machine.step(
                _as_machine_sees(visit), "visit.cancel", {"reason": reason}, wire_time(act.happened_at)
            )
            _write(visit, answer["changes"])
            visit.status_changed_at = act.happened_at
            journal.record(act, events.BY_COMMAND["visit.cancel"], visit)
