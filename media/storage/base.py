"""The contract of a storage. Uploads in progress belong to one uploader; what is complete is known by its hash alone."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Protocol


class Storage(Protocol):
    """`owner` and `sha256` name an upload in progress; sizes and places are bytes. A full disk is OSError ENOSPC or EDQUOT."""

    def partial_size(self, owner: str, sha256: str) -> int: ...
    def append(self, owner: str, sha256: str, offset: int, pieces: Iterable[bytes]) -> int:
        """Store pieces behind `offset` as they come; the new size, durable. What `pieces` raises passes through, and what came before
        stays. ValueError when the place is not the end (any more).
        """

    def finish(self, owner: str, sha256: str) -> int | None:
        """Check the hash and make it complete; its size, or None (and the bytes are gone) when it does not fit. Until `forget` it is
        also still there as an upload that has all its bytes: finishing twice is finishing once.
        """

    def forget(self, owner: str, sha256: str) -> None:
        """The finished upload has been noted as this uploader's."""

    def drop_unfinished(self, owner: str, keep: int) -> None:
        """Of this uploader's unfinished uploads keep the newest."""

    def sweep(self, older_than: float) -> int:
        """Drop unfinished uploads that nobody touched since this Unix time; answers how many."""

    def put(self, data: bytes) -> str:
        """Store what was made here, durably; its hash. The same bytes twice are one blob."""

    def size(self, sha256: str) -> int | None:
        """Size of a complete blob; None when it is not there."""

    def read(self, sha256: str, start: int = 0, length: int | None = None) -> Iterator[bytes]:
        """The bytes of a complete blob from `start` on, in pieces."""
