"""What is written with every commit besides the events: last writers of fields, the sync feed, outcomes of logged commands."""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from server.assets.models import Asset, Contract
from server.conflicts.models import Conflict
from server.core import clock
from server.core.commit import FINISHER
from server.core.db import Record
from server.core.journal import Happening, Pending
from server.core.tables import EventRow
from server.customers.models import Contact
from server.forms.models import PUBLISHED, FormVersion
from server.notices.models import Notice
from server.wiring.sync_host import TABLES
from server.work_orders import asset_history
from server.work_orders.cards import ENTITY as CARD
from server.work_orders.models import WorkOrder
from server.work_orders.offline import orders_at, places_of_order
from sync import feed
from sync.feed import Place, Root

FACTS = ("comment", "attachment")
CATALOGUE_ENTITIES = frozenset({"product", "product_line", "work_type", "form_template", "form_version", "form_choice"})
ERASABLE: tuple[type[Record], ...] = (Contact, Conflict, Notice)
ERASED: dict[str, Any] = {"state": "duplicate", "code": "erased", "detail": None}
MERGED = frozenset({"work_order", "visit", "site", "contact", "customer", "contract"})


class FieldWrites:
    """Keeps the last writer of every field that can be edited on both sides (PROTOCOL 6.1)."""

    def prepare(self, session: Session, pending: Pending) -> list[dict[str, Any]]:
        rows: dict[tuple[str, str, str], dict[str, Any]] = {}
        for happening in pending.happenings:
            if happening.entity in MERGED:
                record = pending.touched[(happening.entity, happening.entity_id)]
                for name in happening.changes:
                    rows[(happening.entity, happening.entity_id, name)] = _write(happening, record, name)
        return list(rows.values())

    def write(self, session: Session, pending: Pending, prepared: list[dict[str, Any]], seq: int) -> int:
        if prepared:
            connection = session.connection()
            if connection.dialect.name == "postgresql":
                from sqlalchemy.dialects.postgresql import insert
            else:
                from sqlalchemy.dialects.sqlite import insert  # type: ignore[assignment] # another class with the same method
            statement = insert(TABLES.field_write)
            changed = {
                name: statement.excluded[name] for name in ("version", "device_id", "mid", "written_by", "written_at")
            }
            statement = statement.on_conflict_do_update(index_elements=["entity", "entity_id", "field"], set_=changed)
            connection.execute(statement, prepared, execution_options=FINISHER)
        return seq


def _write(happening: Happening, record: Record, name: str) -> dict[str, Any]:
    act = happening.act
    return {
        "entity": happening.entity, "entity_id": happening.entity_id, "field": name, "version": record.version,
        "device_id": act.device_id, "mid": act.mid, "written_by": act.actor.name, "written_at": act.happened_at,
    }  # fmt: skip


class Feed:
    """Keeps channels true: scope edges of every touched root, feed rows of every touched record."""

    def prepare(self, session: Session, pending: Pending) -> feed.Plan:
        roots: set[Root] = set()
        facts: list[Record] = []
        changed: set[tuple[str, str]] = set(pending.touched)
        for record in pending.touched.values():
            root = root_of(record)
            if record.entity in FACTS and record.deleted_at is None:
                facts.append(record)
            elif root is not None:
                roots.add(root)
            if isinstance(record, Notice) and record.work_order_id:
                changed.add((CARD, record.work_order_id))
            if isinstance(record, Asset | Contract):
                roots |= {("work_order", one) for one in orders_at(session, _site_id(session, record))}
            if isinstance(record, WorkOrder):
                roots |= _troubles_of(session, record.id)
        parked = {row["log_id"]: row["state"] for row in pending.results}
        shown = _shown_as_parked(session, parked)
        roots |= shown
        changed |= shown
        for root in shown:
            order_id = _order_of_log(session, root[1]) if parked[root[1]] == "parked" else None
            if order_id is not None:
                roots.add(("work_order", order_id))
        changed |= asset_history.changed_by(session, pending)
        changed |= {(CARD, root_id) for entity, root_id in roots if entity == "work_order"}
        _lock_orders(session, roots)
        scopes = {root: places_of(session, root, parked) for root in roots}
        plan = feed.plan(TABLES, session, scopes, changed, pending.erased)
        plan.added += _beside_their_order(session, [one for one in facts if root_of(one) not in roots])
        return plan

    def write(self, session: Session, pending: Pending, prepared: feed.Plan, seq: int) -> int:
        return feed.write(TABLES, session.connection(), prepared, seq, FINISHER)


def _site_id(session: Session, record: Asset | Contract) -> str:
    return record.site_id if isinstance(record, Asset) else session.get_one(Asset, record.asset_id).site_id


def _shown_as_parked(session: Session, outcomes: dict[str, str]) -> set[Root]:
    """Of these settled mutations those that some channel shows, or shall show now. Most have applied and were never shown."""
    edge = TABLES.scope_edge
    query = sa.select(edge.c.root_id).where(edge.c.root_entity == "parked", edge.c.root_id.in_(outcomes))
    before = set(session.execute(query.distinct()).scalars()) if outcomes else set()
    return {("parked", log_id) for log_id, state in outcomes.items() if state == "parked" or log_id in before}


