"""The server's side of the sync library: transactions, actors, commands, rows and channels handed over by name."""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Callable, Iterable, Mapping
from typing import Any, TypeVar

import sqlalchemy as sa
from sqlalchemy import exc
from sqlalchemy.orm import Session

from server.accounts import presence
from server.accounts import queries as accounts
from server.accounts.models import Device, User
from server.core import clock, commands, commit, journal
from server.core.acts import SYSTEM, Act, Actor
from server.core.canonical import dumps, wire_time
from server.core.db import Base, Json, Record, UtcDateTime, db, record_classes
from server.core.errors import CATALOGUE, Kind, Problem, sentence
from server.core.ids import is_id
from server.core.rows import column_names, row_of
from server.core.tables import EventRow, Head, ServerFact
from server.permissions import policy
from server.wiring import dismissing
from server.wiring.words import PARKED, SETTLED
from server.work_orders import asset_history, cards
from server.work_orders.models import Visit, WorkOrder
from server.work_orders.offline import COMMANDS
from server.work_orders.queries import was_on_order
from sync import tables as sync_tables
from sync.clock import Stamp
from sync.errors import Park
from sync.registry import AggregateOf, Caller, Channel, CommandSpec
from sync.wire import Mutation

T = TypeVar("T")
TABLES = sync_tables.declare(Base.metadata, time=UtcDateTime(), json=Json)
HELD = (
    "work_order",
    "visit",
    "comment",
    "attachment",
    "customer",
    "contact",
    "site",
    "asset",
    "contract",
    "product",
    "product_line",
    "work_type",
    "form_template",
    "form_version",
    "form_choice",
    "submission",
    "conflict",
)
PARKED_FIELDS = (
    "state",
    "code",
    "detail",
    "name",
    "entity",
    "entity_id",
    "work_order_id",
    "mid",
    "device_id",
    "user_id",
    "received_at",
)
PARK_OF = {
    "not_allowed": "not_allowed", "not_found": "not_allowed", "visit_superseded": "superseded", "order_closed": "superseded",
    "command_unknown": "needs_newer_server",
}  # fmt: skip
# what engineers' phones call a text that is being typed (pwa/src/engineer/drafts.ts)
DRAFTS = {"findings": "visit", "comment": "work_order", "access": "site", "form": "visit"}
RIGHTS = ("user", "role", "device", "team", "region")
LOGGED_IN = "user.logged_in"
PHONE_COMMANDS = (
    *COMMANDS,
    "site.edit",
    "contact.edit",
    "attachment.add",
    "attachment.edit",
    "submission.save",
    "asset.add",
    "conflict.resolve",
)


