"""Mei publishes a form, Ben's phone gets it, fills it in without signal, and the server gives the same verdict."""

from __future__ import annotations

from typing import Any

import pytest
import sqlalchemy as sa

from server.core.db import db
from server.core.errors import Problem
from server.core.ids import new_id
from server.forms.models import Answer, FormVersion, Submission
from server.wiring.finishers import audit_scopes
from tests.kit import decide, phone, read, whole
from tests.world import World, a_form

GOOD: dict[str, Any] = {"pressure": 1985.5, "fan": "ok"}


class Job:
    """A visit of Ben's with a published form, and the words to hand answers in."""

    def __init__(self, world: World) -> None:
        self.version = world.form()
        self.order = world.order()
        self.visit = world.visit(order=self.order)
        self.asset = world.asset

    def args(self, answers: dict[str, Any], *, is_final: bool = True, **changes: Any) -> dict[str, Any]:
        return {
            "work_order_id": self.order, "visit_id": self.visit, "asset_id": self.asset, "form_version_id": self.version,
            "answers": answers, "is_final": is_final, **changes,
        }  # fmt: skip


@pytest.fixture
def job(world: World) -> Job:
    return Job(world)


def test_the_phone_holds_the_form_and_the_server_takes_its_answers(world: World, job: Job) -> None:
    ben = phone(world)
    assert job.version in ben.ids("form_version")
    assert ben.rows["form_version", job.version]["definition"]["items"][0]["id"] == "pressure"
    assert len(ben.ids("form_choice")) == 1
    answer = new_id()
    ben.enter("submission.save@1", "submission", answer, job.args({"note": "not done yet"}, is_final=False))
    ben.enter("submission.save@1", "submission", answer, job.args(GOOD))
    assert [ben.push()[mid]["state"] for mid in (1, 2)] == ["applied", "applied"]
    found = whole(Submission, answer)
    assert (found.answers, found.is_final, found.is_late, found.author_name) == (GOOD, True, False, "Ben")
    ben.pull()
    assert ben.rows["submission", answer]["is_final"] is True
    assert audit_scopes(db.session()) == []


def test_answers_marked_for_reports_are_typed_rows_and_follow_a_correction(world: World, job: Job) -> None:
    ben = phone(world)
    answer = new_id()
    for answers in (GOOD, GOOD | {"fan": "ng", "note": "Fan replaced"}):
        ben.enter("submission.save@1", "submission", answer, job.args(answers))
    ben.push()
    rows = db.session().execute(sa.select(Answer.field_id, Answer.v_text, Answer.v_num).order_by(Answer.field_id)).all()
    assert [tuple(row) for row in rows] == [("fan", "ng", None), ("pressure", None, 1985.5)]


def test_what_the_form_forbids_is_parked_whole_and_says_where(world: World, job: Job) -> None:
    ben = phone(world)
    ben.enter("submission.save@1", "submission", new_id(), job.args({"pressure": 9999, "fan": "ok"}))
    told = ben.push()[1]
    assert (told["state"], told["code"]) == ("parked", "needs_fix")
    assert "Open the form" in told["sentence"]
    ben.pull()
    (one,) = ben.ids("parked")
    assert ben.rows["parked", one]["detail"]["errors"] == [
        {"path": "pressure", "rule_id": "max", "params": {"max": 2500}}
    ]
    assert read(sa.select(sa.func.count()).select_from(Submission)) == [0]


def test_an_unfinished_form_may_be_handed_in_but_never_unreadable_answers(world: World, job: Job) -> None:
    ben = phone(world)
    ben.enter("submission.save@1", "submission", new_id(), job.args({"pressure": 9999}, is_final=False))
    ben.enter("submission.save@1", "submission", new_id(), job.args({"pressure": "high"}, is_final=False))
    ben.enter("submission.save@1", "submission", new_id(), job.args({"voltage": 5}, is_final=False))
    states = ben.push()
    assert [states[mid]["state"] for mid in (1, 2, 3)] == ["applied", "parked", "parked"]


def test_an_older_draft_does_not_take_back_what_was_finished(world: World, job: Job) -> None:
    ben = phone(world)
    answer = new_id()
    ben.enter("submission.save@1", "submission", answer, job.args(GOOD))
    ben.enter("submission.save@1", "submission", answer, job.args({}, is_final=False))
    assert ben.push()[2]["code"] == "already_done"
    assert whole(Submission, answer).answers == GOOD


