"""One contract, two storages: a folder, and object storage. What holds for one holds for the other."""

from __future__ import annotations

import errno
import hashlib
import os
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from media.errors import MediaError
from media.storage.base import Storage
from media.storage.local import LocalStorage
from media.storage.s3 import Place, S3Storage
from server.attachments.models import Attachment
from tests.kit import ON_SQLITE, attach, upload, whole, work
from tests.live import free_port
from tests.media import objects, pictures
from tests.world import World

Make = Callable[[], Storage]
DATA = os.urandom(700_000)
SHA = hashlib.sha256(DATA).hexdigest()


@pytest.fixture(scope="module")
def endpoint() -> Iterator[str]:
    with objects.served() as address:
        yield address


@pytest.fixture(params=["local", "s3"])
def make(request: pytest.FixtureRequest, tmp_path: Path, endpoint: str) -> Make:
    """Another process on the same storage, each time it is called."""
    if request.param == "local":
        return lambda: LocalStorage(tmp_path)
    place = objects.bucket(endpoint)
    return lambda: S3Storage(tmp_path / "parts", place)


def test_an_upload_goes_on_in_another_process(make: Make) -> None:
    assert make().partial_size("ben", SHA) == 0
    assert make().append("ben", SHA, 0, [DATA[:1000], DATA[1000:5000]]) == 5000
    assert make().partial_size("ben", SHA) == 5000
    assert make().append("ben", SHA, 5000, [DATA[5000:]]) == len(DATA)
    assert make().size(SHA) is None
    assert make().finish("ben", SHA) == len(DATA)
    assert make().size(SHA) == len(DATA)
    assert b"".join(make().read(SHA)) == DATA


def test_what_came_before_a_cut_stays(make: Make) -> None:
    def torn() -> Iterator[bytes]:
        yield DATA[:300]
        raise ConnectionResetError

    with pytest.raises(ConnectionResetError):
        make().append("ben", SHA, 0, torn())
    assert make().partial_size("ben", SHA) == 300


@pytest.mark.parametrize("offset", [0, 2, 4, 100])
def test_a_part_goes_only_where_the_last_one_ended(make: Make, offset: int) -> None:
    make().append("ben", SHA, 0, [DATA[:3]])
    with pytest.raises(ValueError, match=str(offset)):
        make().append("ben", SHA, offset, [b"xyz"])
    assert make().partial_size("ben", SHA) == 3


def test_finishing_twice_is_finishing_once(make: Make) -> None:
    """Until it is noted whose it is, an upload says that all of it is there; after that another finish finds the blob."""
    make().append("ben", SHA, 0, [DATA])
    for _ in range(2):
        assert make().finish("ben", SHA) == len(DATA)
        assert make().partial_size("ben", SHA) == len(DATA)
        assert make().append("ben", SHA, len(DATA), []) == len(DATA)
    make().forget("ben", SHA)
    assert make().partial_size("ben", SHA) == 0
    assert make().finish("ben", SHA) == len(DATA)
    make().forget("ben", SHA)
    assert b"".join(make().read(SHA)) == DATA


