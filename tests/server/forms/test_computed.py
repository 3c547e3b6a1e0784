"""Forms that compute: what is hidden is not kept, what a formula makes is made here again, from what the phone saw when it was begun."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest
import sqlalchemy as sa

from server.core.db import db
from server.core.ids import new_id
from server.forms.models import Answer, Submission
from tests.kit import phone, whole
from tests.server.forms.test_forms import Job
from tests.world import World

ITEMS: list[dict[str, Any]] = [
    {"id": "serial", "type": "text", "label": {"en": "Serial"}, "default": {"ast": ["get", "asset.serial"]}},
    {"id": "pressure", "type": "number", "label": {"en": "Pressure"}, "required": True, "report": True},
    {
        "id": "why", "type": "text", "label": {"en": "Why so high?"}, "required": True,
        "visible": {"ast": [">", ["get", "pressure"], 2500]},
    },
    {
        "id": "due", "type": "calc", "label": {"en": "Next service"}, "report": True,
        "calc": {"ast": ["+", ["get", "today"], ["if", [">", ["get", "pressure"], 2500], 30, 180]]},
    },
]  # fmt: skip
INPUTS = {"today": {"$date": "2026-11-27"}, "asset": {"serial": "CH204187", "label": "not read"}, "odd": 1}


@pytest.fixture
def job(world: World) -> Job:
    made = Job(world)
    made.version = world.form(items=ITEMS)
    return made


def saved(world: World, job: Job, answers: dict[str, Any], **changes: Any) -> tuple[dict[str, Any], str]:
    """What the server says of Ben's answers, and the submission."""
    ben, answer = phone(world), new_id()
    ben.enter("submission.save@1", "submission", answer, job.args(answers, **{"inputs": INPUTS, **changes}))
    return ben.push()[1], answer


def test_what_is_hidden_is_not_kept_and_what_is_computed_is_typed(world: World, job: Job) -> None:
    told, answer = saved(world, job, {"pressure": 1985, "why": "was shown before", "due": "2027-05-26"})
    assert told["state"] == "applied"
    one = whole(Submission, answer)
    assert one.answers == {"pressure": 1985, "due": "2027-05-26"}
    assert one.inputs == {"today": {"$date": "2026-11-27"}, "asset": {"serial": "CH204187"}}
    assert not one.is_computed_otherwise
    rows = db.session().execute(sa.select(Answer.field_id, Answer.v_num, Answer.v_date).order_by(Answer.field_id)).all()
    assert [tuple(row) for row in rows] == [("due", None, dt.date(2027, 5, 26)), ("pressure", 1985.0, None)]


def test_what_the_phone_computed_otherwise_is_overwritten_and_told(world: World, job: Job) -> None:
    told, answer = saved(world, job, {"pressure": 3000, "why": "Fan stands", "due": "2020-01-01"})
    assert told["state"] == "applied"
    one = whole(Submission, answer)
    assert one.answers["due"] == "2026-12-27"
    assert one.is_computed_otherwise
    health = world.app.test_client().get("/health/ready").get_json()
    assert health["ready"] is True
    assert health["checks"]["forms"]["fault"].startswith("1 forms of the last 30 days were computed otherwise")


def test_a_form_is_judged_by_what_it_shows(world: World, job: Job) -> None:
    told, _ = saved(world, job, {"pressure": 3000})
    assert (told["state"], told["code"]) == ("parked", "needs_fix")
    told, answer = saved(world, job, {"pressure": 3000}, is_final=False, inputs={"today": 7, "asset": "none"})
    assert told["state"] == "applied"
    assert whole(Submission, answer).inputs == {}  # neither is what it is called


def test_answers_of_before_there_were_formulas_are_taken_as_ever(world: World, job: Job) -> None:
    ben, answer = phone(world), new_id()
    args = job.args({"pressure": 1985})
    ben.enter("submission.save@1", "submission", answer, args)
    assert ben.push()[1]["state"] == "applied"
    assert whole(Submission, answer).answers == {"pressure": 1985}
