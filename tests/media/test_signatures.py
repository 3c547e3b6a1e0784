"""Requests to object storage are signed with our secret, over the very bytes: checked by an implementation of AWS Signature Version 4 of
our own, since the storage of the tests takes any secret. Source: AWS, "Signature Version 4 signing process", canonical request.
"""

from __future__ import annotations

import hashlib
import hmac
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from urllib.parse import urlsplit

import pytest

from media.storage.s3 import Place, S3Storage

SECRET = "wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY"
Seen = list[tuple[str, str, dict[str, str], bytes]]


@pytest.fixture
def listener() -> Iterator[tuple[str, Seen]]:
    """Takes every request, finds nothing, and keeps what it was sent."""
    seen: Seen = []

    class Keeper(BaseHTTPRequestHandler):
        def _keep(self) -> None:
            body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
            seen.append((self.command, self.path, {name.lower(): value for name, value in self.headers.items()}, body))
            self.send_response(404 if self.command == "HEAD" else 200)
            self.send_header("Content-Length", "0")
            self.end_headers()

        do_PUT = do_HEAD = do_GET = _keep

        def log_message(self, *_args: object) -> None:
            return

    server = ThreadingHTTPServer(("127.0.0.1", 0), Keeper)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}", seen
    server.shutdown()
    server.server_close()
    thread.join(5)


def signature(secret: str, method: str, path: str, headers: dict[str, str]) -> str:
    """What the Authorization of this request has to say."""
    credential, signed, _ = (one.split("=", 1)[1] for one in headers["authorization"].split(" ", 1)[1].split(", "))
    names = signed.split(";")
    parts = urlsplit(path)
    canonical = "\n".join(
        [method, parts.path, parts.query, *(f"{name}:{headers[name].strip()}" for name in names), "", signed,
         headers["x-amz-content-sha256"]]
    )  # fmt: skip
    _key, day, region, service, end = credential.split("/")
    text = "\n".join(
        [
            "AWS4-HMAC-SHA256",
            headers["x-amz-date"],
            "/".join((day, region, service, end)),
            hashlib.sha256(canonical.encode()).hexdigest(),
        ]
    )
    key = f"AWS4{secret}".encode()
    for part in (day, region, service, end):
        key = hmac.digest(key, part.encode(), "sha256")
    return hmac.digest(key, text.encode(), "sha256").hex()


def stored(endpoint: str, folder: Path, secret: str) -> bytes:
    data = b"the very bytes"
    storage = S3Storage(folder, Place("files", endpoint, "eu-central-1", "AKIDEXAMPLE", secret))
    storage.append("ben", hashlib.sha256(data).hexdigest(), 0, [data])
    assert storage.finish("ben", hashlib.sha256(data).hexdigest()) == len(data)
    return data


def test_each_request_is_signed_by_our_secret_over_its_bytes(listener: tuple[str, Seen], tmp_path: Path) -> None:
    endpoint, seen = listener
    data = stored(endpoint, tmp_path, SECRET)
    assert [one[0] for one in seen] == ["HEAD", "PUT"]
    for method, path, headers, body in seen:
        told = headers["authorization"].rsplit("Signature=", 1)[1]
        assert told == signature(SECRET, method, path, headers)
        assert told != signature("another", method, path, headers)
        assert "AKIDEXAMPLE" in headers["authorization"] and "/eu-central-1/s3/" in headers["authorization"]
        assert SECRET not in str(headers)
        assert headers["x-amz-content-sha256"] == hashlib.sha256(body).hexdigest()
    assert seen[-1][3] == data


def test_a_wrong_secret_signs_otherwise(listener: tuple[str, Seen], tmp_path: Path) -> None:
    endpoint, seen = listener
    stored(endpoint, tmp_path, "wrong")
    method, path, headers, _body = seen[-1]
    assert headers["authorization"].rsplit("Signature=", 1)[1] != signature(SECRET, method, path, headers)
