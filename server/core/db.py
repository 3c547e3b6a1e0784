"""The database: engine rules, column types and the Record every table of the business is made of.

SQLite: FULL, WAL, BEGIN IMMEDIATE for writers, all writers of all processes in one queue. PostgreSQL: as it is, with
retries in `commit`. Not: transactions (commit), tables of features (their models).
"""

from __future__ import annotations

import datetime as dt
import fcntl
import os
import threading
import time
from collections import deque
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, ClassVar

import sqlalchemy as sa
from flask import Flask
from flask_sqlalchemy import SQLAlchemy
from sqlalchemy import event
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.engine import Connection, Dialect, Engine
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column, registry

from server.core import clock
from server.core.errors import Problem
from server.core.ids import new_id

NAMING = {
    "ix": "ix_%(table_name)s_%(column_0_N_name)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "ck": "ck_%(table_name)s_%(constraint_name)s",
    "fk": "fk_%(table_name)s_%(column_0_N_name)s_%(referred_table_name)s",
    "pk": "pk_%(table_name)s",
}


class UtcDateTime(sa.types.TypeDecorator[dt.datetime]):
    """An aware UTC time. SQLite drops offsets without a word, so a naive time is refused here."""

    impl = sa.DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: dt.datetime | None, dialect: Dialect) -> dt.datetime | None:
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError(f"{value!r} has no time zone")
        value = value.astimezone(dt.UTC)
        return value.replace(tzinfo=None) if dialect.name == "sqlite" else value

    def process_result_value(self, value: dt.datetime | None, dialect: Dialect) -> dt.datetime | None:
        if value is None:
            return None
        return value.replace(tzinfo=dt.UTC) if value.tzinfo is None else value.astimezone(dt.UTC)


Json = sa.JSON(none_as_null=True).with_variant(JSONB(none_as_null=True), "postgresql")
Id = sa.Uuid(as_uuid=False)


class Base(DeclarativeBase):
    """All tables of Callout, those of sync and media too, share this metadata."""

    registry = registry(
        metadata=sa.MetaData(naming_convention=NAMING),
        type_annotation_map={
            dt.datetime: UtcDateTime(),
            dict[str, Any]: Json,
            list[Any]: Json,
            list[str]: Json,
            str: sa.String(),
        },
    )


class Record(Base):
    """What every business record has. `entity` is its glossary word on the wire, in events and in policies."""

    __abstract__ = True
    entity: ClassVar[str]
    # fields whose values no event keeps, such as a link that opens something to whoever holds it
    untold: ClassVar[frozenset[str]] = frozenset()

    id: Mapped[str] = mapped_column(Id, primary_key=True, default=new_id)
    version: Mapped[int] = mapped_column(nullable=False, default=1)
    created_at: Mapped[dt.datetime] = mapped_column(default=clock.now)
    updated_at: Mapped[dt.datetime] = mapped_column(default=clock.now)
    deleted_at: Mapped[dt.datetime | None]
    custom: Mapped[dict[str, Any]] = mapped_column(default=dict, server_default="{}")


db = SQLAlchemy(model_class=Base, disable_autonaming=True)


def record_classes() -> dict[str, type[Record]]:
    """Every record class by its entity name."""
    return {
        mapper.class_.entity: mapper.class_ for mapper in Base.registry.mappers if issubclass(mapper.class_, Record)
    }


class FairLock:
    """A lock that is handed on in the order of asking; threading.Lock may let one thread starve under load."""

    def __init__(self) -> None:
        self._guard = threading.Lock()
        self._is_held = False
        self._waiting: deque[threading.Event] = deque()

    def acquire(self, timeout: float) -> bool:
        """Whether the turn came in time."""
        with self._guard:
            if not self._is_held:
                self._is_held = True
                return True
            turn = threading.Event()
            self._waiting.append(turn)
        if turn.wait(timeout):
            return True
        with self._guard:
            if turn.is_set():  # handed over in the very last moment
                return True
            self._waiting.remove(turn)
        return False

    def release(self) -> None:
        """Hand it to whoever has waited longest."""
        with self._guard:
            if self._waiting:
                self._waiting.popleft().set()
            else:
                self._is_held = False