def _lock_orders(session: Session, roots: set[Root]) -> None:
    """What an order puts where is planned under its lock: a savepoint that was given back has given back its lock too."""
    if session.connection().dialect.name == "sqlite":
        return  # one writer at a time
    ids: set[str | None] = {root_id for entity, root_id in roots if entity == "work_order"}
    troubles = [root_id for entity, root_id in roots if entity in ("conflict", "parked")]
    if troubles:
        table = TABLES.command_log
        ids |= set(session.execute(sa.select(table.c.aggregate_id).where(table.c.id.in_(troubles))).scalars())
        ids |= set(session.execute(sa.select(Conflict.work_order_id).where(Conflict.id.in_(troubles))).scalars())
    ids.discard(None)
    query = sa.select(WorkOrder.id).where(WorkOrder.id.in_(ids)).order_by(WorkOrder.id)
    session.execute(query.with_for_update()).all()


def _beside_their_order(session: Session, facts: list[Record]) -> list[dict[str, Any]]:
    """Edges of new facts: they go where their order is; an order with 10,000 remarks is not looked through for one more."""
    edge = TABLES.scope_edge
    added: list[dict[str, Any]] = []
    channels: dict[Root, list[str]] = {}
    ids = [one.id for one in facts]
    known = set(
        session.execute(
            sa.select(edge.c.entity_id).where(edge.c.entity.in_(FACTS), edge.c.entity_id.in_(ids))
        ).scalars()
    )
    for record in facts:
        root = root_of(record)
        if root is None or record.id in known:
            continue
        if root not in channels:
            query = sa.select(edge.c.channel).where(
                edge.c.root_entity == root[0],
                edge.c.root_id == root[1],
                edge.c.entity == "work_order",
                edge.c.entity_id == root[1],
            )
            channels[root] = sorted(session.execute(query).scalars())
        added += [feed.edge_row(root, (channel, record.entity, record.id)) for channel in channels[root]]
    return added


def root_of(record: Record) -> Root | None:
    """The root whose definition decides where this record belongs; None where only its own edges count."""
    if isinstance(record, Conflict):
        return ("conflict", record.id)
    order_id = getattr(record, "work_order_id", None)
    if order_id is not None and record.entity in ("work_order", "visit", "comment", "attachment", "submission"):
        return ("work_order", order_id)
    return (record.entity, record.id) if record.entity in CATALOGUE_ENTITIES else None


def places_of(session: Session, root: Root, parked: dict[str, str] | None = None) -> set[Place]:
    """Where a root puts rows: the one definition that the finisher and the audit share."""
    entity, root_id = root
    if entity == "work_order":
        return places_of_order(session, root_id)
    if entity == "conflict":
        return _places_of_conflict(session, root_id)
    if entity == "parked":
        return _places_of_parked(session, root_id, (parked or {}).get(root_id))
    from server.core.db import record_classes

    record = session.get(record_classes()[entity], root_id)
    if isinstance(record, FormVersion) and record.state != PUBLISHED:
        return set()  # phones that filled one in by it hold it with their order
    return set() if record is None or record.deleted_at is not None else {("catalog", entity, root_id)}


def _office_of(session: Session, order_id: str | None) -> set[str]:
    """The office channels that see an order's troubles."""
    query = sa.select(WorkOrder.region_id, WorkOrder.team_id).where(WorkOrder.id == order_id)
    order = session.execute(query).first() if order_id else None
    channels = {"office"}
    if order is not None and order.region_id:
        channels.add(f"region:{order.region_id}")
    if order is not None and order.team_id:
        channels.add(f"team:{order.team_id}")
    return channels


def _places_of_conflict(session: Session, conflict_id: str) -> set[Place]:
    conflict = session.get(Conflict, conflict_id)
    if conflict is None or conflict.state != "open":
        return set()
    channels = _office_of(session, conflict.work_order_id)
    if conflict.theirs_user_id:
        channels.add(f"user:{conflict.theirs_user_id}")
    return {(channel, "conflict", conflict.id) for channel in channels}


def _places_of_parked(session: Session, log_id: str, state: str | None) -> set[Place]:
    table = TABLES.command_log
    row = session.execute(
        sa.select(table.c.state, table.c.user_id, table.c.aggregate_id).where(table.c.id == log_id)
    ).first()
    if row is None or (state or row.state) != "parked":
        return set()
    channels = _office_of(session, row.aggregate_id)
    if row.user_id:
        channels.add(f"user:{row.user_id}")
    return {(channel, "parked", log_id) for channel in channels}


