"""Reads of the company's structure."""

from __future__ import annotations

import sqlalchemy as sa
from sqlalchemy.orm import Session

from server.organisation.models import Organisation, Region


def the_organisation(session: Session) -> Organisation | None:
    """The company of this server; None on an empty one."""
    return session.execute(sa.select(Organisation).limit(1)).scalar_one_or_none()


def regions_below(session: Session, roots: frozenset[str]) -> frozenset[str]:
    """These regions and all below them in the tree."""
    children: dict[str | None, list[str]] = {}
    for region_id, parent_id in session.execute(sa.select(Region.id, Region.parent_id)):
        children.setdefault(parent_id, []).append(region_id)
    found: set[str] = set()
    waiting = list(roots)
    while waiting:
        region = waiting.pop()
        if region not in found:
            found.add(region)
            waiting += children.get(region, [])
    return frozenset(found)