def test_answers_are_judged_by_the_version_they_were_begun_on(world: World, job: Job) -> None:
    """T8: Mei publishes a version without the note while Ben has no signal; his answers still fit the one he filled in."""
    ben = phone(world)
    answer = new_id()
    ben.enter("submission.save@1", "submission", answer, job.args(GOOD | {"note": "Noisy"}, is_final=False))
    ben.push()
    newer = world.form(items=a_form()["items"][:2])
    ben.enter("submission.save@1", "submission", answer, job.args(GOOD | {"note": "Noisy bearing"}))
    ben.enter("submission.save@1", "submission", answer, job.args(GOOD, form_version_id=newer))
    results = ben.push()
    assert [results[mid]["state"] for mid in (2, 3)] == ["applied", "parked"]
    assert whole(FormVersion, newer).number == 2
    ben.pull()
    assert {job.version, newer} <= ben.ids("form_version"), (
        "the old one stays while an order of this phone was filled in by it"
    )
    lina = phone(world, "lina")
    assert job.version not in lina.ids("form_version") and newer in lina.ids("form_version")
    assert audit_scopes(db.session()) == []


def test_who_lost_the_job_meanwhile_still_gets_his_answers_in_marked_late(world: World, job: Job) -> None:
    ben = phone(world)
    answer = new_id()
    ben.enter("submission.save@1", "submission", answer, job.args(GOOD))
    world.do("asha", "visit.assign", {"work_order_id": job.order, "engineer_id": world.users["lina"]}, job.visit)
    assert ben.push()[1]["state"] == "applied"
    assert whole(Submission, answer).is_late is True
    lina = phone(world, "lina")
    assert answer in lina.ids("submission")


def test_a_stranger_hands_nothing_in_and_nobody_overwrites_anothers_answers(world: World, job: Job) -> None:
    ben, lina = phone(world), phone(world, "lina")
    answer = new_id()
    ben.enter("submission.save@1", "submission", answer, job.args(GOOD))
    ben.push()
    lina.enter("submission.save@1", "submission", new_id(), job.args(GOOD))
    assert lina.push()[1]["code"] == "not_allowed"
    world.do("asha", "visit.assign", {"work_order_id": job.order, "engineer_id": world.users["lina"]}, job.visit)
    lina.enter("submission.save@1", "submission", answer, job.args(GOOD | {"note": "mine"}))
    assert lina.push()[2]["code"] == "not_allowed"
    assert whole(Submission, answer).answers == GOOD


def test_a_visit_of_another_order_is_refused(world: World, job: Job) -> None:
    ben = phone(world)
    ben.enter("submission.save@1", "submission", new_id(), job.args(GOOD, work_order_id=world.order()))
    assert ben.push()[1]["code"] == "not_allowed"


def test_a_faulty_definition_is_refused_at_each_place(world: World) -> None:
    template = str(world.do("mei", "form_template.add", {"key": "f", "title": {"en": "F"}}).id)
    items: list[dict[str, Any]] = [
        {"id": "a", "type": "text", "label": {"en": "A"}, "visible": {"ast": ["get", "b"], "of": 1}},
        {"id": "a", "type": "video"},
    ]
    with pytest.raises(Problem) as caught:
        world.do("mei", "form_version.publish", {"form_template_id": template, "definition": a_form("f", items)})
    assert caught.value.code == "form_faulty"
    assert [one["code"] for one in caught.value.extra["faults"]] == ["computed", "type_unknown"]
    with pytest.raises(Problem) as caught:
        world.do("mei", "form_version.publish", {"form_template_id": template, "definition": a_form("other")})
    assert caught.value.code == "form_key_foreign"


def test_a_parked_form_is_tried_again_after_its_reason_is_gone(world: World, job: Job) -> None:
    """Ben's phone knows a version that this server, restored to yesterday, has not got; Mei publishes it again."""
    ben = phone(world)
    missing, answer = new_id(), new_id()
    ben.enter("submission.save@1", "submission", answer, job.args(GOOD, form_version_id=missing))
    assert ben.push()[1]["state"] == "parked"
    args = {"form_template_id": world.forms["chiller_repair"], "definition": a_form()}
    world.do("mei", "form_version.publish", args, missing)
    assert decide(world, "retry")["state"] == "applied"
    assert whole(Submission, answer).form_version_id == missing


def test_a_row_of_the_table_names_what_is_there_and_leaves_the_phones_when_it_is_taken_out(
    world: World, job: Job
) -> None:
    with pytest.raises(Problem):
        world.do("mei", "form_choice.add", {"position": 2, "product_id": new_id()})
    row = str(world.do("mei", "form_choice.add", {"position": 2, "product_id": world.product}).id)
    ben = phone(world)
    assert row in ben.ids("form_choice")
    world.do("mei", "form_choice.remove", {}, row)
    ben.pull()
    assert row not in ben.ids("form_choice")
