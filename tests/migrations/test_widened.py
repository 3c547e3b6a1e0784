"""A server that ran before contracts, unplanned jobs and tags of photos: its roles learn them, and phones get the past of the devices they hold."""

from __future__ import annotations

import datetime as dt
import threading
import time
import uuid
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa

from server import migrate
from server.accounts.models import Role
from server.app import create_app
from server.core.config import read_settings
from server.core.db import db
from server.core.tables import Head
from server.seed.roles import DISPATCHER, ENGINEER
from server.wiring.sync_host import TABLES
from tests import databases

NEW = {"work_order.take_on", "contract.*", "attachment.edit"}


def as_before(role: dict[str, Any]) -> dict[str, Any]:
    """A starting role as the version before made it."""
    fields = {
        entity: one for entity, one in role["field_grants"].items() if entity not in ("contract", "asset_history")
    }
    if "attachment" in fields:
        fields["attachment"] = {"*": "read"}
    return {**role, "grants": [one for one in role["grants"] if one not in NEW], "field_grants": fields}


@pytest.fixture(params=["sqlite", "postgresql"])
def connection(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[sa.Connection]:
    """A database of revision 0008."""
    url = f"sqlite:///{tmp_path / 'old.db'}" if request.param == "sqlite" else databases.empty_postgresql()
    app = create_app(
        read_settings({"CALLOUT_DATA_DIR": str(tmp_path), "DATABASE_URL": url, "CALLOUT_LOG_LEVEL": "error"})
    )
    with app.app_context():
        migrate.upgrade(db.engine, "0008")
        with db.engine.connect().execution_options(callout_write=True) as made:
            yield made
        db.engine.dispose()
    databases.drop(url)


def put_role(connection: sa.Connection, role: dict[str, Any]) -> str:
    role_id, now = str(uuid.uuid4()), dt.datetime.now(dt.UTC)
    kept = {name: role[name] for name in ("name", "grants", "scope", "field_grants")}
    told = {"id": role_id, "version": 1, "created_at": now, "updated_at": now, "custom": {}}
    connection.execute(sa.insert(Role.__table__).values(**kept, **told))  # type: ignore[arg-type] # a Table at run time
    return role_id


def test_roles_learn_what_is_new_and_nothing_else(connection: sa.Connection) -> None:
    plain = {
        "name": {"en": "Clerk"},
        "grants": ["work_order.read"],
        "scope": "all",
        "field_grants": {"site": {"*": "read"}},
    }
    roles = [ENGINEER, DISPATCHER, plain]
    ids = [put_role(connection, as_before(role)) for role in roles]
    connection.commit()
    migrate.upgrade(db.engine)
    rows = {row.id: row for row in connection.execute(sa.select(Role.__table__))}
    found = [rows[one] for one in ids]
    assert [set(row.grants) for row in found] == [set(role["grants"]) for role in roles]
    assert [row.field_grants for row in found] == [role["field_grants"] for role in roles]
    assert [row.version for row in found] == [2, 2, 1]


OWN_ROLES: dict[str, tuple[dict[str, Any], set[str], dict[str, Any]]] = {
    # what a company made of a role: (role as it was, grants that it learns, fields afterwards)
    "grants by the group": (
        {"grants": ["screen.engineer", "visit.*"], "field_grants": {}}, {"work_order.take_on"}, {},
    ),
    "what has it already": (
        {"grants": ["screen.engineer", "visit.*", "work_order.*", "attachment.*"], "field_grants": {}}, set(), {},
    ),
    "everything": ({"grants": ["*"], "field_grants": {}}, set(), {}),
    "assets by the group": (
        {"grants": ["work_order.*", "asset.*"], "field_grants": {"asset": {"*": "write"}}},
        {"contract.*"},
        {"asset": {"*": "write"}, "contract": {"*": "write"}, "asset_history": {"*": "read"}},
    ),
    "no devices": (
        {"grants": ["work_order.*", "asset.add"], "field_grants": {"asset": {"*": "none"}}}, set(), {"asset": {"*": "none"}},
    ),
    "one field of a device": (
        {"grants": [], "field_grants": {"asset": {"serial": "read"}}}, set(), {"asset": {"serial": "read"}},
    ),
    "photos by single fields": (
        {"grants": ["attachment.add"], "field_grants": {"attachment": {"*": "read", "name": "none"}}},
        {"attachment.edit"},
        {"attachment": {"*": "read", "name": "none", "tag": "write"}},
    ),
    "a tag that was thought of": (
        {"grants": ["attachment.add"], "field_grants": {"attachment": {"*": "read", "tag": "none"}}},
        {"attachment.edit"},
        {"attachment": {"*": "read", "tag": "none"}},
    ),
    "photos that are kept from it": (
        {"grants": ["attachment.add"], "field_grants": {"attachment": {"*": "none"}}},
        {"attachment.edit"},
        {"attachment": {"*": "none"}},
    ),
    "no word of photos": ({"grants": ["attachment.add"], "field_grants": {}}, {"attachment.edit"}, {}),
}  # fmt: skip


def test_roles_that_a_company_made_are_read_as_the_policy_reads_them(connection: sa.Connection) -> None:
    """Finding: roles were told by the literal names of their grants, and who saw nothing of devices saw contracts whole."""
    ids = {
        what: put_role(connection, {"name": {"en": what}, "scope": "all", **role})
        for what, (role, _grants, _fields) in OWN_ROLES.items()
    }
    connection.commit()
    migrate.upgrade(db.engine)
    rows = {row.id: row for row in connection.execute(sa.select(Role.__table__))}
    found = {what: (rows[one].grants, rows[one].field_grants) for what, one in ids.items()}
    wanted = {what: ([*role["grants"], *sorted(learnt)], fields) for what, (role, learnt, fields) in OWN_ROLES.items()}
    assert found == wanted


def test_the_past_of_a_device_goes_where_the_device_is(connection: sa.Connection) -> None:
    asset, root, gone = (str(uuid.uuid4()) for _ in range(3))
    places = [("user:1", "asset", asset), ("team:1", "asset", asset), ("user:1", "site", root)]
    edges = [
        {"root_entity": "work_order", "root_id": root, "channel": channel, "entity": entity, "entity_id": one}
        for channel, entity, one in places
    ]
    rows = [
        {"channel": channel, "entity": entity, "entity_id": one, "seq": at, "op": "upsert", "why": None}
        for at, (channel, entity, one) in enumerate(places, start=1)
    ]
    rows.append({"channel": "user:1", "entity": "asset", "entity_id": gone, "seq": 4, "op": "remove", "why": "moved"})
    connection.execute(sa.insert(TABLES.scope_edge), edges)
    connection.execute(sa.insert(TABLES.feed), rows)
    connection.execute(sa.update(Head).values(seq=9))
    connection.commit()
    migrate.upgrade(db.engine)
    feed, edge = TABLES.feed, TABLES.scope_edge
    made = connection.execute(
        sa.select(feed.c.channel, feed.c.entity_id, feed.c.seq).where(feed.c.entity == "asset_history")
    )
    assert sorted(tuple(row) for row in made) == [("team:1", asset, 10), ("user:1", asset, 10)]
    held = connection.execute(sa.select(edge.c.channel).where(edge.c.entity == "asset_history")).scalars()
    assert sorted(held) == ["team:1", "user:1"]
    assert connection.execute(sa.select(Head.seq)).scalar_one() == 10


def is_waiting(connection: sa.Connection) -> bool:
    """Whether somebody waits for what this connection holds."""
    mine = "SELECT count(*) FROM pg_stat_activity WHERE pg_backend_pid() = ANY (pg_blocking_pids(pid))"
    connection.execute(
        sa.text("SELECT pg_stat_clear_snapshot()")
    )  # a transaction sees the first answer again otherwise
    return bool(connection.execute(sa.text(mine)).scalar_one())


@pytest.mark.parametrize("connection", ["postgresql"], indirect=True)
def test_a_commit_of_that_moment_loses_no_number(connection: sa.Connection) -> None:
    """Finding: the newest number was read without its lock, and what another server committed meanwhile was given out twice."""
    asset = str(uuid.uuid4())
    row = {"channel": "user:1", "entity": "asset", "entity_id": asset, "seq": 4, "op": "upsert", "why": None}
    connection.execute(sa.insert(TABLES.feed), [row])
    connection.commit()
    connection.execute(sa.update(Head).values(seq=20))
    engine = db.engine
    upgrading = threading.Thread(target=migrate.upgrade, args=(engine,))
    upgrading.start()
    while upgrading.is_alive() and not is_waiting(connection):
        time.sleep(0.02)
    connection.commit()
    upgrading.join(60)
    made = connection.execute(sa.select(TABLES.feed.c.seq).where(TABLES.feed.c.entity == "asset_history")).scalars()
    assert (list(made), connection.execute(sa.select(Head.seq)).scalar_one()) == ([21], 21)
