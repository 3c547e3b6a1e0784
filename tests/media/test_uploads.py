"""Uploads that go wrong: odd offsets, a full disk, the last part twice, beginnings that nobody goes on with."""

from __future__ import annotations

import errno
import hashlib
import os
import threading
import time
from pathlib import Path
from typing import Any

import pytest

from media.limits import MOST_UNFINISHED
from media.storage.local import LocalStorage
from server import worker
from tests.world import World

KIND = "application/partial-upload"


def send(client: Any, sha: str, data: bytes, offset: str = "0", *, is_last: bool) -> Any:
    headers = {"Upload-Offset": offset, "Upload-Complete": "?1" if is_last else "?0", "Content-Type": KIND}
    return client.patch(f"/sync/v1/blob/{sha}", data=data, headers=headers)


@pytest.mark.parametrize("offset", ["²", "1" * 5000, "", "1e3"], ids=ascii)
def test_an_offset_that_is_no_number(world: World, offset: str) -> None:
    reply = send(world.client("ben"), "a" * 64, b"x", offset, is_last=True)
    assert (reply.status_code, reply.get_json()["code"]) == (400, "body_malformed")


def test_a_full_disk_says_so_and_the_upload_goes_on_later(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    client, data = world.client("ben"), b"the photo"
    sha = hashlib.sha256(data).hexdigest()

    def full(_handle: int) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    with monkeypatch.context() as disk:
        disk.setattr("media.storage.parts.os.fsync", full)
        reply = send(client, sha, data, is_last=True)
        assert (reply.status_code, reply.get_json()["code"]) == (507, "storage_full")
        assert client.get("/api/v1/session").status_code == 200
    known = client.head(f"/sync/v1/blob/{sha}").headers.get("Upload-Offset", "0")
    reply = send(client, sha, data[int(known) :], known, is_last=True)
    assert reply.headers["Upload-Complete"] == "?1"


@pytest.mark.parametrize("call", ["pwrite", "link", "mkdir", "open"])
def test_wherever_the_disk_is_full_no_byte_that_was_said_is_lost(
    world: World, monkeypatch: pytest.MonkeyPatch, call: str
) -> None:
    """While it arrives or as it is finished: 507, reading goes on, and the upload goes on by itself once there is space."""
    client, data = world.client("ben"), os.urandom(20_000)
    sha = hashlib.sha256(data).hexdigest()
    assert send(client, sha, data[:8000], is_last=False).status_code == 204
    real = getattr(os, call)

    def full(path: Any, *args: Any, **more: Any) -> Any:
        is_ours = call == "pwrite" or "/blobs" in str(path)
        if is_ours:
            raise OSError(errno.ENOSPC, "No space left on device")
        return real(path, *args, **more)

    with monkeypatch.context() as disk:
        disk.setattr(os, call, full)
        reply = send(client, sha, data[8000:], "8000", is_last=True)
        assert (reply.status_code, reply.get_json()["code"], reply.get_json()["retry"]) == (
            507,
            "storage_full",
            "later",
        )
        assert reply.headers["Retry-After"]
        assert client.get("/api/v1/session").status_code == 200
        known = int(client.head(f"/sync/v1/blob/{sha}").headers["Upload-Offset"])
        assert known >= 8000
    reply = send(client, sha, data[known:], str(known), is_last=True)
    assert reply.headers["Upload-Complete"] == "?1"


def test_the_last_part_twice_at_once_is_complete_both_times(tmp_path: Path) -> None:
    """A lost reply: the phone sends the last part again while the first is still being hashed."""
    data = os.urandom(3_000_000)
    sha = hashlib.sha256(data).hexdigest()
    LocalStorage(tmp_path).append("o", sha, 0, [data])
    found: list[int | None] = []
    threads = [threading.Thread(target=lambda: found.append(LocalStorage(tmp_path).finish("o", sha))) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(30)
    assert found == [len(data)] * 4


def test_nobody_fills_the_disk_with_beginnings(world: World, tmp_path: Path) -> None:
    """At most so many unfinished uploads of one user stay; the oldest begins anew; those of others are not touched."""
    ben, lina = world.client("ben"), world.client("lina")
    assert send(lina, "f" * 64, b"hers", is_last=False).status_code == 204
    parts = tmp_path / "blobs" / "parts"
    for number in range(MOST_UNFINISHED + 5):
        sha = f"{number:064x}"
        assert send(ben, sha, b"his", is_last=False).status_code == 204
        os.utime(next(parts.glob(f"*-{sha}")), (number, number))
    names = sorted(one.name[-64:] for one in parts.glob(f"{world.users['ben']}-*"))
    assert names == [f"{number:064x}" for number in range(5, MOST_UNFINISHED + 5)]
    assert ben.head(f"/sync/v1/blob/{0:064x}").status_code == 404
    assert lina.head(f"/sync/v1/blob/{'f' * 64}").headers["Upload-Offset"] == "4"


def test_what_nobody_goes_on_with_is_swept_after_a_week(world: World, tmp_path: Path) -> None:
    client = world.client("ben")
    for sha, days in (("a" * 64, 6.9), ("b" * 64, 7.1)):
        assert send(client, sha, b"begun", is_last=False).status_code == 204
        path = next((tmp_path / "blobs" / "parts").glob(f"*-{sha}"))
        at = time.time() - days * 86_400
        os.utime(path, (at, at))
    worker.sweep_leftovers()
    assert client.head(f"/sync/v1/blob/{'a' * 64}").headers["Upload-Offset"] == "5"
    assert client.head(f"/sync/v1/blob/{'b' * 64}").status_code == 404


@pytest.mark.parametrize("offset", [0, 2, 4, 100])
def test_a_part_goes_only_where_the_last_one_ended(tmp_path: Path, offset: int) -> None:
    """Two requests at once passed the door with the same offset: the storage itself looks, under the open file."""
    storage = LocalStorage(tmp_path)
    sha = hashlib.sha256(b"abcdef").hexdigest()
    assert storage.append("ben", sha, 0, [b"abc"]) == 3
    with pytest.raises(ValueError, match=str(offset)):
        storage.append("ben", sha, offset, [b"xyz"])
    assert storage.partial_size("ben", sha) == 3
    storage.append("ben", sha, 3, [b"def"])
    assert storage.finish("ben", sha) == 6
