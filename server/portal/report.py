"""The report a customer reads when the work is done: what was answered, by its own version of the form, without what is internal.

Photos come as signed links of their stripped copies once there are such; until then none are named, not even by their hash.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from server.core.canonical import wire_time
from server.core.errors import Problem, declare
from server.forms.models import FormVersion, Submission
from server.portal.queries import last_visit, open_link
from server.work_orders.models import Visit

# shown in places of their own, or not yet
APART = frozenset({"photo", "signature"})
declare(
    "report_not_ready", 404, "later",
    en="The report can be read here once the work is done.", zh="处理完成后可在此查看服务报告。",
)  # fmt: skip


def report(session: Session, token: str) -> dict[str, Any]:
    """The finished forms of the last visit. Problem link_over, or report_not_ready while it is not done."""
    link = open_link(session, token)
    visit = last_visit(session, link.work_order_id)
    if visit is None or visit.status != "done":
        raise Problem("report_not_ready")
    rows = session.execute(_finished(visit)).all()
    return {
        "forms": [_shown(submission, version) for submission, version in rows],
        "signatures": [{"at": wire_time(one.filled_at)} for one, version in rows if _is_signed(one, version)],
        "photos": [],
    }


def _finished(visit: Visit) -> sa.Select[Submission, FormVersion]:
    return (
        sa.select(Submission, FormVersion)
        .join(FormVersion, FormVersion.id == Submission.form_version_id)
        .where(
            Submission.visit_id == visit.id,
            Submission.is_final,
            Submission.is_late.is_(False),
            Submission.deleted_at.is_(None),
        )
        .order_by(Submission.filled_at, Submission.id)
    )


def _shown(submission: Submission, version: FormVersion) -> dict[str, Any]:
    items = [one for item in version.definition["items"] if (one := _for_customers(item)) is not None]
    return {
        "definition": {**version.definition, "items": items},
        "answers": _answers(items, submission.answers),
        "filled_at": wire_time(submission.filled_at),
    }


def _for_customers(item: Mapping[str, Any]) -> dict[str, Any] | None:
    """The item without what is internal; None when nothing of it is left."""
    if item.get("internal") is True or item["type"] in APART:
        return None
    if "items" not in item:
        return dict(item)
    inner = [one for child in item["items"] if (one := _for_customers(child)) is not None]
    kept = {**item, "items": inner}
    if isinstance(item.get("seed"), list):
        kept["seed"] = [_answers(inner, row) for row in item["seed"]]
    return kept if inner else None


def _answers(items: list[dict[str, Any]], answers: Mapping[str, Any]) -> dict[str, Any]:
    """Only what the items that are shown ask for, rows of a repeat alike."""
    found: dict[str, Any] = {}
    for item in items:
        if item["type"] == "section":
            found |= _answers(item["items"], answers)
        elif item["id"] in answers:
            value = answers[item["id"]]
            is_rows = item["type"] == "repeat" and isinstance(value, list)
            found[item["id"]] = [_answers(item["items"], row) for row in value] if is_rows else value
    return found


def _is_signed(submission: Submission, version: FormVersion) -> bool:
    items = [child for item in version.definition["items"] for child in (item.get("items") or [item])]
    signs = [one["id"] for one in items if one["type"] == "signature" and one.get("internal") is not True]
    return any(submission.answers.get(one) for one in signs)
