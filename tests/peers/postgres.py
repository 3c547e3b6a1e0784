"""A PostgreSQL of its own, to be ended and started again under a running server: on a socket, as an unprivileged user."""

from __future__ import annotations

import os
import pwd
import shutil
import subprocess
import tempfile
import uuid
from pathlib import Path
from types import TracebackType
from typing import Any, Literal

import psycopg

from tests import databases


class Postgres:
    """Use as a context. `end("immediate")` is pulling the plug: connections break, nothing is tidied up."""

    def __init__(self) -> None:
        found = databases.binaries()
        assert found, "PostgreSQL was not found: install it (apt-get install postgresql) or set PG_BIN"
        self._bin = found
        user = databases.unprivileged()
        self._as_user: dict[str, Any] = {"user": user, "group": pwd.getpwnam(user).pw_gid, "cwd": "/"} if user else {}
        # the path of a socket is short
        self._folder = Path(tempfile.mkdtemp(prefix="callout-own-pg-", dir=databases.quick_folder()))
        self._folder.chmod(0o755)
        if user:
            shutil.chown(self._folder, user)
        self._data = self._folder / "data"

    def __enter__(self) -> Postgres:
        self._run("initdb", "--no-sync", "-A", "trust", "-U", "callout", "-E", "UTF8", "--locale=C", "-D", self._data)
        self.start()
        return self

    def __exit__(
        self, _type: type[BaseException] | None, _error: BaseException | None, _at: TracebackType | None
    ) -> None:
        self._run("pg_ctl", "-D", self._data, "-m", "immediate", "stop", is_checked=False)
        shutil.rmtree(self._folder, ignore_errors=True)

    def start(self) -> None:
        """Start and wait until it takes connections."""
        options = f"-c listen_addresses= -c unix_socket_directories={self._folder} -c fsync=off -c max_connections=120 -c shared_buffers=32MB"
        self._run("pg_ctl", "-D", self._data, "-w", "-l", self._folder / "log", "-o", options, "start")

    def end(self, how: Literal["fast", "immediate"]) -> None:
        """Stop and wait until it is gone."""
        self._run("pg_ctl", "-D", self._data, "-w", "-m", how, "stop")

    def database(self) -> str:
        """The address of a new empty database."""
        name = f"own_{uuid.uuid4().hex[:8]}"
        with psycopg.connect(f"postgresql://callout@/postgres?host={self._folder}", autocommit=True) as connection:
            connection.execute(f"CREATE DATABASE {name}")
        return f"postgresql+psycopg://callout@/{name}?host={self._folder}"

    def _run(self, program: str, *arguments: object, is_checked: bool = True) -> None:
        command = [str(self._bin / program), *map(str, arguments)]
        # the server that pg_ctl starts must not hold a pipe of ours open
        subprocess.run(
            command, check=is_checked, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, env=dict(os.environ),
            **self._as_user,
        )  # fmt: skip
