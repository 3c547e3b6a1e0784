"""The report a customer reads when the work is done: what was answered, by its own version of the form, without what is internal.

Photos stand beside it (photos.py), as links to their stripped copies; here none is named, not even by its hash.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from media.signing import Signer
from server.core.canonical import wire_time
from server.core.errors import Problem, declare
from server.forms import operations as forms
from server.forms.models import FormVersion, Submission
from server.portal import outside, photos
from server.portal.queries import finished_visit, open_link
from server.work_orders.models import Visit

# shown in places of their own
Row = tuple[Submission, FormVersion]
APART = frozenset({"photo", "signature"})
declare(
    "report_not_ready", 404, "later",
    en="The report can be read here once the work is done.", zh="处理完成后可在此查看服务报告。",
)  # fmt: skip


def report(session: Session, token: str, signer: Signer) -> dict[str, Any]:
    """The finished forms of the last visit. Problem link_over, or report_not_ready while the work is not done."""
    link = open_link(session, token)
    visit = finished_visit(session, link.work_order_id)
    if visit is None:
        raise Problem("report_not_ready")
    rows = [(one, version) for one, version in session.execute(_finished(visit))]
    return {
        "forms": [_shown(submission, version) for submission, version in rows],
        "signatures": _signatures(rows, photos.signatures(session, link, signer)),
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
    state = forms.state_of(submission, version)
    items = outside.items(version.definition["items"], APART, state.is_shown)
    return {
        "definition": {
            **version.definition,
            "items": items,
            "lists": outside.lists(version.definition.get("lists", {}), items),
        },
        "answers": outside.answers(items, submission.answers),
        "filled_at": wire_time(submission.filled_at),
    }


def _signatures(rows: Iterable[Row], pictures: Mapping[str, dict[str, Any]]) -> list[dict[str, Any]]:
    """When each form was signed, and the signature once its picture has come in and was looked at."""
    signed = [one for one, version in rows if _is_signed(one, version)]
    return [{"at": wire_time(one.filled_at), "picture": pictures.get(one.id)} for one in signed]


def _is_signed(submission: Submission, version: FormVersion) -> bool:
    fields = forms.definition_of(version).fields
    return any(submission.answers.get(one.id) for one in fields if one.type == "signature" and not one.get("internal"))
