"""A real server for tests: `callout run` as processes of its own, on a free port and a real database."""

from __future__ import annotations

import atexit
import contextlib
import os
import shutil
import signal
import socket
import ssl
import subprocess
import sys
import tempfile
import time
import urllib.request
from functools import cache
from pathlib import Path

from tests import forked

ROOT = Path(__file__).parent.parent


def _serve(arguments: list[str], dist: Path | None) -> int:
    """The program, as a forked process begins with it."""
    from server import pages
    from server.cli import main

    if dist:
        pages.DIST = dist
    return main(arguments)


def free_port() -> int:
    """A port nobody listens on now."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@cache
def _small_company() -> Path:
    """A data folder as the first start leaves it."""
    folder = Path(tempfile.mkdtemp(prefix="callout-small-"))
    atexit.register(shutil.rmtree, folder, ignore_errors=True)
    first = LiveServer(folder, fresh=True, anew=True)
    try:
        first.start()
    finally:
        first.stop(signal.SIGTERM)
    for log in folder.glob("*.log"):
        log.unlink()
    return folder


class LiveServer:
    """Starts, answers, is killed and started again on the same data. `demo` is the setting DEMO: most tests want the small company."""

    def __init__(
        self,
        data_dir: Path,
        database_url: str = "",
        *,
        demo: str = "small",
        port: int | None = None,
        lan: bool = False,
        verb: str = "run",
        dist: Path | None = None,
        root: Path = ROOT,
        fresh: bool = False,
        anew: bool = False,
        **more: str,
    ) -> None:
        """`verb`: run, or web alone on a database that is there. `dist`: another front end; `root`: another copy of the whole program.
        `fresh`: a first start of its own, where that is what is looked at; `anew`: a process that loads the program itself.
        `more`: further settings by their names.
        """
        self._root = root
        self._data_dir = data_dir
        # what most tests start with is made once and copied
        self._is_usual = (demo, verb, database_url, root) == ("small", "run", "", ROOT) and not fresh
        self.port = port or free_port()
        self.url = f"{'https' if lan else 'http'}://127.0.0.1:{self.port}"
        self._arguments = [verb, "--lan"] if lan else [verb]
        authority = data_dir / "keys" / "lan-authority.crt"
        self._tls = (lambda: ssl.create_default_context(cafile=authority)) if lan else (lambda: None)
        self.environment = {name: value for name, value in os.environ.items() if not name.startswith("CALLOUT_")} | {
            "CALLOUT_DATA_DIR": str(data_dir), "DATABASE_URL": database_url, "PORT": str(self.port), "DEMO": demo,
            "CALLOUT_PUBLIC_URL": self.url, "CALLOUT_LOG_LEVEL": "warning", **more,
        }  # fmt: skip
        self.database = database_url or f"sqlite:///{data_dir / 'callout.db'}"
        self._log = data_dir / f"server-{self.port}.log"
        self._patience = 180 if demo == "1" else 60
        self._dist = dist
        self._is_forked = root == ROOT and not anew
        self.process: subprocess.Popen[bytes] | forked.Process | None = None

    def begin(self) -> subprocess.Popen[bytes] | forked.Process:
        """Start without waiting for anything."""
        if self._is_usual and not any(self._data_dir.iterdir()):
            shutil.copytree(_small_company(), self._data_dir, dirs_exist_ok=True)
        if self._is_forked:
            self.process = forked.Process(
                _serve, self._arguments, self._dist, environment=self.environment, log=self._log
            )
        else:
            self.process = self._loading()
        return self.process

    def _loading(self) -> subprocess.Popen[bytes]:
        command = [
            sys.executable,
            "-c",
            f"import sys; from server.cli import main; sys.exit(main({self._arguments!r}))",
        ]
        with self._log.open("ab") as log:
            return subprocess.Popen(
                command, cwd=self._root, env=self.environment, stdout=log, stderr=log, start_new_session=True
            )

    def start(self) -> LiveServer:
        """Start and wait until it is ready."""
        process = self.begin()
        deadline = time.monotonic() + self._patience
        while time.monotonic() < deadline:
            if process.poll() is not None:
                raise AssertionError(f"the server ended:\n{self._log.read_text()[-3000:]}")
            try:
                with urllib.request.urlopen(f"{self.url}/health/ready", timeout=2, context=self._tls()) as reply:  # noqa: S310 - our own address
                    if reply.status == 200:
                        return self
            except OSError:
                time.sleep(0.1)
        raise AssertionError(f"the server did not become ready:\n{self._log.read_text()[-3000:]}")

    def stop(self, number: int = signal.SIGKILL) -> None:
        """End the whole group of processes. Nobody waits for a goodbye: how a server goes is tests/server/test_running.py."""
        if self.process is None:
            return
        with contextlib.suppress(ProcessLookupError):  # it has ended, and its children with it
            os.killpg(self.process.pid, number)
            try:
                self.process.wait(timeout=15)
            except subprocess.TimeoutExpired:
                os.killpg(self.process.pid, signal.SIGKILL)
        self.process.wait(timeout=5)
        self.process = None

    def log(self) -> str:
        """What it has said."""
        return self._log.read_text()
