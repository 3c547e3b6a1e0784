"""The front end's files: the policy is the same for all of them but for one worker, which alone may compile wasm."""

from __future__ import annotations

import gzip
from pathlib import Path

import pytest

from server import pages
from server.core.http import CSP
from tests.world import World

FILES = {
    "engineer.html": b"<p>", "board.html": b"<p>", "portal.html": b"<p>", "app/sw.js": b"//", "app/workers/scan.worker-a1.js": b"//",
    "app/workers/prepare.worker-a1.js": b"//", "assets/reader-a1.wasm": b"\0asm", "assets/start-a1.js": b"//",
}  # fmt: skip
ADDRESSES = (
    "/app/", "/app/board", "/app/jobs/1", "/p/abc", "/app/sw.js", "/app/workers/prepare.worker-a1.js", "/assets/reader-a1.wasm",
    "/assets/start-a1.js", "/app/workers/scan.worker-none.js",
)  # fmt: skip
READER = "/app/workers/scan.worker-a1.js"


@pytest.fixture
def built(world: World, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> World:
    for name, body in FILES.items():
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_bytes(body)
    monkeypatch.setattr(pages, "DIST", tmp_path)
    return world


def test_one_worker_alone_may_compile_wasm(built: World) -> None:
    client = built.app.test_client()
    for address in ADDRESSES:
        assert client.get(address).headers["Content-Security-Policy"] == CSP, address
    policy = client.get(READER).headers["Content-Security-Policy"]
    assert policy == CSP.replace("script-src 'self';", "script-src 'self' 'wasm-unsafe-eval';")
    assert "'unsafe-eval'" not in policy


def test_what_is_named_by_its_hash_is_kept_and_the_rest_is_asked_for_again(built: World) -> None:
    client = built.app.test_client()
    for address in (READER, "/assets/reader-a1.wasm", "/assets/start-a1.js"):
        assert "immutable" in client.get(address).headers["Cache-Control"], address
    for address in ("/app/", "/app/sw.js", "/p/abc"):
        assert client.get(address).headers["Cache-Control"] == "no-cache", address


@pytest.mark.parametrize("way", ["workers/scan.worker-x%2f..%2f..%2f..%2f", "workers%2f..%2f..%2f", "../assets/..%2f"])
def test_no_file_is_asked_for_by_way_of_another_folder(built: World, way: str) -> None:
    """Finding: a page came with the policy of the worker that may compile wasm, to be kept for a year."""
    reply = built.app.test_client().get(f"/app/{way}engineer.html")
    assert reply.status_code == 404
    assert "immutable" not in reply.headers.get("Cache-Control", "")


def test_wasm_says_what_it_is_and_travels_small(built: World) -> None:
    """Browsers compile it while it arrives only under its own type."""
    reply = built.app.test_client().get("/assets/reader-a1.wasm", headers={"Accept-Encoding": "gzip"})
    assert (reply.headers["Content-Type"], reply.headers["Content-Encoding"]) == ("application/wasm", "gzip")
    assert gzip.decompress(reply.data) == b"\0asm"
