"""What is on the way: one file per uploader and hash, in a folder of this machine, whatever the storage of complete blobs.

Bytes go only behind the end, piece by piece under a lock of the file, so that two requests for one upload cannot tangle: the one
whose place is not the end any more stops. What has arrived stays when a connection is cut.
"""

from __future__ import annotations

import fcntl
import hashlib
import os
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from itertools import chain
from pathlib import Path

CHUNK = 1 << 18
Keep = Callable[[Path, int], None]


class Parts:
    """`root/<owner>-<sha>` while it arrives."""

    def __init__(self, root: Path) -> None:
        self._root = root

    def path(self, owner: str, sha256: str) -> Path:
        """Where this upload lies."""
        return self._root / f"{owner}-{sha256}"

    def size(self, owner: str, sha256: str) -> int:
        """Bytes that have arrived."""
        try:
            return self.path(owner, sha256).stat().st_size
        except FileNotFoundError:
            return 0

    def append(self, owner: str, sha256: str, offset: int, pieces: Iterable[bytes]) -> int:
        """Write each piece as it comes; durable when this ends, also when `pieces` raises. ValueError when the place is not the end."""
        path = self.path(owner, sha256)
        path.parent.mkdir(parents=True, exist_ok=True)
        handle = os.open(path, os.O_RDWR | os.O_CREAT, 0o600)
        at = offset
        try:
            try:
                for piece in chain((b"",), pieces):
                    with _locked(handle):
                        _write_behind(handle, path, at, piece)
                    at += len(piece)
            finally:
                os.fsync(handle)
        finally:
            os.close(handle)
        return at

    def finish(self, owner: str, sha256: str, keep: Keep) -> int | None:
        """Check the hash and hand the file to `keep`, which stores it as complete; its size. None when it does not fit, and it is gone.

        It stays here until `forget`: whoever asks meanwhile hears that all has arrived, not that nothing has. FileNotFoundError when
        another request has finished and forgotten it.
        """
        path = self.path(owner, sha256)
        handle = os.open(path, os.O_RDWR)
        try:
            with _locked(handle):
                if not _is_still(handle, path):
                    raise FileNotFoundError(path)
                found, size = _hash_of(path)
                if found != sha256:
                    path.unlink(missing_ok=True)
                    return None
                keep(path, size)
                return size
        finally:
            os.close(handle)

    def forget(self, owner: str, sha256: str) -> None:
        """It is complete and somebody's: it is not on the way any more."""
        self.path(owner, sha256).unlink(missing_ok=True)

    def drop_unfinished(self, owner: str, keep: int) -> None:
        """Of this uploader's keep the newest."""
        found = sorted(self._root.glob(f"{owner}-*"), key=_touched_at, reverse=True)
        for path in found[keep:]:
            path.unlink(missing_ok=True)

    def sweep(self, older_than: float) -> int:
        """Drop what nobody touched since; answers how many."""
        old = [path for path in self._root.glob("*") if _touched_at(path) < older_than]
        for path in old:
            path.unlink(missing_ok=True)
        return len(old)


@contextmanager
def _locked(handle: int) -> Iterator[None]:
    """Alone at this file, among the threads of all processes of this machine."""
    fcntl.flock(handle, fcntl.LOCK_EX)
    try:
        yield
    finally:
        fcntl.flock(handle, fcntl.LOCK_UN)


def _write_behind(handle: int, path: Path, at: int, piece: bytes) -> None:
    found = os.fstat(handle)
    is_blob = found.st_nlink > 1  # finished under its other name: it must not grow any more
    if found.st_size != at or (is_blob and piece) or not _is_still(handle, path):
        raise ValueError(at)
    done = 0
    while done < len(piece):
        done += os.pwrite(handle, piece[done:], at + done)


def _is_still(handle: int, path: Path) -> bool:
    """Whether the open file is the one that lies here: a finished one has gone."""
    try:
        there = path.stat()
    except FileNotFoundError:
        return False
    mine = os.fstat(handle)
    return (there.st_dev, there.st_ino) == (mine.st_dev, mine.st_ino)


def _hash_of(path: Path) -> tuple[str, int]:
    digest, size = hashlib.sha256(), 0
    with path.open("rb") as file:
        while chunk := file.read(CHUNK):
            digest.update(chunk)
            size += len(chunk)
    return digest.hexdigest(), size


def _touched_at(path: Path) -> float:
    try:
        return path.stat().st_mtime
    except FileNotFoundError:
        return 0.0
