"""The front end's files: staff app under /app/, customers' pages under /p/, hashed assets, service worker, install page."""

from __future__ import annotations

import gzip
import mimetypes
from functools import lru_cache
from pathlib import Path

from flask import Flask, Response, redirect, request

from server.core.errors import Problem
from server.core.http import CSP_OF_READER

DIST = (Path(__file__).resolve().parent.parent / "pwa" / "dist").resolve()
IMMUTABLE = "public, max-age=31536000, immutable"
REVALIDATE = "no-cache"
READER = "workers/scan.worker-"
KINDS = {".js": "text/javascript; charset=utf-8", ".webmanifest": "application/manifest+json", ".html": "text/html; charset=utf-8",
         ".css": "text/css; charset=utf-8", ".svg": "image/svg+xml", ".wasm": "application/wasm"}  # fmt: skip


def install(app: Flask) -> None:
    """Mount the pages."""
    app.get("/", endpoint="root")(lambda: redirect("/app/"))
    app.get("/app", endpoint="app_root")(lambda: redirect("/app/"))
    app.get("/app/", endpoint="app_index")(lambda: _page("engineer.html"))
    app.get("/app/<path:rest>")(_staff)
    app.get("/p/sw.js", endpoint="portal_worker")(lambda: _file("p/sw.js", REVALIDATE))
    app.get("/p/<path:_token>", endpoint="portal")(lambda _token: _page("portal.html"))
    app.get("/assets/<path:name>", endpoint="asset")(lambda name: _file(f"assets/{name}", IMMUTABLE))
    app.get("/favicon.ico", endpoint="favicon")(lambda: _file("app/icons/icon.svg", "public, max-age=86400"))


def _staff(rest: str) -> Response:
    """A file of the app's folder, the board, or the engineer's app for every address of its own."""
    if "." in rest.rpartition("/")[2]:
        reply = _file(f"app/{rest}", IMMUTABLE if rest.startswith("workers/") else REVALIDATE)
        if rest == "sw.js":
            reply.headers["Service-Worker-Allowed"] = "/app/"
        if rest.startswith(READER):
            reply.headers["Content-Security-Policy"] = CSP_OF_READER
        return reply
    return _page("board.html" if rest == "board" or rest.startswith("board/") else "engineer.html")


def _page(name: str) -> Response:
    if not (DIST / name).is_file():
        return Response("The front end has not been built: run `make build`.", status=503, content_type="text/plain")
    return _file(name, REVALIDATE)


def _file(name: str, cache: str) -> Response:
    if ".." in name.split("/"):  # what is said of a file by the folder that it is asked from would not be true of it
        raise Problem("not_found")
    try:
        path = (DIST / name).resolve()
        is_ours = path.is_relative_to(DIST) and path.is_file()
    except (OSError, ValueError):  # a name that no file can have
        is_ours = False
    if not is_ours:
        raise Problem("not_found")
    kind = KINDS.get(path.suffix) or mimetypes.guess_type(path.name)[0] or "application/octet-stream"
    takes_gzip = "gzip" in request.headers.get("Accept-Encoding", "") and kind.startswith(
        ("text/", "application/manifest", "application/wasm", "image/svg")
    )
    body = _bytes(path, path.stat().st_mtime_ns, takes_gzip)
    reply = Response(body, content_type=kind, headers={"Cache-Control": cache, "Vary": "Accept-Encoding"})
    if takes_gzip:
        reply.headers["Content-Encoding"] = "gzip"
    reply.add_etag()
    reply.make_conditional(request)
    return reply


@lru_cache(maxsize=256)
def _bytes(path: Path, _changed: int, is_zipped: bool) -> bytes:
    """A file once from disk; compressed once, not at every request."""
    body = path.read_bytes()
    return gzip.compress(body, 9, mtime=0) if is_zipped else body
