"""Writes of engineers' profiles."""

from __future__ import annotations

from typing import Any

from server.accounts.models import User
from server.core import journal
from server.core.acts import Act
from server.core.errors import Problem
from server.engineers import events
from server.engineers.models import EngineerProfile
from server.permissions import policy


def set_profile(act: Act, user_id: str, args: dict[str, Any]) -> EngineerProfile:
    """Command engineer_profile.set: one per user, its id is his."""
    policy.require(act, "engineer_profile.set")
    if policy.find(act, User, user_id) is None:
        raise Problem("not_found")
    profile = act.session.get(EngineerProfile, user_id, with_for_update=True)
    if profile is None:
        profile = EngineerProfile(id=user_id, user_id=user_id, **args)
        act.session.add(profile)
    for name, value in args.items():
        setattr(profile, name, value)
    journal.record(act, events.PROFILE_SET, profile)
    return profile
