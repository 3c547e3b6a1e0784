"""The routes of blobs: HEAD and PATCH to upload. Reading goes through the host, which knows who may see the parent record."""

from __future__ import annotations

import errno
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass

from flask import Blueprint, Response, request
from werkzeug.exceptions import ClientDisconnected

from media.errors import MediaError
from media.limits import MOST_BLOB_BYTES, MOST_PART_BYTES, PIECE_BYTES
from media.receive import Progress, is_sha, progress, receive
from media.storage.base import Storage


@dataclass(frozen=True)
class Door:
    """What the host adds: who uploads, whether he has these bytes already, and what to do when they are complete."""

    storage: Storage
    owner: Callable[[], str]
    is_owned: Callable[[str, str], bool]
    completed: Callable[[str, str, int], None]


def blueprint(door: Door) -> Blueprint:
    """Routes under /sync/v1/blob."""
    routes = Blueprint("media", __name__, url_prefix="/sync/v1/blob")
    routes.route("/<sha256>", methods=["HEAD"], endpoint="head")(lambda sha256: _head(door, sha256))
    routes.patch("/<sha256>", endpoint="patch")(lambda sha256: _patch(door, sha256))
    return routes


def _reply(state: Progress) -> Response:
    headers = {"Upload-Offset": str(state.offset), "Upload-Complete": "?1" if state.is_complete else "?0"}
    return Response(status=204, headers=headers)


def _head(door: Door, sha256: str) -> Response:
    owner = door.owner()
    state = progress(door.storage, owner, sha256, is_owned=door.is_owned(owner, sha256)) if is_sha(sha256) else None
    if state is None:
        raise MediaError("not_found")
    return _reply(state)


def _patch(door: Door, sha256: str) -> Response:
    owner = door.owner()
    offset = request.headers.get("Upload-Offset", "")
    is_last = {"?0": False, "?1": True}.get(request.headers.get("Upload-Complete", ""))
    if not is_sha(sha256) or not re.fullmatch("[0-9]{1,12}", offset) or is_last is None:
        raise MediaError("body_malformed")
    if request.mimetype != "application/partial-upload":
        raise MediaError("unsupported_media_type", wanted="application/partial-upload")
    if door.is_owned(owner, sha256):
        done = progress(door.storage, owner, sha256, is_owned=True)
        if done is not None:
            return _reply(done)
    announced = request.content_length or 0
    if announced > MOST_PART_BYTES or int(offset) + announced > MOST_BLOB_BYTES:
        raise MediaError("body_too_large")
    try:
        state = receive(
            door.storage, owner, sha256, int(offset), _pieces(announced), is_last=is_last,
            completed=lambda size: door.completed(owner, sha256, size),
        )  # fmt: skip
    except OSError as error:
        if error.errno in (errno.ENOSPC, errno.EDQUOT):
            raise MediaError("storage_full") from error
        raise
    return _reply(state)


def _pieces(announced: int) -> Iterator[bytes]:
    """The body as it comes in. A piece is small: what is lost with a connection that breaks is less than one."""
    came = 0
    while True:
        try:
            piece = request.stream.read(PIECE_BYTES)
        except (OSError, ClientDisconnected) as cut:
            raise MediaError("upload_cut") from cut
        if not piece:
            break
        came += len(piece)
        yield piece
    if came < announced:  # a server that lets a body end early without a word
        raise MediaError("upload_cut")
