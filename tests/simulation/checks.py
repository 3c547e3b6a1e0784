"""The oracle of the evening: what must hold when everyone has come online once, whatever happened during the day."""

from __future__ import annotations

import collections
import json
from collections.abc import Callable, Iterable
from typing import Any

import sqlalchemy as sa

from server.core.db import Record, db, record_classes
from server.core.rows import row_of
from server.core.tables import EventRow
from server.permissions import policy
from server.wiring.sync_host import TABLES
from server.work_orders.models import Comment
from tests.world import World

SEEN = ("work_order", "visit", "comment", "customer", "contact", "site", "asset", "product", "conflict")
Ask = Callable[..., Any]


def _expected(world: World, login: str, model: type[Record]) -> dict[str, Any]:
    """What the policy lets someone see, as the server shows it."""
    actor = world.actor(login)
    where = [policy.visible(actor, model), model.deleted_at.is_(None)]
    if model.entity == "conflict":
        where.append(sa.column("state") == "open")
    found = db.session().execute(sa.select(model).where(*where)).scalars()
    return {one.id: policy.shown(actor, model.entity, row_of(one)) for one in found}


def rows(world: World, login: str, phone: str, ask: Ask) -> None:
    """I4: client rows are the server's scope exactly, byte for byte."""
    for entity in SEEN:
        expected = _expected(world, login, record_classes()[entity])
        held = {one["id"] for one in ask("rows", entity=entity) if not one.get("is_detached")}
        missing, extra = set(expected) - held, held - set(expected)
        assert held == set(expected), f"{phone} {entity}: missing {missing}, extra {extra}"
        for record_id, wanted in expected.items():
            row = ask("row", entity=entity, id=record_id)
            found = {
                name: value for name, value in row.items() if not name.startswith("is_p") and name != "is_detached"
            }
            assert json.dumps(found, sort_keys=True) == json.dumps(wanted, sort_keys=True), (
                f"{phone} {entity} {record_id}"
            )


def log() -> None:
    """I2 and per-device order: numbers without a gap, each settled once."""
    table = TABLES.command_log
    logged = db.session().execute(sa.select(table).where(table.c.device_id.is_not(None)).order_by(table.c.mid)).all()
    by_device: dict[str, list[int]] = collections.defaultdict(list)
    for row in logged:
        assert row.state != "received", f"mutation {row.mid} was never settled"
        assert row.code != "failed", f"mutation {row.mid} {row.name} failed: {row.detail}"
        by_device[row.device_id].append(row.mid)
    for mids in by_device.values():
        assert mids == list(range(1, len(mids) + 1))


def tokens(entered: Iterable[str]) -> None:
    """I5: every entered value is current, in history, in a conflict, parked or dismissed; and a comment is there once."""
    session = db.session()
    journal = "\n".join(one or "" for one in session.execute(sa.select(EventRow.payload)).scalars())
    table = TABLES.command_log
    kept = sa.select(table.c.raw).where(table.c.state.in_(("parked", "dismissed")), table.c.raw.is_not(None))
    in_log = b"\n".join(bytes(one) for one in session.execute(kept).scalars())
    for token in entered:
        assert f'"{token}"' in journal or f'"{token}"'.encode() in in_log, f"{token} is lost"
    texts = collections.Counter(session.execute(sa.select(Comment.text)).scalars())
    assert all(count == 1 for count in texts.values()), texts
