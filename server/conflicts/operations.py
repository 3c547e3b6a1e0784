"""Writes about clashes: a person chooses."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from server.conflicts import events
from server.conflicts.models import Conflict
from server.core import commands, journal
from server.core.acts import Act
from server.core.errors import Problem
from server.permissions import policy


def resolve(act: Act, conflict_id: str, args: dict[str, Any]) -> Conflict:
    """Command conflict.resolve: keep ours, take theirs, or write a third value. The one who entered a value may choose too."""
    found = act.session.get(Conflict, conflict_id, with_for_update=True, populate_existing=True)
    if found is None:
        raise Problem("not_found")
    if found.theirs_user_id != act.actor.id:
        policy.require(act, "conflict.resolve", found)
    elif not policy.has(act.actor, "conflict.resolve"):
        raise Problem("not_allowed", permission="conflict.resolve")
    if found.state != "open":
        act.code = "already_done"
        return found
    found.state, found.chosen = "resolved", args["choose"]
    found.resolved_by_id, found.resolved_at = act.actor.id, act.at
    journal.record(act, events.RESOLVED, found)
    value = {"ours": found.ours, "theirs": found.theirs}.get(args["choose"], {"value": args.get("value")})["value"]
    if args["choose"] != "ours":
        # by the one who chooses: nobody writes through a clash what he may not write himself
        follow = replace(act, device_id=None, mid=None, base_version=None)
        commands.run(f"{found.record_entity}.edit", follow, found.record_id, {"set": {found.field: value}})
    return found
