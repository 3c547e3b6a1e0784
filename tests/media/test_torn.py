"""Connections that break in the middle of a part: what had arrived is kept, and a file costs little more than its bytes."""

from __future__ import annotations

import hashlib
import http.client
import os
import random
import threading
import time
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path

import pytest
import requests

from media.limits import PIECE_BYTES
from media.storage.local import LocalStorage
from server.core.errors import Problem
from tests.faults import CuttingProxy
from tests.live import LiveServer
from tests.media.test_uploads import KIND, send
from tests.world import World

PART = 262_144
SIZE = 3_000_000


class Phone:
    """Sends a file as phones do: asks how much is there, goes on in parts, after a failure asks again."""

    def __init__(self, port: int, cookie: str, data: bytes) -> None:
        self._port, self._cookie, self._data = port, cookie, data
        self.sha = hashlib.sha256(data).hexdigest()
        self.failures = 0

    def _ask(self, method: str, body: bytes = b"", **headers: str) -> tuple[int, dict[str, str]]:
        line = http.client.HTTPConnection("127.0.0.1", self._port, timeout=20)
        try:
            told = {"Cookie": self._cookie, "Content-Type": KIND} | {k.replace("_", "-"): v for k, v in headers.items()}
            line.request(method, f"/sync/v1/blob/{self.sha}", body or None, told)
            reply = line.getresponse()
            reply.read()
            return reply.status, {name.lower(): value for name, value in reply.getheaders()}
        finally:
            line.close()

    def stored(self) -> int:
        """How much the server has; a cut connection is given the moment to end there that every phone waits."""
        while True:
            try:
                time.sleep(0.05)
                status, headers = self._ask("HEAD")
            except (OSError, http.client.HTTPException):
                self.failures += 1
                continue
            return int(headers["upload-offset"]) if status == 204 else 0

    def send(self) -> None:
        at = self.stored()
        while True:
            part = self._data[at : at + PART]
            is_last = at + len(part) == len(self._data)
            try:
                status, headers = self._ask(
                    "PATCH", part, Upload_Offset=str(at), Upload_Complete="?1" if is_last else "?0"
                )
            except (OSError, http.client.HTTPException):
                self.failures += 1
                at = self.stored()
                continue
            assert status in (204, 409), status
            if status == 204 and is_last:
                return
            at = int(headers["upload-offset"])


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[LiveServer]:
    made = LiveServer(tmp_path_factory.mktemp("torn")).start()
    yield made
    made.stop()


@pytest.mark.parametrize("seed", [1, 2, 3])
def test_ten_cuts_cost_at_most_a_tenth_more(
    server: LiveServer, seed: int, record_property: Callable[..., None]
) -> None:
    browser = requests.Session()
    login = {"login": "asha", "password": "callout-demo"}
    browser.post(f"{server.url}/api/v1/session", json=login, timeout=20).raise_for_status()
    cookie = "; ".join(f"{one.name}={one.value}" for one in browser.cookies)
    chance = random.Random(seed)
    places = [0.01, 0.5, 0.99, *(chance.random() for _ in range(7))]
    proxy = CuttingProxy(server.port, [int(SIZE * one) for one in places], seed)
    phone = Phone(proxy.port, cookie, chance.randbytes(SIZE))
    try:
        phone.send()
    finally:
        proxy.close()
    record_property("ratio", proxy.sent / SIZE)
    assert (proxy.cuts_left, phone.failures) == ([], 10)
    assert proxy.sent <= 1.1 * SIZE
    assert _file(server, phone.sha).stat().st_size == SIZE
    assert hashlib.sha256(_file(server, phone.sha).read_bytes()).hexdigest() == phone.sha


def _file(server: LiveServer, sha: str) -> Path:
    folder = Path(server.database.removeprefix("sqlite:///")).parent
    return folder / "blobs" / sha[:2] / sha


