"""Writes of forms: templates, versions, the table of choices, and what engineers hand in. One function per command."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from server.core import journal
from server.core.acts import Act
from server.core.canonical import dumps, sha256
from server.core.errors import Problem, declare
from server.forms import answers as typed
from server.forms import events
from server.forms.answers_schema import build_schema
from server.forms.engine import inputs, values
from server.forms.engine.definition import load
from server.forms.engine.parts import Definition
from server.forms.engine.slots import TemplateError
from server.forms.engine.state import State, rows_of
from server.forms.engine.validate import signatures_of, verdict
from server.forms.models import PUBLISHED, SUPERSEDED, FormChoice, FormTemplate, FormVersion, Submission
from server.permissions import policy

declare(
    "form_faulty", 422, "never",
    en="This form cannot be used yet: {count} things in it are wrong. Each is named at its place.",
    zh="这张表单还不能用：有 {count} 处问题，已在各处标明。",
)  # fmt: skip
declare(
    "form_answers_wrong", 422, "never",
    en="Some answers do not fit the form ({count}). Open the form: each is marked, nothing is lost.",
    zh="表单中有 {count} 处答案不符合要求。请打开表单，逐处已标出，内容都还在。",
)  # fmt: skip
declare(
    "form_pinned", 409, "never",
    en="This form was begun on another version. It is finished on the version it was begun on.",
    zh="这张表单是用另一个版本开始填写的，须用原版本填完。",
)  # fmt: skip
declare(
    "form_unknown", 422, "never", en="This form is not known here.", zh="服务器上没有这张表单。"
)  # fmt: skip
declare("form_key_foreign", 422, "never", en="The definition belongs to another form: {key}.", zh="该定义属于另一张表单：{key}。")  # fmt: skip


@dataclass(frozen=True)
class VisitFound:
    """What forms must know of the visit they are filled in for: its order is locked, and whether this person is late."""

    work_order_id: str
    is_late: bool


FindVisit = Callable[[Act, str], VisitFound]
_find_visit: list[FindVisit] = []
Refers = Callable[[Act, str, str], bool]
_refers: list[Refers] = []


def wire(find_visit: FindVisit, refers: Refers) -> None:
    """Wiring says how a visit is found under its order's lock, and whether a named record is there: forms do not know orders."""
    _find_visit[:] = [find_visit]
    _refers[:] = [refers]


def add_template(act: Act, template_id: str, args: dict[str, Any]) -> FormTemplate:
    """Command form_template.add."""
    policy.require(act, "form_template.add")
    policy.require_new(act, FormTemplate, template_id)
    made = FormTemplate(id=template_id, **args)
    act.session.add(made)
    journal.record(act, events.TEMPLATE_ADDED, made)
    return made


def publish_version(act: Act, version_id: str, args: dict[str, Any]) -> FormVersion:
    """Command form_version.publish: the next version; the one before leaves the phones that do not use it."""
    policy.require(act, "form_version.publish")
    policy.require_new(act, FormVersion, version_id)
    template = act.session.get(FormTemplate, args["form_template_id"], with_for_update=True)
    if template is None:
        raise Problem("form_unknown")
    _require_sound(args["definition"], template.key)
    last = _supersede(act, template.id)
    definition = args["definition"] | {"version": last + 1}
    made = FormVersion(
        id=version_id, form_template_id=template.id, number=last + 1, sha256=sha256(dumps(definition)),
        definition=definition, published_at=act.at,
    )  # fmt: skip
    act.session.add(made)
    journal.record(act, events.VERSION_PUBLISHED, made)
    return made


def _require_sound(definition: dict[str, Any], key: str) -> None:
    try:
        found = load(definition)
    except TemplateError as error:
        faults = [one.as_json() for one in error.faults]
        raise Problem("form_faulty", count=len(faults), extra={"faults": faults}) from error
    if found.key != key:
        raise Problem("form_key_foreign", key=found.key)


def _supersede(act: Act, template_id: str) -> int:
    """The number of the last version; what was published is so no more."""
    query = sa.select(FormVersion).where(FormVersion.form_template_id == template_id).order_by(FormVersion.number)
    versions = list(act.session.execute(query).scalars())
    for one in versions:
        if one.state == PUBLISHED:
            one.state = SUPERSEDED
            journal.record(act, events.VERSION_SUPERSEDED, one)
    return versions[-1].number if versions else 0


def add_choice(act: Act, choice_id: str, args: dict[str, Any]) -> FormChoice:
    """Command form_choice.add."""
    policy.require(act, "form_choice.add")
    policy.require_new(act, FormChoice, choice_id)
    for field in ("product_id", "product_line_id", "work_type_id"):
        if args[field] is not None and not _refers[0](act, field.removesuffix("_id"), args[field]):
            raise Problem("not_found")
    if args["form_template_id"] is not None and act.session.get(FormTemplate, args["form_template_id"]) is None:
        raise Problem("form_unknown")
    made = FormChoice(id=choice_id, **args)
    act.session.add(made)
    journal.record(act, events.CHOICE_ADDED, made)
    return made