class SyncHost:
    """Implements sync.registry.Host."""

    tables = TABLES

    @property
    def commands(self) -> Mapping[str, CommandSpec]:
        return {name: CommandSpec(commands.find(name).entity, commands.find(name).version) for name in PHONE_COMMANDS}

    def now(self) -> dt.datetime:
        return clock.now()

    def epoch(self, session: Session) -> str:
        return session.execute(sa.select(ServerFact.value).where(ServerFact.name == "epoch")).scalar_one()

    def head_seq(self, session: Session) -> int:
        return session.execute(sa.select(Head.seq).where(Head.id == 1)).scalar_one()

    def transact(self, work: Callable[[Session], T]) -> T:
        return commit.transact(work)

    def snapshot(self, work: Callable[[Session], T]) -> T:
        session: Session = db.session()
        session.rollback()
        try:
            if db.engine.dialect.name == "postgresql":
                session.connection(execution_options={"isolation_level": "REPEATABLE READ"})
            return work(session)
        finally:
            session.rollback()

    def lock_device(self, session: Session, caller: Caller) -> None:
        device = session.get(Device, caller.device_id, with_for_update=True, populate_existing=True)
        if device is None or device.user_id != caller.user_id:
            raise Problem("device_foreign")
        if device.revoked_at is not None:
            raise Problem("device_revoked")

    def actor_for(self, session: Session, user_id: str, device_id: str | None) -> Actor | None:
        user = session.get(User, user_id) if user_id else None
        if user is None or not user.is_active or user.deleted_at is not None:
            return None
        return accounts.actor_of(session, user, device_id=device_id)

    def aggregates(self, session: Session, user_id: str | None, device_id: str) -> AggregateOf:
        actor = self.actor_for(session, user_id or "", device_id)
        known: dict[str, bool] = {}

        def has_part(order_id: str) -> bool:
            if actor is None:
                return user_id is not None and was_on_order(session, order_id, user_id)
            query = sa.select(WorkOrder.id).where(WorkOrder.id == order_id, policy.visible(actor, WorkOrder))
            return session.execute(query).first() is not None or was_on_order(session, order_id, actor.id)

        def find(mutation: Mutation) -> str | None:
            command = commands.CATALOGUE.get(mutation.name)
            found = command.aggregate_of(Act(session, SYSTEM), mutation.entity_id, mutation.args) if command else None
            if found is None or not is_id(found):
                return None
            if found not in known:
                known[found] = has_part(found)
            return found if known[found] else None

        return find

    def place_of_draft(self, session: Session, key: str) -> tuple[str | None, str | None, str | None]:
        what, _, rest = key.partition(":")
        record_id = rest.partition(":")[0]  # a form's draft names the unit too
        entity = DRAFTS.get(what)
        if entity is None or not is_id(record_id):
            return None, None, None
        if entity == "visit":
            query = sa.select(Visit.work_order_id).where(Visit.id == record_id)
            return entity, record_id, session.execute(query).scalar_one_or_none()
        return entity, record_id, record_id if entity == "work_order" else None

    def run(
        self, session: Session, actor: Any, mutation: Mutation, args: dict[str, Any], stamp: Stamp, device_id: str
    ) -> str:
        act = Act(
            session, actor, origin="sync", acted_at=stamp.acted_at, is_time_trusted=stamp.is_trusted, clock_offset=stamp.offset,
            device_id=device_id, mid=mutation.mid, base_version=mutation.base_version,
        )  # fmt: skip
        try:
            commands.run(mutation.name, act, mutation.entity_id, args, is_lenient=True)
            session.flush()
            if act.code == "applied":
                dismissing.close_earlier(act, self.tables.command_log, mutation)
        except Problem as problem:
            raise Park(PARK_OF.get(problem.code, "needs_fix"), _detail(problem)) from problem
        except exc.IntegrityError as error:
            named = commit.as_problem(error)
            if not isinstance(named, Problem):
                raise
            raise Park("needs_fix", _detail(named)) from error
        return act.code

    def settle(self, session: Session, log_id: str, state: str, code: str, detail: Mapping[str, Any]) -> None:
        journal.result(session, log_id=log_id, state=state, code=code, detail=dict(detail))

    def is_transient(self, error: Exception) -> bool:
        return commit.is_passing(error)

    def are_rights_changed(self, session: Session, since: int) -> bool:
        query = sa.select(EventRow.seq).where(
            EventRow.seq > since, EventRow.entity.in_(RIGHTS), EventRow.name != LOGGED_IN
        )
        return session.execute(query.limit(1)).first() is not None

    def channels(self, session: Session, caller: Caller) -> list[Channel]:
        actor: Actor = caller.actor
        fields = view_fields(actor)
        view = policy.view_name({entity: sorted(names) for entity, names in fields.items()})
        names = channel_names(actor)
        epochs = self._epochs(session, names)
        return [Channel(name, view, fields, epochs.get(name, 1)) for name in names]

    def _epochs(self, session: Session, names: list[str]) -> dict[str, int]:
        table = self.tables.channel
        rows = session.execute(sa.select(table.c.name, table.c.grant_epoch).where(table.c.name.in_(names)))
        return {row.name: row.grant_epoch for row in rows}

    def presence(self, session: Session) -> str:
        return dumps({"people": presence.people(session)})

    def load(self, session: Session, entity: str, ids: Iterable[str]) -> dict[str, tuple[int, dict[str, Any]]]:
        if entity == cards.ENTITY:
            return cards.load(session, ids)
        if entity == asset_history.ENTITY:
            return asset_history.load(session, ids)
        if entity == "parked":
            return self._load_parked(session, list(ids))
        model = record_classes()[entity]
        return _load_records(session, model, list(ids))

    def _load_parked(self, session: Session, ids: list[str]) -> dict[str, tuple[int, dict[str, Any]]]:
        table = self.tables.command_log
        rows = session.execute(sa.select(table).where(table.c.id.in_(ids), table.c.state == "parked"))
        return {
            row.id: (1, {
                "state": row.state, "code": row.code, "detail": row.detail or {}, "name": row.name, "entity": row.entity,
                "entity_id": row.entity_id, "work_order_id": row.aggregate_id, "mid": row.mid, "device_id": row.device_id,
                "user_id": row.user_id, "received_at": wire_time(row.received_at),
            })
            for row in rows
        }  # fmt: skip

    def sentence(self, locale: str, state: str, code: str | None, detail: Mapping[str, Any]) -> str | None:
        return settled_sentence(locale, state, code, detail)


