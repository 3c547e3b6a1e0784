"""The visit machine: which command a visit allows in which state, and what it changes. Pure.

The twin of pwa/src/engines/visits/machine.ts; tests/vectors/visits holds both to the same answers. It does not judge
permissions, nor who may be assigned. Times are RFC 3339 text as on the wire.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from typing import Any

STATES = (
    "planned",
    "dispatched",
    "accepted",
    "travelling",
    "on_site",
    "paused",
    "done",
    "cannot_complete",
    "cancelled",
)
TERMINAL = frozenset({"done", "cannot_complete", "cancelled"})
UNDO_SECONDS = 300
ENGINEER = frozenset({
    "visit.accept", "visit.decline", "visit.travel", "visit.arrive", "visit.pause", "visit.resume", "visit.complete",
    "visit.cannot_complete",
})  # fmt: skip
FROM: dict[str, frozenset[str]] = {
    "visit.dispatch": frozenset({"planned"}),
    "visit.accept": frozenset({"dispatched"}),
    "visit.decline": frozenset({"dispatched"}),
    "visit.travel": frozenset({"accepted"}),
    "visit.arrive": frozenset({"accepted", "travelling"}),
    "visit.pause": frozenset({"travelling", "on_site"}),
    "visit.resume": frozenset({"paused"}),
    "visit.complete": frozenset({"on_site"}),
    "visit.cannot_complete": frozenset({"dispatched", "accepted", "travelling", "on_site", "paused"}),
    "visit.revert": frozenset(),
    "visit.unassign": frozenset({"planned", "dispatched", "accepted"}),
    "visit.cancel": frozenset({"planned", "dispatched", "accepted", "travelling", "on_site", "paused"}),
}
COMMANDS = tuple(FROM)
Visit = Mapping[str, Any]
Answer = dict[str, Any]


def step(visit: Visit, command: str, args: Mapping[str, Any], at: str) -> Answer:
    """{"state": "ok", "changes"} | {"state": "duplicate"} | {"state": "refused", "code", "suggestion"}; the input stays as it is."""
    if command == "visit.revert":
        return _revert(visit, args, at)
    if command in ENGINEER and _is_someone_elses(visit, args):
        is_given_back = visit["engineer_id"] is None and _is_done_already(visit, command, args)
        return {"state": "duplicate"} if is_given_back else _refuse("superseded", "other_engineer")
    if _is_done_already(visit, command, args):
        return {"state": "duplicate"}
    if visit["status"] not in FROM[command]:
        return _out_of_place(visit["status"], command)
    lacking = _missing(visit, command, args)
    if lacking is not None:
        return _refuse("needs_fix", lacking)
    return {"state": "ok", "changes": _remember(visit, command, args, at, _changes(visit, command, args, at))}


def _refuse(code: str, suggestion: str) -> Answer:
    return {"state": "refused", "code": code, "suggestion": suggestion}


def _is_someone_elses(visit: Visit, args: Mapping[str, Any]) -> bool:
    return args.get("by") is not None and visit["engineer_id"] != args["by"]


def _is_done_already(visit: Visit, command: str, args: Mapping[str, Any]) -> bool:  # noqa: PLR0911 - one row a command
    """A command that came again, or whose effect is there: the fact it sets is set, or the state it leads to is the state."""
    status = visit["status"]
    if status == "cancelled":
        return command == "visit.cancel"
    match command:
        case "visit.dispatch":
            return bool(
                status == "dispatched" and (args.get("engineer_id") or visit["engineer_id"]) == visit["engineer_id"]
            )
        case "visit.accept":
            return _reached(visit, "accepted_at")
        case "visit.travel":
            return _reached(visit, "travel_started_at")
        case "visit.arrive":
            return _reached(visit, "arrived_at")
        case "visit.pause":
            return bool(status == "paused")
        case "visit.resume":
            return status in ("travelling", "on_site")
        case "visit.complete":
            return bool(status == "done" and visit["outcome"] == args.get("outcome"))
        case "visit.cannot_complete":
            return bool(status == "cannot_complete")
        case "visit.decline" | "visit.unassign":
            return bool(status == "planned" and visit["engineer_id"] is None)
    return False


def _reached(visit: Visit, fact: str) -> bool:
    return visit[fact] is not None and visit["status"] not in ("planned", "dispatched")


def _out_of_place(status: str, command: str) -> Answer:  # noqa: PLR0911 - a table read from top to bottom
    if status in TERMINAL:
        return _refuse("superseded", f"already_{status}")
    if command == "visit.decline" and status != "planned":
        return _refuse("needs_fix", "use_cannot_complete")
    if status == "planned":
        return _refuse("needs_fix", "not_dispatched")
    if command == "visit.unassign":
        return _refuse("superseded", "already_under_way")
    if command in ("visit.dispatch", "visit.accept") or (command == "visit.travel" and status != "dispatched"):
        return _refuse("superseded", f"already_{status}")
    if status == "dispatched":
        return _refuse("needs_fix", "not_accepted")
    if command == "visit.resume":
        return _refuse("needs_fix", "not_paused")
    if status == "paused":
        return _refuse("needs_fix", "resume_first")
    return _refuse("needs_fix", "not_under_way" if command == "visit.pause" else "not_on_site")


def _missing(visit: Visit, command: str, args: Mapping[str, Any]) -> str | None:
    if command == "visit.dispatch":
        return None if args.get("engineer_id") or visit["engineer_id"] else "engineer_missing"
    if command in ("visit.decline", "visit.cannot_complete"):
        return "reason_missing" if _is_blank(args.get("reason")) else None
    if command == "visit.complete":
        if args.get("outcome") not in ("done", "needs_parts"):
            return "outcome_missing"
        return "findings_missing" if _is_blank(visit["findings"]) else None
    return None


def _is_blank(text: str | None) -> bool:
    return text is None or not text.strip()


def _changes(visit: Visit, command: str, args: Mapping[str, Any], at: str) -> dict[str, Any]:  # noqa: PLR0911 - one row a command
    match command:
        case "visit.dispatch":
            engineer = args.get("engineer_id") or visit["engineer_id"]
            return {"status": "dispatched", "engineer_id": engineer, "reason": None, "accepted_at": None}
        case "visit.accept":
            return {"status": "accepted", "accepted_at": at}
        case "visit.decline":
            return {"status": "planned", "engineer_id": None, "reason": args.get("reason")}
        case "visit.travel":
            return {"status": "travelling", "travel_started_at": at}
        case "visit.arrive":
            return {"status": "on_site", "arrived_at": at}
        case "visit.pause":
            return {"status": "paused", "paused_at": at, "paused_from": visit["status"]}
        case "visit.resume":
            return {"status": visit["paused_from"] or "on_site", "paused_from": None}
        case "visit.complete":
            return {"status": "done", "completed_at": at, "outcome": args["outcome"]}
        case "visit.cannot_complete":
            return {
                "status": "cannot_complete",
                "outcome": "cannot_complete",
                "reason": args["reason"],
                "paused_from": None,
            }
        case "visit.unassign":
            return {"status": "planned", "engineer_id": None, "accepted_at": None}
        case "visit.cancel":
            reason = args.get("reason")
            return {"status": "cancelled", "reason": visit["reason"] if reason is None else reason, "paused_from": None}
    raise KeyError(command)


def _remember(visit: Visit, command: str, args: Mapping[str, Any], at: str, changes: dict[str, Any]) -> dict[str, Any]:
    """An engineer step leaves what it overwrote, for five minutes of undo; an office step takes that away."""
    if command not in ENGINEER:
        return changes | {"last_step": None}
    by = args["by"] if args.get("by") is not None else visit["engineer_id"]
    undo = {field: visit[field] for field in changes}
    return changes | {"last_step": {"command": command, "at": at, "by": by, "undo": undo}}


def _revert(visit: Visit, args: Mapping[str, Any], at: str) -> Answer:
    if visit["status"] == "cancelled":
        return _refuse("superseded", "already_cancelled")
    last = visit["last_step"]
    if last is None:
        return _refuse("superseded", "nothing_to_undo")
    if args.get("by") is not None and last["by"] != args["by"]:
        return _refuse("superseded", "other_engineer")
    if (_moment(at) - _moment(last["at"])).total_seconds() > UNDO_SECONDS:
        return _refuse("superseded", "undo_too_late")
    return {"state": "ok", "changes": {**last["undo"], "last_step": None}}


def _moment(text: str) -> dt.datetime:
    return dt.datetime.fromisoformat(text.replace("Z", "+00:00"))
