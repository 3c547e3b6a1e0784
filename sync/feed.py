"""The feed: which rows a channel holds, and what of it changed since when (PROTOCOL 4; sync.md decisions 3 and 6).

A root (a work order, a catalogue record) puts rows into channels by scope edges. A row is in a channel while any edge says
so. Called by the host's finisher: `plan` reads before the head row is locked, `write` only writes and counts under it.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine import Connection
from sqlalchemy.orm import Session

from sync.tables import Tables

Root = tuple[str, str]
Place = tuple[str, str, str]  # channel, entity, id


@dataclass
class Plan:
    """What the finisher has to write: edges to add and drop, rows that changed, rows that were erased."""

    added: list[dict[str, Any]] = field(default_factory=list)
    dropped: list[dict[str, Any]] = field(default_factory=list)
    changed: set[tuple[str, str]] = field(default_factory=set)
    erased: set[tuple[str, str]] = field(default_factory=set)


def edge_row(root: Root, place: Place) -> dict[str, Any]:
    """The row of scope_edge that says: this root puts that row into that channel."""
    channel, entity, entity_id = place
    return {"root_entity": root[0], "root_id": root[1], "channel": channel, "entity": entity, "entity_id": entity_id}


def plan(
    tables: Tables,
    session: Session,
    scopes: Mapping[Root, set[Place]],
    changed: Iterable[tuple[str, str]],
    erased: Iterable[tuple[str, str]] = (),
) -> Plan:
    """Compare what the touched roots should hold with what their edges say."""
    made = Plan(changed=set(changed), erased=set(erased))
    edge = tables.scope_edge
    for root, wanted in scopes.items():
        rows = session.execute(
            sa.select(edge.c.channel, edge.c.entity, edge.c.entity_id).where(
                edge.c.root_entity == root[0], edge.c.root_id == root[1]
            )
        )
        present = {(row.channel, row.entity, row.entity_id) for row in rows}
        made.added += [edge_row(root, place) for place in sorted(wanted - present)]
        made.dropped += [edge_row(root, place) for place in sorted(present - wanted)]
    return made


def write(tables: Tables, connection: Connection, plan: Plan, seq: int, options: Mapping[str, Any]) -> int:
    """Store edges and feed rows, numbered after `seq`; each row has one number in all its channels. Answers the last number."""
    edge = tables.scope_edge
    for row in plan.dropped:
        connection.execute(
            sa.delete(edge).where(*(edge.c[name] == value for name, value in row.items())),
            execution_options=dict(options),
        )
    if plan.added:
        connection.execute(sa.insert(edge), plan.added, execution_options=dict(options))
    came, went = _channels_by_row(plan.added), _channels_by_row(plan.dropped)
    moved = set(came) | set(went)
    held = _held(tables, connection, moved | plan.changed, options)
    places = {row["channel"] for row in plan.added + plan.dropped}
    known = _known(tables, connection, moved - plan.erased, places, options)
    known |= _known(tables, connection, plan.erased, None, options)
    writes = []
    for key in sorted(moved | plan.changed):
        entity, entity_id = key
        if key in plan.erased:
            # 4.9: from wherever it was ever shown, a shelf included
            seq += 1
            everywhere = held.get(key, set()) | {place[0] for place in known if place[1:] == key}
            writes += [_feed(channel, entity, entity_id, seq, "remove", "erased") for channel in sorted(everywhere)]
            continue
        channels = held.get(key, set())
        left = went.get(key, set()) - channels
        new = came.get(key, set())
        # what was erased stays erased for phones that have not heard of it yet, wherever its order goes
        shown = channels if key in plan.changed else new & channels
        upserts = {channel for channel in shown if known.get((channel, *key)) != "erased"}
        gone = {channel for channel in left if known.get((channel, *key)) not in ("remove", "erased")}
        if not upserts and not gone:
            continue
        seq += 1
        writes += [_feed(channel, entity, entity_id, seq, "upsert", None) for channel in sorted(upserts)]
        writes += [_feed(channel, entity, entity_id, seq, "remove", "moved") for channel in sorted(gone)]
    _upsert(tables.feed, connection, writes, options)
    return seq


def _feed(channel: str, entity: str, entity_id: str, seq: int, op: str, why: str | None) -> dict[str, Any]:
    return {"channel": channel, "entity": entity, "entity_id": entity_id, "seq": seq, "op": op, "why": why}


def _channels_by_row(edges: Iterable[Mapping[str, Any]]) -> dict[tuple[str, str], set[str]]:
    """(entity, id) -> the channels of these edges."""
    found: dict[tuple[str, str], set[str]] = {}
    for row in edges:
        found.setdefault((row["entity"], row["entity_id"]), set()).add(row["channel"])
    return found


def _ids_by_entity(keys: Iterable[tuple[str, str]]) -> dict[str, list[str]]:
    found: dict[str, list[str]] = {}
    for entity, entity_id in keys:
        found.setdefault(entity, []).append(entity_id)
    return found


def _held(
    tables: Tables, connection: Connection, keys: set[tuple[str, str]], options: Mapping[str, Any]
) -> dict[tuple[str, str], set[str]]:
    """The channels that hold each row now, counted under the lock: two roots may let go of a row at once."""
    edge = tables.scope_edge
    found: dict[tuple[str, str], set[str]] = {}
    for entity, ids in _ids_by_entity(keys).items():
        for start in range(0, len(ids), 400):
            query = sa.select(edge.c.entity_id, edge.c.channel).where(
                edge.c.entity == entity, edge.c.entity_id.in_(ids[start : start + 400])
            )
            for row in connection.execute(query.distinct(), execution_options=dict(options)):
                found.setdefault((entity, row.entity_id), set()).add(row.channel)
    return found


def _known(
    tables: Tables,
    connection: Connection,
    keys: set[tuple[str, str]],
    channels: set[str] | None,
    options: Mapping[str, Any],
) -> dict[Place, str]:
    """What the feed says last of these rows in these channels: upsert, remove or erased. Without channels it looks through all of it."""
    feed = tables.feed
    where = () if channels is None else (feed.c.channel.in_(channels),)
    found: dict[Place, str] = {}
    for entity, ids in _ids_by_entity(keys).items():
        for start in range(0, len(ids), 400):
            query = sa.select(feed.c.channel, feed.c.entity_id, feed.c.op, feed.c.why).where(
                *where, feed.c.entity == entity, feed.c.entity_id.in_(ids[start : start + 400])
            )
            for row in connection.execute(query, execution_options=dict(options)):
                found[(row.channel, entity, row.entity_id)] = "erased" if row.why == "erased" else row.op
    return found


def _upsert(table: sa.Table, connection: Connection, rows: list[dict[str, Any]], options: Mapping[str, Any]) -> None:
    if not rows:
        return
    if connection.dialect.name == "postgresql":
        from sqlalchemy.dialects.postgresql import insert
    else:
        from sqlalchemy.dialects.sqlite import insert  # type: ignore[assignment] # another class with the same method
    statement = insert(table)
    statement = statement.on_conflict_do_update(
        index_elements=["channel", "entity", "entity_id"],
        set_={name: statement.excluded[name] for name in ("seq", "op", "why")},
    )
    connection.execute(statement, rows, execution_options=dict(options))


def audit(tables: Tables, session: Session, scopes: Mapping[Root, set[Place]]) -> list[tuple[str, Root, Place]]:
    """I12: every difference between the edges as they are and as the definitions say; empty when all is well."""
    edge = tables.scope_edge
    present: dict[Root, set[Place]] = {}
    for row in session.execute(sa.select(edge)):
        present.setdefault((row.root_entity, row.root_id), set()).add((row.channel, row.entity, row.entity_id))
    differences: list[tuple[str, Root, Place]] = []
    for root in sorted(set(present) | set(scopes)):
        wanted, found = scopes.get(root, set()), present.get(root, set())
        differences += [("missing", root, place) for place in sorted(wanted - found)]
        differences += [("extra", root, place) for place in sorted(found - wanted)]
    return differences
