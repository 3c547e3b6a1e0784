"""Tells the many past stories of the demo at once: the rows and events that the commands would have written, a table at a time.

It asks the same pure engines (visit machine, flow, forms) and hands the same events to the one write point; that both ways come out
alike is tests/server/seed/test_alike.py. It judges no permissions and takes only the commands of `TELLERS`.
"""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from typing import Any, TypeVar

import sqlalchemy as sa
from sqlalchemy.orm import Session

from server.core import journal
from server.core.acts import Act
from server.core.canonical import wire_time
from server.core.db import Record
from server.core.errors import Problem
from server.core.events import Event
from server.core.rows import column_names
from server.flows.engine.status import VisitState, status_of
from server.flows.operations import visit_node
from server.forms import answers as typed
from server.forms import events as form_events
from server.forms.engine import values
from server.forms.engine.validate import errors, signatures_of
from server.forms.models import Answer, FormVersion, Submission
from server.forms.operations import definition_of
from server.seed.directory import Directory
from server.seed.stories import CALLOUT, Step, Story, swept
from server.seed.telling import Cast
from server.work_orders import events
from server.work_orders.engine import machine
from server.work_orders.models import Comment, Visit, VisitAssignment, WorkOrder
from server.work_orders.operations import give_number
from server.work_orders.visit_operations import MACHINE_FIELDS, TIMES

R = TypeVar("R", bound=Record)
MOMENTS = ("planned_start", "planned_end", "promised_from", "promised_until")


@dataclass
class Sheet:
    """A record that is being told, and what of it changed since its last event."""

    record: Any
    before: dict[str, Any] = field(default_factory=dict)

    def put(self, **changes: Any) -> None:
        """Change fields."""
        for name, value in changes.items():
            old = getattr(self.record, name)
            if old != value:
                self.before.setdefault(name, old)
                setattr(self.record, name, value)

    def tell(self, act: Act, event: Event, **details: Any) -> None:
        """Say that this happened, with the changes so far."""
        changes = {
            name: [journal.plain(old), journal.plain(new)]
            for name, old in self.before.items()
            if old != (new := getattr(self.record, name))
        }
        if self.record.version is None:
            self.record.version = 1
            self.record.created_at = act.at
        else:
            self.record.version += 1
        self.record.updated_at = act.at
        self.before.clear()
        journal.tell(act, event, self.record, changes, **details)


class Ledger:
    """Takes stories, then writes their rows. Everything happens inside the caller's transaction."""

    def __init__(self, session: Session, who: Directory, cast: Cast) -> None:
        self.session, self.who, self.cast = session, who, cast
        self.orders: dict[str, Sheet] = {}
        self.visits: dict[str, Sheet] = {}
        self.of_order: dict[str, list[Sheet]] = defaultdict(list)
        self.rows: dict[type[Any], list[dict[str, Any]]] = defaultdict(list)
        self.assigned: set[tuple[str, str]] = set()
        self.regions = {place.id: who.id("region", place.city) for place in who.places}
        self.versions: dict[str, FormVersion] = {
            one.id: one for one in session.execute(sa.select(FormVersion)).scalars()
        }

    def take(self, story: Story) -> None:
        """Every step of a story, and that its visits have left their phones since."""
        for step in story.steps:
            TELLERS[step.name](self, self.cast.act(self.session, step), step)
        for visit, night in swept(self.who, story):
            sheet = self.visits[visit]
            if sheet.record.is_on_phone:
                step = Step("visit.sweep", visit, {}, CALLOUT, night, night)
                sheet.put(is_on_phone=False)
                sheet.tell(self.cast.act(self.session, step), events.VISIT_LEFT_PHONE)

    def new(self, model: type[R], record_id: str, **fields: Any) -> Sheet:
        """A record with its columns' defaults; what is given and not empty is what its first event tells."""
        record = model(**dict.fromkeys(column_names(model)))
        for column in sa.inspect(model).columns:
            if isinstance(column.default, sa.ColumnDefault) and column.key not in (
                "id",
                "version",
                "created_at",
                "updated_at",
            ):
                is_made = callable(column.default.arg)
                setattr(record, column.key, column.default.arg(None) if is_made else column.default.arg)
        sheet = Sheet(record)
        for name, value in {"id": record_id, **fields}.items():
            setattr(record, name, value)
            sheet.before[name] = None
        return sheet

    def refresh(self, act: Act, order_id: str) -> None:
        """The status that the flow gives for the visits as they stand."""
        order = self.orders[order_id]
        states = [
            VisitState(one.record.status, one.record.outcome, one.record.engineer_id is not None)
            for one in self.of_order[order_id]
        ]
        status = status_of(visit_node(order.record.flow), states)
        order.put(
            status_key=status["key"], category=status["category"], status_label=status["label"], customer_label=status["customer"]
        )  # fmt: skip
        if order.before:
            order.tell(act.as_system(), events.STATUS_SET)

    def write(self) -> None:
        """All rows, tables that others refer to first."""
        for sheets in (self.orders, self.visits):
            for sheet in sheets.values():
                self.keep(sheet.record)
        for model in (WorkOrder, Visit, VisitAssignment, Comment, Submission, Answer):
            if self.rows[model]:
                self.session.execute(sa.insert(model), self.rows[model])
        self.rows.clear()

    def keep(self, record: Record) -> None:
        """Have the row written."""
        row = {name: getattr(record, name) for name in column_names(type(record))}
        self.rows[type(record)].append(row)


