"""A push service and the browsers behind it: takes what the server sends, checks its token, decrypts as a browser does."""

from __future__ import annotations

import base64
import json
import os
import threading
import time
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from types import TracebackType
from typing import Any

import http_ece
import jwt
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import ec

CREATED = 201


def text(raw: bytes) -> str:
    """base64url without padding."""
    return base64.urlsafe_b64encode(raw).rstrip(b"=").decode()


def raw(shown: str) -> bytes:
    return base64.urlsafe_b64decode(shown + "=" * (-len(shown) % 4))


@dataclass
class Browser:
    """A real key pair, as PushManager makes one. `answers`: what the service says next, then 201 again."""

    path: str
    private: ec.EllipticCurvePrivateKey
    auth: bytes
    answers: list[tuple[int, dict[str, str]]] = field(default_factory=list)
    hangs: bool = False
    got: list[dict[str, Any]] = field(default_factory=list)
    headers: list[dict[str, str]] = field(default_factory=list)

    @property
    def point(self) -> bytes:
        return self.private.public_key().public_bytes(
            serialization.Encoding.X962, serialization.PublicFormat.UncompressedPoint
        )

    def opened(self, body: bytes) -> dict[str, Any]:
        """The plaintext, as the browser hands it to the service worker."""
        plain = http_ece.decrypt(body, private_key=self.private, auth_secret=self.auth, version="aes128gcm")
        found: dict[str, Any] = json.loads(plain)
        return found


class PushService:
    """Use as a context; `latency` seconds before each answer."""

    def __init__(self, latency: float = 0.0) -> None:
        self.latency = latency
        self.browsers: dict[str, Browser] = {}
        self.faults: list[str] = []
        self._over = threading.Event()
        service = self

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def do_POST(self) -> None:
                service._take(self)

            def log_message(self, format: str, *args: Any) -> None:
                return

        class Server(ThreadingHTTPServer):
            request_queue_size = 256
            daemon_threads = True

            def handle_error(self, request: Any, client_address: Any) -> None:
                return  # the other side hung up: some tests are about that

        self._server = Server(("127.0.0.1", 0), Handler)
        self.url = f"http://127.0.0.1:{self._server.server_address[1]}"

    def __enter__(self) -> PushService:
        threading.Thread(target=self._server.serve_forever, args=(0.05,), daemon=True).start()
        return self

    def __exit__(
        self, _type: type[BaseException] | None, _error: BaseException | None, _at: TracebackType | None
    ) -> None:
        self._over.set()
        self._server.shutdown()
        self._server.server_close()

    def browser(self) -> Browser:
        """Another browser that has consented."""
        made = Browser(f"/push/{len(self.browsers)}", ec.generate_private_key(ec.SECP256R1()), os.urandom(16))
        self.browsers[made.path] = made
        return made

    def subscription(self, browser: Browser) -> dict[str, str]:
        """What PushManager.subscribe would answer."""
        return {"endpoint": self.url + browser.path, "p256dh": text(browser.point), "auth": text(browser.auth)}

    def _take(self, request: BaseHTTPRequestHandler) -> None:
        body = request.rfile.read(int(request.headers["Content-Length"]))
        browser = self.browsers[request.path]
        time.sleep(self.latency)
        if browser.hangs:
            self._over.wait(60)
        status, headers = (
            browser.answers.pop(0) if browser.answers else (CREATED, {"Location": f"{request.path}/message"})
        )
        if status == CREATED:
            self._check_token(request)
            browser.headers.append(dict(request.headers.items()))
            browser.got.append(browser.opened(body))
        request.send_response(status)
        for name, value in headers.items():
            request.send_header(name, value)
        request.send_header("Content-Length", "0")
        request.end_headers()

    def _check_token(self, request: BaseHTTPRequestHandler) -> None:
        kind, _, rest = request.headers["Authorization"].partition(" ")
        parts = dict(one.strip().split("=", 1) for one in rest.split(","))
        key = ec.EllipticCurvePublicKey.from_encoded_point(ec.SECP256R1(), raw(parts["k"]))
        try:
            told = jwt.decode(parts["t"], key, algorithms=["ES256"], audience=self.url)
            assert kind == "vapid" and told["sub"]
        except (jwt.InvalidTokenError, AssertionError) as error:
            self.faults.append(repr(error))