def remove_choice(act: Act, choice_id: str, _args: dict[str, Any]) -> FormChoice:
    """Command form_choice.remove."""
    policy.require(act, "form_choice.remove")
    found = act.session.get(FormChoice, choice_id, with_for_update=True, populate_existing=True)
    if found is None:
        raise Problem("not_found")
    if found.deleted_at is not None:
        act.code = "already_done"
        return found
    found.deleted_at = act.at
    journal.record(act, events.CHOICE_REMOVED, found)
    return found


_loaded: dict[str, Definition] = {}
MOST_LOADED = 256


def definition_of(version: FormVersion) -> Definition:
    """The loaded definition of a version; kept by its hash, since it never changes."""
    found = _loaded.get(version.sha256)
    if found is None:
        if len(_loaded) >= MOST_LOADED:
            _loaded.clear()
        found = _loaded[version.sha256] = load(version.definition)
    return found


def save_submission(act: Act, submission_id: str, args: dict[str, Any]) -> Submission:
    """Command submission.save: a fact of who was ever sent; saved again it replaces what he had handed in before."""
    policy.require(act, "submission.save")
    visit = _find_visit[0](act, args["visit_id"])
    if visit.work_order_id != args["work_order_id"]:
        raise Problem("not_found")
    version = act.session.get(FormVersion, args["form_version_id"])
    if version is None:
        raise Problem("form_unknown")
    existing = _own(act, submission_id, args)
    definition = definition_of(version)
    kept = inputs.taken(definition, args["inputs"])
    state = _require_fitting(version, args["answers"], kept, is_final=args["is_final"])
    if existing is not None and existing.is_final and not args["is_final"]:
        act.code = "already_done"  # what was finished is not taken back by an older draft
        return existing
    made = existing or Submission(id=submission_id, author_id=act.actor.id, author_name=act.actor.name)
    _fill(act, made, args, state, is_late=visit.is_late)
    made.inputs = kept
    act.session.add(made)
    journal.record(act, events.FINISHED if made.is_final else events.SAVED, made)
    typed.write(act.session, made, definition)
    return made


def _own(act: Act, submission_id: str, args: dict[str, Any]) -> Submission | None:
    existing = act.session.get(Submission, submission_id, populate_existing=True)
    if existing is None:
        return None
    if existing.author_id != act.actor.id or existing.visit_id != args["visit_id"]:
        raise Problem("not_found")
    if existing.form_version_id != args["form_version_id"]:
        raise Problem("form_pinned")
    return existing


def _require_fitting(version: FormVersion, answers: dict[str, Any], kept: dict[str, Any], *, is_final: bool) -> State:
    """The form as it stands with these answers; refused with what is wrong at each place."""
    definition = definition_of(version)
    found = build_schema(definition, version.sha256).errors(answers)
    if found and not is_final:
        raise Problem("form_answers_wrong", count=len(found), extra={"errors": found})
    state = State(definition, answers, inputs.context(kept))
    if is_final and (found := verdict(state, answers)):
        raise Problem("form_answers_wrong", count=len(found), extra={"errors": found})
    return state


def _fill(act: Act, made: Submission, args: dict[str, Any], state: State, *, is_late: bool) -> None:
    for name in ("work_order_id", "visit_id", "asset_id", "form_version_id", "is_final"):
        setattr(made, name, args[name])
    made.answers = state.answers
    # an earlier app sent what it was told, hidden answers too; a phone of today sends what counts, computed as it is here
    made.is_computed_otherwise = values.canonical(_calcs(state, args["answers"])) != values.canonical(
        _calcs(state, made.answers)
    )
    made.answers_sha256 = values.answers_sha256(made.answers, signatures_of(state.definition))
    made.is_late = is_late
    made.filled_at = act.happened_at


def state_of(submission: Submission, version: FormVersion) -> State:
    """The form as it was handed in, to be read."""
    return State(definition_of(version), submission.answers, inputs.context(submission.inputs))


def _calcs(state: State, answers: dict[str, Any]) -> dict[str, Any]:
    """What was computed, of these answers."""
    found: dict[str, Any] = {}
    for item in state.definition.fields:
        if item.type == "calc":
            found[item.id] = answers.get(item.id)
        elif any(inner.type == "calc" for inner in item.items):
            columns = [inner.id for inner in item.items if inner.type == "calc"]
            found[item.id] = [{one: row.get(one) for one in columns} for row in rows_of(item, answers.get(item.id))]
    return found


def computed_otherwise(session: Session, since: dt.datetime) -> int:
    """How many forms a phone has computed otherwise than the server, of those handed in since then."""
    query = sa.select(sa.func.count()).where(Submission.is_computed_otherwise, Submission.updated_at >= since)
    return int(session.execute(query).scalar_one())


def versions_of_order(session: Session, work_order_id: str) -> set[tuple[str, str]]:
    """(entity, id) of an order's submissions and of the versions that they were filled in by: phones need both to show them."""
    rows = session.execute(
        sa.select(Submission.id, Submission.form_version_id).where(
            Submission.work_order_id == work_order_id, Submission.deleted_at.is_(None)
        )
    )
    return {pair for one, version in rows for pair in (("submission", one), ("form_version", version))}