def _troubles_of(session: Session, order_id: str) -> set[Root]:
    """Parked mutations and open clashes of an order: who sees them follows its team and region."""
    table = TABLES.command_log
    logs = session.execute(sa.select(table.c.id).where(table.c.aggregate_id == order_id, table.c.state == "parked"))
    clashes = session.execute(
        sa.select(Conflict.id).where(Conflict.work_order_id == order_id, Conflict.state == "open")
    )
    return {("parked", one) for one in logs.scalars()} | {("conflict", one) for one in clashes.scalars()}


def _order_of_log(session: Session, log_id: str) -> str | None:
    table = TABLES.command_log
    return session.execute(sa.select(table.c.aggregate_id).where(table.c.id == log_id)).scalar_one_or_none()


def all_roots(session: Session) -> list[Root]:
    """Every root there is: what the audit recomputes."""
    from server.core.db import record_classes

    roots: list[Root] = [("work_order", one) for one in session.execute(sa.select(WorkOrder.id)).scalars()]
    roots += [("conflict", one) for one in session.execute(sa.select(Conflict.id)).scalars()]
    roots += [("parked", one) for one in session.execute(sa.select(TABLES.command_log.c.id)).scalars()]
    for entity in sorted(CATALOGUE_ENTITIES):
        roots += [(entity, one) for one in session.execute(sa.select(record_classes()[entity].id)).scalars()]
    return roots


def audit_scopes(session: Session) -> list[Any]:
    """I12: differences between the edges and the definitions; none when all is well."""
    scopes = {root: places_of(session, root) for root in all_roots(session)}
    return feed.audit(TABLES, session, scopes)


class Erasure:
    """What was sent about an erased record goes with it, and is not kept when it comes later: that something was sent stays (PROTOCOL 5.13)."""

    def prepare(self, session: Session, pending: Pending) -> None:
        table = TABLES.command_log
        gone = {entity_id for entity, entity_id in pending.erased}
        _settle_parked(session, pending, gone)
        about = _about(session, [row["log_id"] for row in pending.results])
        erased = gone | _erased_before(session, set(about.values()))
        late = {log_id for log_id, (_entity, entity_id) in about.items() if entity_id in erased}
        for row in pending.results:
            if row["log_id"] in late:
                row.update(ERASED)
        if gone or late:
            # what is not judged yet is needed once more, to be judged
            before = sa.and_(table.c.entity_id.in_(gone), table.c.state != "received")
            mine = sa.update(table).where(sa.or_(before, table.c.id.in_(late)))
            session.execute(mine.values(raw=None, detail=None))

    def write(self, session: Session, pending: Pending, prepared: None, seq: int) -> int:
        return seq


def _settle_parked(session: Session, pending: Pending, gone: set[str]) -> None:
    """With its words gone there is nothing left to decide about a parked mutation."""
    table = TABLES.command_log
    known = {row["log_id"] for row in pending.results}
    query = sa.select(table.c.id).where(table.c.entity_id.in_(gone), table.c.state == "parked").order_by(table.c.id)
    waiting = session.execute(query.with_for_update()).scalars().all() if gone else []
    pending.results += [{"log_id": one, **ERASED} for one in waiting if one not in known]


def _about(session: Session, log_ids: list[str]) -> dict[str, tuple[str, str]]:
    """Of logged mutations: the record each is about."""
    table = TABLES.command_log
    is_sent = (table.c.raw.is_not(None), table.c.entity_id.is_not(None))
    query = sa.select(table.c.id, table.c.entity, table.c.entity_id).where(table.c.id.in_(log_ids), *is_sent)
    return {row.id: (row.entity, row.entity_id) for row in session.execute(query)} if log_ids else {}


def _erased_before(session: Session, records: set[tuple[str, str]]) -> set[str]:
    """The ids of those that are erased, whatever the mutation calls them. A record that can be is held first: whoever is erasing it now
    has either committed or waits for us.
    """
    for model in ERASABLE:
        mine = {entity_id for entity, entity_id in records if entity == model.entity}
        if mine:
            held = sa.select(model.id).where(model.id.in_(mine)).order_by(model.id)
            session.execute(held.with_for_update(read=True)).all()
    ids = {entity_id for _entity, entity_id in records}
    if not ids:
        return set()
    events = sa.select(EventRow.entity_id).where(EventRow.entity_id.in_(ids), EventRow.erased_at.is_not(None))
    return set(session.execute(events.distinct()).scalars())


class CommandLog:
    """Completes logged commands with state, code and the number of the change that carries their effect. Writes last."""

    def prepare(self, session: Session, pending: Pending) -> None:
        return None

    def write(self, session: Session, pending: Pending, prepared: None, seq: int) -> int:
        table = TABLES.command_log
        settled = [
            {"log": row["log_id"], "state": row["state"], "code": row["code"], "detail": row.get("detail")}
            for row in pending.results
        ]
        statement = sa.update(table).where(table.c.id == sa.bindparam("log"))
        if settled:
            values = statement.values(applied_seq=seq, settled_at=clock.now())
            session.connection().execute(values, settled, execution_options=FINISHER)
        return seq
