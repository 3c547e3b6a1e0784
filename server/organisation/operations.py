"""Writes of the company's structure."""

from __future__ import annotations

from typing import Any

from server.core import journal
from server.core.acts import Act
from server.core.errors import Problem, declare
from server.organisation import events
from server.organisation.models import Organisation, Region, Team
from server.permissions import policy

declare(
    "quiet_hours_halved", 422, "never",
    en="Quiet hours need a beginning and an end, or neither.", zh="免打扰时段需要同时填写开始和结束时间，或都不填。",
)  # fmt: skip


def found(act: Act, organisation_id: str, args: dict[str, Any]) -> Organisation:
    """Give an empty server its company; its caller has made sure that it is empty."""
    made = Organisation(id=organisation_id, **args)
    act.session.add(made)
    journal.record(act, events.FOUNDED, made)
    return made


def change(act: Act, organisation_id: str, args: dict[str, Any]) -> Organisation:
    """Command organisation.change."""
    policy.require(act, "organisation.change")
    organisation = act.session.get(Organisation, organisation_id, with_for_update=True, populate_existing=True)
    if organisation is None:
        raise Problem("not_found")
    for name, value in args.items():
        setattr(organisation, name, value)
    if (organisation.quiet_from is None) != (organisation.quiet_until is None):
        raise Problem("quiet_hours_halved", fields={"quiet_from": ["both or none"], "quiet_until": ["both or none"]})
    journal.record(act, events.CHANGED, organisation)
    return organisation


def add_region(act: Act, region_id: str, args: dict[str, Any]) -> Region:
    """Command region.add."""
    policy.require(act, "region.add")
    policy.require_new(act, Region, region_id)
    if args["parent_id"] and policy.find(act, Region, args["parent_id"]) is None:
        raise Problem("not_found")
    region = Region(id=region_id, **args)
    act.session.add(region)
    journal.record(act, events.REGION_ADDED, region)
    return region


def add_team(act: Act, team_id: str, args: dict[str, Any]) -> Team:
    """Command team.add."""
    policy.require(act, "team.add")
    policy.require_new(act, Team, team_id)
    if args["region_id"] and policy.find(act, Region, args["region_id"]) is None:
        raise Problem("not_found")
    team = Team(id=team_id, **args)
    act.session.add(team)
    journal.record(act, events.TEAM_ADDED, team)
    return team
