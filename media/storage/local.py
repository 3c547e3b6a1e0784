"""Blobs in a folder: what is complete is fsynced, then named by its hash."""

from __future__ import annotations

import hashlib
import os
import uuid
from collections.abc import Iterable, Iterator
from pathlib import Path

from media.storage.parts import CHUNK, Parts


class LocalStorage:
    """`root/parts/<owner>-<sha>` while it arrives, `root/<2>/<sha>` when complete."""

    def __init__(self, root: Path) -> None:
        self._root = root
        self._parts = Parts(root / "parts")

    def _blob(self, sha256: str) -> Path:
        return self._root / sha256[:2] / sha256

    def partial_size(self, owner: str, sha256: str) -> int:
        return self._parts.size(owner, sha256)

    def append(self, owner: str, sha256: str, offset: int, pieces: Iterable[bytes]) -> int:
        return self._parts.append(owner, sha256, offset, pieces)

    def finish(self, owner: str, sha256: str) -> int | None:
        try:
            return self._parts.finish(owner, sha256, lambda path, _size: self._name(path, sha256))
        except FileNotFoundError:
            return self.size(sha256)  # the same last part came twice; the other request has finished it

    def forget(self, owner: str, sha256: str) -> None:
        self._parts.forget(owner, sha256)

    def _name(self, path: Path, sha256: str) -> None:
        """A whole file gets its name, never half of it, and keeps it over a power cut."""
        target = self._blob(sha256)
        if not target.parent.is_dir():
            target.parent.mkdir(parents=True, exist_ok=True)
            _sync_folder(self._root)
        try:
            os.link(path, target)
        except FileExistsError:
            return
        _sync_folder(target.parent)

    def drop_unfinished(self, owner: str, keep: int) -> None:
        self._parts.drop_unfinished(owner, keep)

    def sweep(self, older_than: float) -> int:
        return self._parts.sweep(older_than)

    def put(self, data: bytes) -> str:
        sha256 = hashlib.sha256(data).hexdigest()
        if self.size(sha256) == len(data):
            return sha256
        draft = self._parts.path(
            "made", f"{sha256}.{uuid.uuid4().hex}"
        )  # one that a killed worker left is swept with the parts
        draft.parent.mkdir(parents=True, exist_ok=True)
        try:
            with draft.open("xb") as file:
                file.write(data)
                file.flush()
                os.fsync(file.fileno())
            self._name(draft, sha256)
        finally:
            draft.unlink(missing_ok=True)
        return sha256

    def size(self, sha256: str) -> int | None:
        try:
            return self._blob(sha256).stat().st_size
        except FileNotFoundError:
            return None

    def read(self, sha256: str, start: int = 0, length: int | None = None) -> Iterator[bytes]:
        with self._blob(sha256).open("rb") as file:
            file.seek(start)
            left = CHUNK if length is None else length
            while left and (chunk := file.read(min(CHUNK, left))):
                left -= 0 if length is None else len(chunk)
                yield chunk


def _sync_folder(path: Path) -> None:
    folder = os.open(path, os.O_RDONLY)
    try:
        os.fsync(folder)
    finally:
        os.close(folder)
