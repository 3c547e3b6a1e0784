"""Whether a job that was sent has reached its engineer's phone: read off the message about it. Not: sending it (reactions)."""

from __future__ import annotations

from collections.abc import Iterable

import sqlalchemy as sa
from sqlalchemy.orm import Session

from server.notices.models import Notice
from server.work_orders.models import Visit

DISPATCHED = "visit_dispatched"
OPEN = ("waiting", "sent", "failed", "unknown", "not_reached")


def of_visits(session: Session, visit_ids: Iterable[str]) -> dict[str, str]:
    """visit id -> called, reached or not_reached, of visits that wait for their engineer; none where nobody was called."""
    query = (
        sa.select(Notice.visit_id, Notice.state)
        .join(Visit, sa.and_(Visit.id == Notice.visit_id, Visit.engineer_id == Notice.recipient_id))
        .where(
            Notice.visit_id.in_(list(visit_ids)),
            Notice.template == DISPATCHED,
            Notice.state != "withdrawn",
            Visit.status == "dispatched",
        )
        .order_by(Notice.id)
    )
    return {row.visit_id: _shown(row.state) for row in session.execute(query)}


def _shown(state: str) -> str:
    return {"delivered": "reached", "not_reached": "not_reached"}.get(state, "called")