def settled_sentence(locale: str, state: str, code: str | None, detail: Mapping[str, Any]) -> str | None:
    """What became of a mutation, for its author; None when there is nothing to say."""
    if state == "parked":
        problem = detail.get("problem")
        why = ""
        if isinstance(problem, str) and problem in CATALOGUE:
            why = sentence(CATALOGUE[problem], locale, detail.get("params", {}))
        return PARKED[code or "failed"][locale].format(why=why).strip()
    words = SETTLED.get(code or "")
    return words[locale] if words else None


def _detail(problem: Problem) -> dict[str, Any]:
    """Enough to say the sentence again in any language; plain JSON only."""
    plain = json.loads(json.dumps({"params": problem.params, "fields": problem.fields, **problem.extra}, default=str))
    return {"problem": problem.code, **plain}


def _load_records(session: Session, model: type[Record], ids: list[str]) -> dict[str, tuple[int, dict[str, Any]]]:
    found = {}
    for start in range(0, len(ids), 400):
        query = sa.select(model).where(model.id.in_(ids[start : start + 400]), model.deleted_at.is_(None))
        for record in session.execute(query).scalars():
            found[record.id] = (record.version, row_of(record))
    return found


def channel_names(actor: Actor) -> list[str]:
    """The channels of an actor by the scopes of his roles."""
    names = ["catalog"]
    if "all" in actor.scopes or "*" in actor.grants:
        names.append("office")
    if "region" in actor.scopes:
        names += [f"region:{one}" for one in sorted(actor.region_ids)]
    if "team" in actor.scopes:
        names += [f"team:{one}" for one in sorted(actor.team_ids)]
    if actor.kind == "user":
        names.append(f"user:{actor.id}")
    return names


def view_fields(actor: Actor) -> dict[str, frozenset[str]]:
    """entity -> the fields of it that the policy lets this actor see."""
    classes = record_classes()
    own: dict[str, Iterable[str]] = {entity: column_names(classes[entity]) for entity in HELD}
    own[cards.ENTITY] = cards.FIELDS
    own["parked"] = PARKED_FIELDS
    seen = {entity: policy.readable(actor, entity, names) for entity, names in own.items()}
    return seen | {asset_history.ENTITY: asset_history.readable(actor)}


def declare_problems(faults: Iterable[Any]) -> None:
    """Join a library's failures to the one catalogue."""
    for fault in faults:
        CATALOGUE.setdefault(
            fault.code, Kind(fault.code, fault.status, fault.retry, {"en": fault.en, "zh-CN": fault.zh})
        )
