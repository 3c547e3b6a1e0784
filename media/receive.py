"""Receiving a blob part by part (PROTOCOL 9): resumable, checked against its hash, never visible to others before it is attached."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass

from media.errors import MediaError
from media.limits import MOST_BLOB_BYTES, MOST_PART_BYTES, MOST_UNFINISHED
from media.storage.base import Storage

_SHA = re.compile(r"[0-9a-f]{64}")


@dataclass(frozen=True)
class Progress:
    """How much of a blob is stored for this uploader."""

    offset: int
    is_complete: bool


def is_sha(text: str) -> bool:
    """Lower-case hex SHA-256."""
    return _SHA.fullmatch(text) is not None


def progress(storage: Storage, owner: str, sha256: str, *, is_owned: bool) -> Progress | None:
    """What is stored for this uploader; None for nothing. Bytes that only others have sent are nothing to him."""
    if is_owned:
        size = storage.size(sha256)
        return None if size is None else Progress(size, True)
    stored = storage.partial_size(owner, sha256)
    return Progress(stored, False) if stored else None


def receive(
    storage: Storage,
    owner: str,
    sha256: str,
    offset: int,
    pieces: Iterable[bytes],
    *,
    is_last: bool,
    completed: Callable[[int], None],
) -> Progress:
    """Store a part as it comes in; on the last one check the hash and tell `completed` the size. MediaError offset_mismatch,
    hash_mismatch, body_too_large. What `pieces` raises (a connection that was cut) passes through; what had arrived is kept.

    Of more unfinished uploads than a phone can have at once, the oldest begins anew: nobody fills the disk with beginnings.
    """
    stored = storage.partial_size(owner, sha256)
    if stored != offset:
        raise _mismatch(stored)
    if offset == 0:
        storage.drop_unfinished(owner, keep=MOST_UNFINISHED - 1)
    try:
        size = storage.append(owner, sha256, offset, _bounded(pieces, offset))
    except ValueError:
        raise _mismatch(storage.partial_size(owner, sha256)) from None
    if not is_last:
        return Progress(size, False)
    whole = storage.finish(owner, sha256)
    if whole is None:
        raise MediaError("hash_mismatch", headers={"Upload-Offset": "0"})
    completed(whole)
    storage.forget(owner, sha256)
    return Progress(whole, True)


def _mismatch(stored: int) -> MediaError:
    return MediaError("offset_mismatch", offset=stored, headers={"Upload-Offset": str(stored)})


def _bounded(pieces: Iterable[bytes], offset: int) -> Iterator[bytes]:
    """The pieces, up to what a part and a file may hold: a body need not say its length."""
    came = 0
    for piece in pieces:
        came += len(piece)
        if came > MOST_PART_BYTES or offset + came > MOST_BLOB_BYTES:
            raise MediaError("body_too_large")
        yield piece