class WriterQueue:
    """Lets one writer at a time into a SQLite file, across threads and processes, first come first served within a process."""

    def __init__(self, path: Path, wait_seconds: float) -> None:
        self._path = path
        self._wait = wait_seconds
        self._thread = FairLock()

    @contextmanager
    def turn(self) -> Iterator[None]:
        """Hold the queue; Problem database_busy when the turn does not come in time."""
        deadline = time.monotonic() + self._wait
        if not self._thread.acquire(timeout=self._wait):
            raise Problem("database_busy")
        try:
            handle = os.open(self._path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
            try:
                self._lock(handle, deadline)
                yield
            finally:
                os.close(handle)
        finally:
            self._thread.release()

    @staticmethod
    def _lock(handle: int, deadline: float) -> None:
        while True:
            try:
                fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                if time.monotonic() > deadline:
                    raise Problem("database_busy") from None
                time.sleep(0.002)
            else:
                return


class NoQueue:
    """PostgreSQL orders its writers itself."""

    @contextmanager
    def turn(self) -> Iterator[None]:
        yield


def install(app: Flask, database_url: str, wait_seconds: int) -> None:
    """Bind the database of this app and set its rules on every connection."""
    is_sqlite = database_url.startswith("sqlite")
    app.config["SQLALCHEMY_DATABASE_URI"] = database_url
    app.config["SQLALCHEMY_ENGINE_OPTIONS"] = (
        _sqlite_options(wait_seconds) if is_sqlite else _postgres_options(wait_seconds)
    )
    db.init_app(app)
    with app.app_context():
        engine = db.engine
    app.extensions["callout.writers"] = (
        WriterQueue(Path(f"{engine.url.database}.write"), wait_seconds) if is_sqlite else NoQueue()
    )
    if is_sqlite:
        _sqlite_rules(engine, wait_seconds)
    else:
        _keep_rows_out_of_errors(engine)
    _guard_head(engine)


def _sqlite_options(wait_seconds: int) -> dict[str, Any]:
    return {
        "connect_args": {"timeout": wait_seconds, "check_same_thread": False}, "pool_size": 16, "max_overflow": 48,
        "pool_timeout": wait_seconds, "hide_parameters": True,  # what people entered is no business of a log
    }  # fmt: skip


def _postgres_options(wait_seconds: int) -> dict[str, Any]:
    # the server's own idle connections may be gone after its restart: ask before use
    return {
        "pool_pre_ping": True,
        "pool_size": 8,
        "max_overflow": 24,
        "pool_timeout": wait_seconds,
        "hide_parameters": True,
    }


def _sqlite_rules(engine: Engine, wait_seconds: int) -> None:
    @event.listens_for(engine, "connect")
    def connect(connection: Any, _record: Any) -> None:
        # the driver's own transactions begin too late and lose updates: we begin ourselves
        connection.isolation_level = None
        for pragma in (
            "journal_mode=WAL",
            "synchronous=FULL",
            "foreign_keys=ON",
            f"busy_timeout={wait_seconds * 1000}",
            "cache_size=-8192",
        ):
            connection.execute(f"PRAGMA {pragma}")

    @event.listens_for(engine, "begin")
    def begin(connection: Connection) -> None:
        is_writer = connection.get_execution_options().get("callout_write", False)
        connection.exec_driver_sql("BEGIN IMMEDIATE" if is_writer else "BEGIN")


def _keep_rows_out_of_errors(engine: Engine) -> None:
    """PostgreSQL tells the whole failing row in the detail of its message: what people entered is no business of a log."""

    @event.listens_for(engine, "handle_error")
    def shorten(context: sa.engine.ExceptionContext) -> None:
        for error in (context.original_exception, context.sqlalchemy_exception):
            if error is not None:
                error.args = tuple(one.partition("\nDETAIL:")[0] if isinstance(one, str) else one for one in error.args)


class SqlAfterHead(AssertionError):
    """A statement that is not the finisher's ran while the head row was locked."""


def _guard_head(engine: Engine) -> None:
    @event.listens_for(engine, "before_cursor_execute")
    def before(connection: Connection, _cursor: Any, statement: str, _params: Any, context: Any, _many: bool) -> None:
        if connection.info.get("head_locked") and not context.execution_options.get("finisher"):
            raise SqlAfterHead(statement)

    @event.listens_for(engine, "commit")
    @event.listens_for(engine, "rollback")
    def release(connection: Connection) -> None:
        connection.info.pop("head_locked", None)
