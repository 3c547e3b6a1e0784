"""Bringing the database to this program's form (Alembic, only forward), and the first rows that every database has."""

from __future__ import annotations

import uuid
from pathlib import Path
from typing import Any

import sqlalchemy as sa
from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy.engine import Connection, Engine

from server.core.chain import GENESIS
from server.core.tables import Head, ServerFact

FOLDER = Path(__file__).resolve().parent.parent / "migrations"


def _config() -> Config:
    config = Config()
    config.set_main_option("script_location", str(FOLDER).replace("%", "%%"))
    return config


def head_revision() -> str | None:
    """The revision this program needs."""
    return ScriptDirectory.from_config(_config()).get_current_head()


def present_revision(connection: Connection) -> str | None:
    """The revision the database is at; None for an empty one."""
    return MigrationContext.configure(connection).get_current_revision()


def upgrade(engine: Engine, to: str = "head") -> None:
    """Run what is missing up to a revision, in one transaction; SQLite checks foreign keys afterwards."""
    with engine.connect().execution_options(callout_write=True) as connection:
        is_sqlite = connection.dialect.name == "sqlite"
        if is_sqlite:
            # batch rebuilds drop and rename tables; the pragma only takes effect outside a transaction
            _pragma(connection, "foreign_keys=OFF")
        try:
            with connection.begin():
                config = _config()
                config.attributes["connection"] = connection
                command.upgrade(config, to)
                _first_rows(connection)
                if is_sqlite and connection.exec_driver_sql("PRAGMA foreign_key_check").first() is not None:
                    raise RuntimeError("a migration left rows that point nowhere")
        finally:
            if is_sqlite:
                _pragma(connection, "foreign_keys=ON")


def _pragma(connection: Connection, wish: str) -> None:
    """A pragma of SQLite outside any transaction, past SQLAlchemy."""
    driver: Any = connection.connection.driver_connection
    driver.execute(f"PRAGMA {wish}")


def _first_rows(connection: Connection) -> None:
    if connection.execute(sa.select(Head.id)).first() is None:
        connection.execute(sa.insert(Head).values(id=1, seq=0, hash=GENESIS))
    if connection.execute(sa.select(ServerFact.name).where(ServerFact.name == "epoch")).first() is None:
        connection.execute(sa.insert(ServerFact).values(name="epoch", value=str(uuid.uuid4())))


def renew_epoch(connection: Connection) -> None:
    """The database's history is another one from here on (PROTOCOL 2.9): what phones were told after the copy was made is gone."""
    connection.execute(sa.update(ServerFact).where(ServerFact.name == "epoch").values(value=str(uuid.uuid4())))
