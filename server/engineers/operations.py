"""Writes of engineers' profiles, skills and absences. One function per command."""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa

from server.accounts.models import User
from server.core import journal
from server.core.acts import Act
from server.core.errors import Problem, declare
from server.engineers import events
from server.engineers.models import Absence, EngineerProfile, Skill
from server.permissions import policy

declare(
    "skill_unknown", 422, "never",
    en="One of these skills is not in the list of skills.", zh="其中有技能不在技能列表里。",
)  # fmt: skip
declare("absence_reversed", 422, "never", en="The absence ends before it begins.", zh="缺勤的结束早于开始。")


def set_profile(act: Act, user_id: str, args: dict[str, Any]) -> EngineerProfile:
    """Command engineer_profile.set: one per user, its id is his."""
    policy.require(act, "engineer_profile.set")
    if policy.find(act, User, user_id) is None:
        raise Problem("not_found")
    require_skills(act, args.get("skills", ()))
    profile = act.session.get(EngineerProfile, user_id, with_for_update=True)
    if profile is None:
        profile = EngineerProfile(id=user_id, user_id=user_id)
        act.session.add(profile)
    for name, value in _plain(args).items():
        setattr(profile, name, value)
    journal.record(act, events.PROFILE_SET, profile)
    return profile


def _plain(args: dict[str, Any]) -> dict[str, Any]:
    """As the columns hold it: days as texts, `from` as it is called on the wire."""
    plain = dict(args)
    if "skills" in plain:
        plain["skills"] = [
            one | {"expires_on": one["expires_on"].isoformat() if one["expires_on"] else None}
            for one in plain["skills"]
        ]
    if "shifts" in plain:
        spans = [{"weekday": one["weekday"], "from": one["from_"], "until": one["until"]} for one in plain["shifts"]]
        plain["shifts"] = sorted(spans, key=lambda one: (one["weekday"], one["from"]))
    return plain


def require_skills(act: Act, wanted: Any) -> None:
    """Problem skill_unknown for a skill that is not there."""
    ids = {one["skill_id"] for one in wanted}
    found = set(act.session.execute(sa.select(Skill.id).where(Skill.id.in_(ids), Skill.deleted_at.is_(None))).scalars())
    if found != ids:
        raise Problem("skill_unknown", fields={"skills": ["unknown"]})


def add_skill(act: Act, skill_id: str, args: dict[str, Any]) -> Skill:
    """Command skill.add."""
    policy.require(act, "skill.add")
    policy.require_new(act, Skill, skill_id)
    made = Skill(id=skill_id, **args)
    act.session.add(made)
    journal.record(act, events.SKILL_ADDED, made)
    return made


def add_absence(act: Act, absence_id: str, args: dict[str, Any]) -> Absence:
    """Command absence.add: the same id again is the same absence."""
    policy.require(act, "absence.add")
    if policy.find(act, User, args["engineer_id"]) is None:
        raise Problem("not_found")
    existing = act.session.get(Absence, absence_id)
    if existing is not None:
        policy.require(act, "absence.add", existing)
        act.code = "already_done"
        return existing
    if args["until_at"] <= args["from_at"]:
        raise Problem("absence_reversed", fields={"until_at": ["reversed"]})
    made = Absence(id=absence_id, **args)
    act.session.add(made)
    journal.record(act, events.ABSENCE_ADDED, made)
    return made


def remove_absence(act: Act, absence_id: str, _args: dict[str, Any]) -> Absence:
    """Command absence.remove."""
    policy.require(act, "absence.remove")
    found = act.session.get(Absence, absence_id, with_for_update=True, populate_existing=True)
    if found is None or not policy.sees(act.session, act.actor, found):
        raise Problem("not_found")
    if found.deleted_at is not None:
        act.code = "already_done"
        return found
    found.deleted_at = act.at
    journal.record(act, events.ABSENCE_REMOVED, found)
    return found
