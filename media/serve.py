"""How the bytes of a file are answered: strong tags, ranges of originals, nothing that a browser could carry out. Not: who may have them."""

from __future__ import annotations

from dataclasses import dataclass
from urllib.parse import quote

from flask import Response, request
from werkzeug.datastructures import ContentRange

from media.errors import MediaError
from media.storage.base import Storage

# should a browser ever take the bytes for a page: it may do nothing, and it is nobody's
CSP = "default-src 'none'; sandbox; frame-ancestors 'none'"
BYTES = "application/octet-stream"
REVALIDATED = "private, no-cache"  # rights may go at any time, and a browser may be somebody else's next


@dataclass(frozen=True)
class Served:
    """`mime` is what was found in the bytes, never what was said of them. `file_name`: to be stored under that name, never shown."""

    sha256: str
    mime: str
    file_name: str | None = None
    has_ranges: bool = False
    cache: str = REVALIDATED


def reply(storage: Storage, what: Served) -> Response:
    """200, 206, 304 or 416. MediaError not_found when the bytes are not there."""
    size = storage.size(what.sha256)
    if size is None:
        raise MediaError("not_found")
    if request.if_none_match.contains(what.sha256):
        return _headed(Response(status=304), what)
    part = _part(what, size)
    if part == (-1, -1):
        refused = Response(status=416)
        refused.headers["Content-Range"] = f"bytes */{size}"
        return _headed(refused, what)
    start, stop = part or (0, size)
    made = Response(storage.read(what.sha256, start, stop - start), status=206 if part else 200, mimetype=what.mime)
    made.headers["Content-Length"] = str(stop - start)
    if part:
        made.content_range = ContentRange("bytes", start, stop, size)
    return _headed(made, what)


def _part(what: Served, size: int) -> tuple[int, int] | None:
    """The one range that is asked for; None for the whole, (-1, -1) for one that is not there. Several at once get the whole."""
    asked = request.range
    if not what.has_ranges or asked is None or asked.units != "bytes" or len(asked.ranges) != 1:
        return None
    if request.if_range.etag is not None and request.if_range.etag != what.sha256:
        return None
    if request.if_range.date is not None:
        return None
    return asked.range_for_length(size) or (-1, -1)


def _headed(made: Response, what: Served) -> Response:
    made.set_etag(what.sha256)
    made.headers["Cache-Control"] = what.cache
    made.headers["Vary"] = "Cookie, Authorization"
    made.headers["Content-Security-Policy"] = CSP
    made.headers["X-Content-Type-Options"] = "nosniff"
    if what.has_ranges:
        made.headers["Accept-Ranges"] = "bytes"
    if what.file_name is not None:
        made.headers["Content-Disposition"] = (
            f"attachment; filename=\"file\"; filename*=UTF-8''{_plain(what.file_name)}"
        )
    return made


def _plain(name: str) -> str:
    """Only the last part of a path, nothing that ends a header, of a length that file systems take."""
    last = name.replace("\\", "/").rsplit("/", 1)[-1]
    return quote("".join(one for one in last if one.isprintable())[:100].strip(". ") or "file", safe="")