def test_what_came_before_the_cut_is_kept(world: World) -> None:
    client, data = world.client("ben"), os.urandom(50_000)
    sha = hashlib.sha256(data).hexdigest()
    headers = {"Upload-Offset": "0", "Upload-Complete": "?1", "Content-Type": KIND}
    cut = {"CONTENT_LENGTH": "50000"}
    reply = client.patch(f"/sync/v1/blob/{sha}", data=data[:31_000], headers=headers, environ_overrides=cut)
    assert (reply.status_code, reply.get_json()["code"]) == (400, "upload_cut")
    known = client.head(f"/sync/v1/blob/{sha}")
    assert (known.headers["Upload-Offset"], known.headers["Upload-Complete"]) == ("31000", "?0")
    assert send(client, sha, data[31_000:], "31000", is_last=True).headers["Upload-Complete"] == "?1"


def test_a_body_is_never_held_whole(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    sizes: list[int] = []
    append = LocalStorage.append

    def watched(self: LocalStorage, owner: str, sha256: str, offset: int, pieces: Iterable[bytes]) -> int:
        def told() -> Iterator[bytes]:
            for piece in pieces:
                sizes.append(len(piece))
                yield piece

        return append(self, owner, sha256, offset, told())

    monkeypatch.setattr(LocalStorage, "append", watched)
    data = os.urandom(PART)
    assert send(world.client("ben"), hashlib.sha256(data).hexdigest(), data, is_last=True).status_code == 204
    assert sum(sizes) == PART
    assert max(sizes) <= PIECE_BYTES


def test_a_body_that_hides_its_length_ends_at_the_limit(world: World) -> None:
    client, data = world.client("ben"), b"x" * ((1 << 20) + 1)
    reply = send(client, "a" * 64, data, is_last=False)
    assert (reply.status_code, reply.get_json()["code"]) == (413, "body_too_large")


@pytest.mark.parametrize("seed", range(5))
def test_requests_at_once_for_one_file_do_not_tangle(tmp_path: Path, seed: int) -> None:
    """A phone whose connection hangs comes again on another one, and the first one goes on after all."""
    chance = random.Random(seed)
    data = chance.randbytes(400_000)
    sha = hashlib.sha256(data).hexdigest()

    def pieces(start: int, pauses: random.Random) -> Iterator[bytes]:
        for at in range(start, len(data), 3000):
            if pauses.random() < 0.05:
                time.sleep(0.001)
            yield data[at : at + 3000]

    def send_on(number: int) -> None:
        storage, pauses = LocalStorage(tmp_path), random.Random(seed * 100 + number)
        while storage.size(sha) is None:
            try:
                at = storage.partial_size("ben", sha)
                if storage.append("ben", sha, at, pieces(at, pauses)) == len(data):
                    assert storage.finish("ben", sha) == len(data)
                    storage.forget("ben", sha)
            except ValueError:
                continue

    threads = [threading.Thread(target=send_on, args=(number,)) for number in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    assert not any(thread.is_alive() for thread in threads)
    assert b"".join(LocalStorage(tmp_path).read(sha)) == data
    assert LocalStorage(tmp_path).partial_size("ben", sha) == 0


def test_a_reply_lost_while_the_file_is_being_noted_costs_no_byte(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Found by the cuts: between the finished file and its row in the database the phone heard "nothing there" and began anew."""
    client, data = world.client("ben"), b"the whole photo"
    sha = hashlib.sha256(data).hexdigest()

    def lost(*_args: object) -> None:
        raise Problem("database_busy")

    with monkeypatch.context() as busy:
        busy.setattr("server.wiring.doors.attachments.bytes_arrived", lost)
        assert send(client, sha, data, is_last=True).status_code == 503
        assert client.head(f"/sync/v1/blob/{sha}").headers["Upload-Offset"] == str(len(data))
    reply = send(client, sha, b"", str(len(data)), is_last=True)
    assert reply.headers["Upload-Complete"] == "?1"
    assert client.head(f"/sync/v1/blob/{sha}").headers["Upload-Complete"] == "?1"


def test_a_latecomer_does_not_write_into_a_finished_file(tmp_path: Path) -> None:
    storage, data = LocalStorage(tmp_path), b"whole"
    sha = hashlib.sha256(data).hexdigest()

    def slow() -> Iterator[bytes]:
        yield data
        assert LocalStorage(tmp_path).finish("ben", sha) == 5
        yield b" and more"

    with pytest.raises(ValueError, match="5"):
        storage.append("ben", sha, 0, slow())
    assert b"".join(storage.read(sha)) == data
