"""The contract of a storage. Uploads in progress belong to one uploader; what is complete is known by its hash alone."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Protocol


class Storage(Protocol):
    """`owner` and `sha256` name an upload in progress; sizes are bytes."""

    def partial_size(self, owner: str, sha256: str) -> int: ...
    def append(self, owner: str, sha256: str, offset: int, part: bytes) -> int:
        """Store a part durably behind `offset`; the new size. ValueError when the offset is not the end."""

    def finish(self, owner: str, sha256: str) -> int | None:
        """Check the hash and make it complete; its size, or None (and the bytes are gone) when it does not fit."""

    def drop_unfinished(self, owner: str, keep: int) -> None:
        """Of this uploader's unfinished uploads keep the newest."""

    def sweep(self, older_than: float) -> int:
        """Drop unfinished uploads that nobody touched since this Unix time; answers how many."""

    def size(self, sha256: str) -> int | None:
        """Size of a complete blob."""

    def read(self, sha256: str) -> Iterator[bytes]: ...
