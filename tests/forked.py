"""Processes forked from one that has loaded the program: to load it costs more than a second of processor time, and no test is about that.

They are killed, waited for and read like any other. How the program starts by itself: tests/server/test_running.py.
"""

from __future__ import annotations

import contextlib
import multiprocessing
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Mapping
from functools import cache
from multiprocessing.connection import Connection
from multiprocessing.context import ForkServerContext
from pathlib import Path
from typing import Any, BinaryIO

ROOT = Path(__file__).parent.parent


@cache
def _loaded() -> ForkServerContext:
    context = multiprocessing.get_context("forkserver")
    context.set_forkserver_preload(
        ["server.cli.serve", "server.worker", "gunicorn.app.base", "gunicorn.workers.gthread", "tests.forked"]
    )
    return context


def _begin(
    main: Callable[..., Any], arguments: tuple[Any, ...], environment: dict[str, str], out: Path | Connection
) -> None:
    os.setsid()
    os.chdir(ROOT)
    os.environ.clear()
    os.environ.update(environment)
    handle = os.open(out, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600) if isinstance(out, Path) else out.fileno()
    for standard in (1, 2):
        os.dup2(handle, standard)
    os.close(handle)
    sys.exit(main(*arguments))


class Process:
    """As much of subprocess.Popen as the tests use. It leads a group of its own."""

    def __init__(
        self, main: Callable[..., Any], *arguments: Any, environment: Mapping[str, str], log: Path | None = None
    ) -> None:
        """`main`: a function of a module that can be imported. What it says goes to the end of `log`, or is read from `stdout`."""
        self.stdout: BinaryIO | None = None
        out: Path | Connection
        if log is not None:
            out = log
        else:
            reads, out = _loaded().Pipe(duplex=False)
            self.stdout = os.fdopen(os.dup(reads.fileno()), "rb")
            reads.close()
        self._process = _loaded().Process(target=_begin, args=(main, arguments, dict(environment), out), daemon=True)
        self._process.start()
        if isinstance(out, Connection):
            out.close()
        pid = self._process.pid
        assert pid is not None
        self.pid = pid
        with contextlib.suppress(ProcessLookupError):  # it has ended already
            while os.getpgid(pid) != pid:  # whoever kills the group means this one
                time.sleep(0.001)

    def poll(self) -> int | None:
        """Its exit status, or None while it runs."""
        return self._process.exitcode

    def wait(self, timeout: float | None = None) -> int:
        """Its exit status; subprocess.TimeoutExpired when it does not end in time."""
        self._process.join(timeout)
        code = self._process.exitcode
        if code is None:
            raise subprocess.TimeoutExpired(str(self.pid), timeout or 0)
        return code

    def send_signal(self, number: int) -> None:
        """To itself alone; os.killpg reaches its children too."""
        if self.poll() is None:
            os.kill(self.pid, number)

    def kill(self) -> None:
        """kill -9."""
        self.send_signal(signal.SIGKILL)