def _create(ledger: Ledger, act: Act, step: Step) -> None:
    args = step.args | {"reported_at": dt.datetime.fromisoformat(step.args["reported_at"])}
    order = ledger.new(WorkOrder, step.entity_id, region_id=ledger.regions[args["site_id"]], **args)
    ledger.orders[step.entity_id] = order
    order.tell(act, events.CREATED)
    give_number(act, order.record)
    ledger.refresh(act, step.entity_id)


def _assign(ledger: Ledger, act: Act, step: Step) -> None:
    args = dict(step.args)
    engineer = args.pop("engineer_id")
    visit = ledger.visits.get(step.entity_id)
    if visit is None:
        times = {name: dt.datetime.fromisoformat(args[name]) for name in MOMENTS}
        visit = ledger.new(Visit, step.entity_id, work_order_id=args["work_order_id"], **times)
        ledger.visits[step.entity_id] = visit
        ledger.of_order[args["work_order_id"]].append(visit)
        visit.tell(act, events.VISIT_PLANNED)
        ledger.refresh(act, args["work_order_id"])
    _take_step(ledger, act, visit, "visit.dispatch", {"engineer_id": engineer})


def _take_step(ledger: Ledger, act: Act, visit: Sheet, command: str, args: dict[str, Any]) -> None:
    seen = {name: getattr(visit.record, name) for name in MACHINE_FIELDS}
    seen = {name: wire_time(value) if isinstance(value, dt.datetime) else value for name, value in seen.items()}
    by = act.actor.id if command in machine.ENGINEER else None
    answer = machine.step(seen, command, {**args, "by": by}, wire_time(act.happened_at))
    if answer["state"] != "ok":
        raise Problem("visit_needs_fix", sentence=f"{command}: {answer}")
    changes = {
        name: dt.datetime.fromisoformat(value) if name in TIMES and value is not None else value
        for name, value in answer["changes"].items()
    }
    visit.put(**changes, status_changed_at=act.happened_at)
    if command == "visit.dispatch":
        visit.put(dispatched_at=act.happened_at, is_on_phone=True)
        _note_assignment(ledger, act, visit.record)
    if visit.record.engineer_id is None:
        visit.put(is_on_phone=False)
    visit.tell(act, events.BY_COMMAND[command])
    if command != "visit.cancel":  # part of cancelling the order, whose status its caller sets
        ledger.refresh(act, visit.record.work_order_id)


def _note_assignment(ledger: Ledger, act: Act, visit: Visit) -> None:
    pair = (visit.id, str(visit.engineer_id))
    if pair not in ledger.assigned:
        ledger.assigned.add(pair)
        ledger.rows[VisitAssignment].append({"visit_id": pair[0], "engineer_id": pair[1], "first_at": act.at})


def _step(ledger: Ledger, act: Act, step: Step) -> None:
    _take_step(ledger, act, ledger.visits[step.entity_id], step.name, step.args)


def _edit_visit(ledger: Ledger, act: Act, step: Step) -> None:
    visit = ledger.visits[step.entity_id]
    visit.put(**step.args["set"])
    visit.tell(act, events.VISIT_EDITED)


def _edit_order(ledger: Ledger, act: Act, step: Step) -> None:
    order = ledger.orders[step.entity_id]
    order.put(**step.args["set"])
    if order.before:
        order.tell(act, events.EDITED)


def _cancel(ledger: Ledger, act: Act, step: Step) -> None:
    order = ledger.orders[step.entity_id]
    for visit in ledger.of_order[step.entity_id]:
        if visit.record.status not in machine.TERMINAL:
            _take_step(ledger, act, visit, "visit.cancel", step.args)
    label = {"en": "Cancelled", "zh-CN": "已取消"}
    order.put(
        cancelled_at=act.at, category="cancelled", status_key="cancelled", status_label=label, customer_label=label
    )
    order.tell(act, events.CANCELLED, reason=step.args["reason"])


def _comment(ledger: Ledger, act: Act, step: Step) -> None:
    author = act.actor.id if act.actor.kind == "user" else None
    comment = ledger.new(
        Comment, step.entity_id, author_id=author, author_name=act.actor.name, written_at=act.happened_at, is_late=False, **step.args
    )  # fmt: skip
    comment.tell(act, events.COMMENTED)
    ledger.keep(comment.record)


def _submit(ledger: Ledger, act: Act, step: Step) -> None:
    definition = definition_of(ledger.versions[step.args["form_version_id"]])
    answers = step.args["answers"]
    found = errors(definition, answers)
    if found:
        raise Problem("form_answers_wrong", count=len(found), extra={"errors": found})
    made = ledger.new(
        Submission, step.entity_id, author_id=act.actor.id, author_name=act.actor.name, is_late=False, filled_at=act.happened_at,
        answers_sha256=values.answers_sha256(answers, signatures_of(definition)), inputs={}, is_computed_otherwise=False, **step.args,
    )  # fmt: skip
    made.tell(act, form_events.FINISHED)
    ledger.keep(made.record)
    ledger.rows[Answer] += [row | {"submission_id": made.record.id} for row in typed.rows_of(definition, answers)]


TELLERS: dict[str, Callable[[Ledger, Act, Step], None]] = {
    "work_order.create": _create, "work_order.edit": _edit_order, "work_order.cancel": _cancel, "comment.add": _comment,
    "visit.assign": _assign, "visit.edit": _edit_visit, "submission.save": _submit,
    **dict.fromkeys(("visit.accept", "visit.decline", "visit.travel", "visit.arrive", "visit.complete", "visit.cannot_complete"), _step),
}  # fmt: skip


def can_tell(stories: Iterable[Story]) -> list[Story]:
    """Those that hold no other command."""
    return [story for story in stories if all(step.name in TELLERS for step in story.steps)]
