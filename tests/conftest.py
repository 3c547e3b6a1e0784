"""The test world: both databases, the app, the cast. It cannot touch the real one: no network but loopback."""

from __future__ import annotations

import copy
import itertools
import os
import socket
import tempfile
from collections.abc import Callable, Iterator
from functools import cache
from pathlib import Path
from typing import Any

import pytest
from argon2 import PasswordHasher
from cryptography.hazmat.primitives.asymmetric import rsa
from flask import Flask
from sqlalchemy.engine import Engine
from werkzeug.routing import Rule

from server.accounts import passwords
from server.app import create_app
from server.core import db as core_db
from server.core import keys
from server.core.config import read_settings
from server.core.db import db
from tests import databases
from tests.world import World

LOOPBACK = ("127.0.0.1", "::1", "localhost", "0.0.0.0")  # noqa: S104 - compared, not bound


def pytest_configure() -> None:
    """Before the first folder is made; the workers and the servers of the tests have it from here."""
    os.environ.setdefault("TMPDIR", databases.quick_folder())
    tempfile.tempdir = None


@pytest.fixture(autouse=True)
def no_network(monkeypatch: pytest.MonkeyPatch) -> None:
    """A connection to anything but this machine fails the test."""
    connect = socket.socket.connect

    def guarded(self: socket.socket, address: Any) -> Any:
        is_stream = self.type == socket.SOCK_STREAM  # connecting a datagram socket sends nothing
        if is_stream and self.family in (socket.AF_INET, socket.AF_INET6) and address[0] not in LOOPBACK:
            raise AssertionError(f"a test tried to reach {address}")
        return connect(self, address)

    monkeypatch.setattr(socket.socket, "connect", guarded)


@pytest.fixture(autouse=True, scope="session")
def cheap_passwords() -> Iterator[None]:
    """One argon2 hash costs a quarter of a second on purpose; tests make hundreds."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(passwords, "_hasher", PasswordHasher(time_cost=1, memory_cost=8, parallelism=1))
        yield


@pytest.fixture(autouse=True, scope="session")
def cheap_keys() -> Iterator[None]:
    """Primes of 1,536 bits take a fifth of a second to find; a handful of real keys goes round instead."""
    make = cache(lambda _number: rsa.generate_private_key(public_exponent=65537, key_size=3072))
    numbers = itertools.cycle(range(6))
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(keys, "_new_key", lambda: make(next(numbers)))
        yield


@pytest.fixture(autouse=True, scope="session")
def cheap_routes() -> Iterator[None]:
    """Each app compiles a function per address and way to write it, of which a test calls a few: they are compiled when called."""
    compiled = Rule._compile_builder

    def lazily(rule: Rule, append_unknown: bool = True) -> Callable[..., tuple[str, str]]:
        made = cache(lambda: compiled(rule, append_unknown))

        def build(*arguments: Any, **named: Any) -> tuple[str, str]:
            return made()(*arguments, **named)

        return build

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(Rule, "_compile_builder", lazily)
        yield


@pytest.fixture(autouse=True, scope="session")
def cheap_statements() -> Iterator[None]:
    """What one test's engine has compiled serves the engines of the next: a fifth of the time went into compiling the same again."""
    known: dict[str, Engine] = {}
    of_app = core_db.install

    def install(app: Flask, database_url: str, wait_seconds: int) -> None:
        of_app(app, database_url, wait_seconds)
        with app.app_context():
            engine = db.engine
        first = known.setdefault(engine.dialect.name, engine)
        if (
            engine is not first and first.dialect.server_version_info
        ):  # it has been connected: the dialect knows its server
            engine.dialect = engine.pool._dialect = first.dialect
            engine._compiled_cache = first._compiled_cache

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(core_db, "install", install)
        yield


def fill_world(app: Flask) -> None:
    """The cast and Cora's chiller: put into the template once, copied for every test."""
    made = World(app)
    made.people()
    made.things()
    kind = app.extensions["callout.settings"].database.split(":")[0]
    WORLDS[kind] = {name: value for name, value in vars(made).items() if name != "app"}


WORLDS: dict[str, dict[str, Any]] = {}


@pytest.fixture(params=["sqlite", "postgresql"])
def database_url(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    """A fresh migrated database, with the cast in it when the test asks for `world`; every test that uses it runs on both."""
    fill = fill_world if "world" in request.fixturenames else None
    url = databases.sqlite(tmp_path, fill) if request.param == "sqlite" else databases.postgresql(fill)
    yield url
    databases.drop(url)


@pytest.fixture
def settings_environment(database_url: str, tmp_path: Path) -> dict[str, str]:
    """The environment of a server on this database."""
    return {
        "CALLOUT_DATA_DIR": str(tmp_path), "DATABASE_URL": database_url, "CALLOUT_LOG_LEVEL": "error",
        "CALLOUT_DATABASE_WAIT_SECONDS": os.environ.get("TEST_DATABASE_WAIT", "10"),
    }  # fmt: skip


@pytest.fixture
def app(settings_environment: dict[str, str]) -> Iterator[Flask]:
    """A server on a fresh database."""
    made = create_app(read_settings(settings_environment))
    made.extensions["callout.limiter"].enabled = False
    yield made
    made.extensions["callout.hub"].stop()
    with made.app_context():
        db.session.remove()
        db.engine.dispose()


@pytest.fixture
def world(app: Flask) -> Iterator[World]:
    """The cast and a customer with a device, ready for a story."""
    with app.app_context():
        made = World(app)
        made.__dict__.update(copy.deepcopy(WORLDS[app.extensions["callout.settings"].database.split(":")[0]]))
        yield made