def test_several_processes_finish_at_once(make: Make) -> None:
    make().append("ben", SHA, 0, [DATA])
    found: list[int | None] = []
    threads = [threading.Thread(target=lambda: found.append(make().finish("ben", SHA))) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    assert found == [len(DATA)] * 4
    assert b"".join(make().read(SHA)) == DATA


def test_bytes_that_do_not_fit_their_name_are_dropped(make: Make) -> None:
    make().append("ben", SHA, 0, [DATA[:-1] + b"?"])
    assert make().finish("ben", SHA) is None
    assert (make().partial_size("ben", SHA), make().size(SHA), make().finish("ben", SHA)) == (0, None, None)


def test_what_two_people_send_is_one_blob(make: Make) -> None:
    for owner in ("ben", "lina"):
        make().append(owner, SHA, 0, [DATA])
        assert make().finish(owner, SHA) == len(DATA)
        make().forget(owner, SHA)
    assert b"".join(make().read(SHA)) == DATA


def test_what_is_made_here_is_stored_under_its_hash(make: Make) -> None:
    assert make().put(DATA) == SHA
    assert make().put(DATA) == SHA
    assert b"".join(make().read(SHA)) == DATA
    assert make().sweep(time.time() + 10) == 0


def test_nothing_at_all_is_a_blob_too(make: Make) -> None:
    empty = make().put(b"")
    assert (make().size(empty), b"".join(make().read(empty))) == (0, b"")


@pytest.mark.parametrize(
    ("start", "length"), [(0, None), (10, None), (0, 10), (300_000, 300_000), (699_999, 1), (5, 0)]
)
def test_any_part_is_read(make: Make, start: int, length: int | None) -> None:
    make().put(DATA)
    stop = len(DATA) if length is None else start + length
    assert b"".join(make().read(SHA, start, length)) == DATA[start:stop]


def test_what_is_not_there(make: Make) -> None:
    assert make().size("0" * 64) is None
    with pytest.raises(FileNotFoundError):
        list(make().read("0" * 64))


def test_beginnings_are_dropped_and_swept(make: Make) -> None:
    for number in range(4):
        make().append("ben", f"{number:064x}", 0, [b"begun"])
        time.sleep(0.01)
    make().drop_unfinished("ben", keep=2)
    assert [make().partial_size("ben", f"{number:064x}") for number in range(4)] == [0, 0, 5, 5]
    assert make().sweep(time.time() + 10) == 2


def test_a_full_disk_is_said_and_recovers(make: Make, monkeypatch: pytest.MonkeyPatch) -> None:
    make().append("ben", SHA, 0, [DATA[:1000]])

    def full(*_args: object) -> int:
        raise OSError(errno.ENOSPC, "No space left on device")

    with monkeypatch.context() as disk:
        disk.setattr("media.storage.parts.os.pwrite", full)
        with pytest.raises(OSError, match="No space") as refused:
            make().append("ben", SHA, 1000, [DATA[1000:2000]])
        assert refused.value.errno == errno.ENOSPC
        assert make().partial_size("ben", SHA) == 1000
    assert make().append("ben", SHA, 1000, [DATA[1000:]]) == len(DATA)
    assert make().finish("ben", SHA) == len(DATA)


def test_a_storage_that_is_away_costs_no_byte(endpoint: str, tmp_path: Path) -> None:
    """What has arrived stays here; when the storage is back only the end is asked for again."""
    away = S3Storage(tmp_path, Place("files", f"http://127.0.0.1:{free_port()}", "us-east-1", "key", "SECRET-WORD"))
    away.append("ben", SHA, 0, [DATA])
    for deed in (
        lambda: away.finish("ben", SHA),
        lambda: away.put(b"x"),
        lambda: away.size(SHA),
        lambda: list(away.read(SHA)),
    ):
        with pytest.raises(MediaError, match="storage_unreachable"):
            deed()
    told = away.fault() or ""
    assert told.startswith("the object storage does not take us") and "SECRET-WORD" not in told + repr(away._place)
    back = S3Storage(tmp_path, objects.bucket(endpoint))
    assert back.partial_size("ben", SHA) == len(DATA)
    assert back.finish("ben", SHA) == len(DATA)
    assert back.fault() is None
    lost = S3Storage(tmp_path, Place("no-such-bucket", endpoint, "us-east-1", "key", "secret"))
    assert lost.fault() == "there is no bucket no-such-bucket"


def test_boto3_is_loaded_by_nobody_who_has_no_object_storage() -> None:
    code = "import sys, server.app, media.storage.s3, media.variants; print(sorted({'boto3', 'botocore', 'pillow_heif'} & set(sys.modules)))"
    done = subprocess.run([sys.executable, "-c", code], check=True, capture_output=True, text=True)
    assert done.stdout.strip() == "[]"


@pytest.fixture
def settings_environment(database_url: str, tmp_path: Path, endpoint: str) -> dict[str, str]:
    """A server on object storage, for the story below."""
    place = objects.bucket(endpoint)
    return {
        "CALLOUT_DATA_DIR": str(tmp_path), "DATABASE_URL": database_url, "CALLOUT_LOG_LEVEL": "error", "CALLOUT_STORAGE": "s3",
        "CALLOUT_S3_BUCKET": place.bucket, "CALLOUT_S3_ENDPOINT": endpoint, "CALLOUT_S3_ACCESS_KEY": "key",
        "CALLOUT_S3_SECRET_KEY": "secret",
    }  # fmt: skip


@ON_SQLITE
def test_a_photo_from_the_phone_to_the_screen_by_object_storage(world: World, tmp_path: Path) -> None:
    photo = attach(world, "asha", world.order(), pictures.jpeg(2000, 1500))
    work()
    assert whole(Attachment, photo).width == 2000
    for variant in ("original", "screen", "thumb"):
        assert world.client("mei").get(f"/api/v1/attachments/{photo}/{variant}").status_code == 200
    part = world.client("mei").get(f"/api/v1/attachments/{photo}/original", headers={"Range": "bytes=5-9"})
    assert part.data == pictures.jpeg(2000, 1500)[5:10]
    assert not [path for path in (tmp_path / "blobs").rglob("*") if path.is_file()]
    assert world.client("mei").get("/health/ready").get_json()["checks"]["object_storage"] == {"ok": True}
    upload(world, "asha", b"another")
