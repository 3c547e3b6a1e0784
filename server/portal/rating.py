"""How a customer found the work: one answer per visit, through his link, his to change for a week."""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa

from server.core import journal
from server.core.acts import Act
from server.core.errors import Problem, declare
from server.portal import events
from server.portal.models import Survey, TrackingLink
from server.portal.queries import CHANGEABLE, finished_visit, locked_contact
from server.work_orders.queries import lock_order

declare(
    "rating_too_early", 409, "later",
    en="You can rate the work once it is done.", zh="处理完成后才能评价。",
)  # fmt: skip
declare(
    "rating_closed", 409, "never",
    en="This rating can no longer be changed. Call us, we would like to hear it.", zh="评价已不能修改，欢迎来电告诉我们。",
)  # fmt: skip


def rate(act: Act, link: TrackingLink, args: dict[str, Any]) -> Survey:
    """Keep the score and the words. The same once more changes nothing. Problem rating_too_early, rating_closed; link_over of the erased."""
    lock_order(act.session, link.work_order_id)
    if link.contact_id is not None and locked_contact(act.session, link) is None:
        raise Problem("link_over")
    visit = finished_visit(act.session, link.work_order_id)
    if visit is None:
        raise Problem("rating_too_early")
    words = (args["text"] or "").strip() or None
    survey = act.session.execute(sa.select(Survey).where(Survey.visit_id == visit.id)).scalar_one_or_none()
    if survey is None:
        survey = Survey(
            visit_id=visit.id, work_order_id=visit.work_order_id, contact_id=link.contact_id, score=args["score"], text=words,
            rated_at=act.at,
        )  # fmt: skip
        act.session.add(survey)
        journal.record(act, events.RATED, survey)
        return survey
    if (survey.score, survey.text) == (args["score"], words):
        return survey
    if act.at >= survey.rated_at + CHANGEABLE:
        raise Problem("rating_closed")
    survey.score, survey.text = args["score"], words
    journal.record(act, events.CHANGED, survey)
    return survey


def forget(act: Act, contact_id: str) -> None:
    """A person is erased: his words go, the score stays; it names nobody."""
    query = sa.select(Survey).where(Survey.contact_id == contact_id, Survey.deleted_at.is_(None))
    for survey in act.session.execute(query.order_by(Survey.id).with_for_update()).scalars().all():
        journal.erase(act, events.ERASED, survey, {"text": None, "contact_id": None})
