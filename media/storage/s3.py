"""Blobs in object storage (S3 and what speaks like it). What is on the way stays in a folder of this machine until it is whole.

One request then stores it, signed over its bytes, so that the storage itself refuses what was damaged between here and there.
boto3 is imported when it is first needed: it is heavy, and most servers have none.
"""

from __future__ import annotations

import errno
import hashlib
import os
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from media.errors import MediaError
from media.storage.parts import CHUNK, Parts

FULL = frozenset({"QuotaExceeded", "InsufficientStorage", "XMinioStorageFull", "XMinioStorageQuotaExceeded", "507"})
MISSING = frozenset({"404", "NoSuchKey", "NotFound"})


@dataclass(frozen=True)
class Place:
    """Where the storage is and who asks. Without keys boto3 finds its own, such as those of the machine's role."""

    bucket: str
    endpoint: str = ""
    region: str = "us-east-1"
    access_key: str = field(default="", repr=False)
    secret_key: str = field(default="", repr=False)


class S3Storage:
    """`blobs/<2>/<sha>` in the bucket; `root/<owner>-<sha>` on this machine while it arrives."""

    def __init__(self, root: Path, place: Place) -> None:
        self._parts = Parts(root)
        self._place = place
        self._made: tuple[int, Any] = (0, None)

    def _client(self) -> Any:
        """One per process: a forked child must not share its parent's connections."""
        if self._made[0] != os.getpid():
            self._made = (os.getpid(), _connect(self._place))
        return self._made[1]

    def partial_size(self, owner: str, sha256: str) -> int:
        return self._parts.size(owner, sha256)

    def append(self, owner: str, sha256: str, offset: int, pieces: Iterable[bytes]) -> int:
        return self._parts.append(owner, sha256, offset, pieces)

    def finish(self, owner: str, sha256: str) -> int | None:
        try:
            return self._parts.finish(owner, sha256, lambda path, size: self._send(path, size, sha256))
        except FileNotFoundError:
            return self.size(sha256)  # the same last part came twice; the other request has finished it

    def forget(self, owner: str, sha256: str) -> None:
        self._parts.forget(owner, sha256)

    def _send(self, path: Path, size: int, sha256: str) -> None:
        if self.size(sha256) == size:
            return
        with path.open("rb") as file, _named():
            self._client().put_object(Bucket=self._place.bucket, Key=_key(sha256), Body=file, ContentLength=size)

    def drop_unfinished(self, owner: str, keep: int) -> None:
        self._parts.drop_unfinished(owner, keep)

    def sweep(self, older_than: float) -> int:
        return self._parts.sweep(older_than)

    def put(self, data: bytes) -> str:
        sha256 = hashlib.sha256(data).hexdigest()
        if self.size(sha256) != len(data):
            with _named():
                self._client().put_object(Bucket=self._place.bucket, Key=_key(sha256), Body=data)
        return sha256

    def size(self, sha256: str) -> int | None:
        try:
            with _named():
                found = self._client().head_object(Bucket=self._place.bucket, Key=_key(sha256))
        except FileNotFoundError:
            return None
        return int(found["ContentLength"])

    def read(self, sha256: str, start: int = 0, length: int | None = None) -> Iterator[bytes]:
        if length == 0:
            return
        last = "" if length is None else str(start + length - 1)
        asked = {"Range": f"bytes={start}-{last}"} if start or last else {}
        with _named():
            body = self._client().get_object(Bucket=self._place.bucket, Key=_key(sha256), **asked)["Body"]
            yield from body.iter_chunks(CHUNK)

    def fault(self) -> str | None:
        """Why the bucket cannot be used now, without a word of the keys; None when all is well."""
        try:
            with _named():
                self._client().head_bucket(Bucket=self._place.bucket)
        except FileNotFoundError:
            return f"there is no bucket {self._place.bucket}"
        except MediaError as error:
            return f"the object storage does not take us: {type(error.__cause__).__name__}"
        return None


def _key(sha256: str) -> str:
    return f"blobs/{sha256[:2]}/{sha256}"


def _connect(place: Place) -> Any:
    import boto3
    from botocore.config import Config

    style = {"addressing_style": "path"} if place.endpoint else {}
    config = Config(
        signature_version="s3v4", retries={"mode": "standard", "max_attempts": 3}, connect_timeout=5, read_timeout=30,
        max_pool_connections=32, request_checksum_calculation="when_required", response_checksum_validation="when_required",
        s3={"payload_signing_enabled": True, **style},
    )  # fmt: skip
    return boto3.session.Session().client(
        "s3", endpoint_url=place.endpoint or None, region_name=place.region, config=config,
        aws_access_key_id=place.access_key or None, aws_secret_access_key=place.secret_key or None,
    )  # fmt: skip


@contextmanager
def _named() -> Iterator[None]:
    """Failures of the storage by our names: FileNotFoundError, a full one as OSError ENOSPC, all others MediaError storage_unreachable."""
    from botocore.exceptions import BotoCoreError, ClientError

    try:
        yield
    except ClientError as error:
        code = str(error.response.get("Error", {}).get("Code", ""))
        if code in MISSING:
            raise FileNotFoundError(code) from error
        if code in FULL:
            raise OSError(errno.ENOSPC, "the object storage is full") from error
        raise MediaError("storage_unreachable") from error
    except BotoCoreError as error:
        raise MediaError("storage_unreachable") from error
