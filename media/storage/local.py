"""Blobs in a folder: parts are appended and fsynced, complete ones renamed to their hash."""

from __future__ import annotations

import hashlib
import os
from collections.abc import Iterator
from pathlib import Path

CHUNK = 1 << 18


def _touched_at(path: Path) -> float:
    try:
        return path.stat().st_mtime
    except FileNotFoundError:
        return 0.0


class LocalStorage:
    """`root/parts/<owner>-<sha>` while it arrives, `root/<2>/<sha>` when complete."""

    def __init__(self, root: Path) -> None:
        self._root = root

    def _part(self, owner: str, sha256: str) -> Path:
        return self._root / "parts" / f"{owner}-{sha256}"

    def _blob(self, sha256: str) -> Path:
        return self._root / sha256[:2] / sha256

    def partial_size(self, owner: str, sha256: str) -> int:
        path = self._part(owner, sha256)
        return path.stat().st_size if path.exists() else 0

    def append(self, owner: str, sha256: str, offset: int, part: bytes) -> int:
        path = self._part(owner, sha256)
        path.parent.mkdir(parents=True, exist_ok=True)
        with os.fdopen(os.open(path, os.O_RDWR | os.O_CREAT, 0o600), "r+b") as file:
            if os.fstat(file.fileno()).st_size != offset:
                raise ValueError(offset)
            file.seek(offset)
            file.write(part)
            file.flush()
            os.fsync(file.fileno())
        return offset + len(part)

    def finish(self, owner: str, sha256: str) -> int | None:
        path = self._part(owner, sha256)
        digest = hashlib.sha256()
        size = 0
        try:
            with path.open("rb") as file:
                while chunk := file.read(CHUNK):
                    digest.update(chunk)
                    size += len(chunk)
        except FileNotFoundError:
            return self.size(sha256)  # the same last part came twice; the other request has finished it
        if digest.hexdigest() != sha256:
            path.unlink(missing_ok=True)
            return None
        target = self._blob(sha256)
        target.parent.mkdir(parents=True, exist_ok=True)
        try:
            path.replace(target)
        except FileNotFoundError:
            return self.size(sha256)
        folder = os.open(target.parent, os.O_RDONLY)
        try:
            os.fsync(folder)
        finally:
            os.close(folder)
        return size

    def drop_unfinished(self, owner: str, keep: int) -> None:
        found = sorted((self._root / "parts").glob(f"{owner}-*"), key=_touched_at, reverse=True)
        for path in found[keep:]:
            path.unlink(missing_ok=True)

    def sweep(self, older_than: float) -> int:
        old = [path for path in (self._root / "parts").glob("*") if _touched_at(path) < older_than]
        for path in old:
            path.unlink(missing_ok=True)
        return len(old)

    def size(self, sha256: str) -> int | None:
        path = self._blob(sha256)
        return path.stat().st_size if path.exists() else None

    def read(self, sha256: str) -> Iterator[bytes]:
        with self._blob(sha256).open("rb") as file:
            while chunk := file.read(CHUNK):
                yield chunk
