"""An object storage for tests: moto's server. It takes any secret, so signatures are checked apart (test_signatures)."""

from __future__ import annotations

import uuid
from collections.abc import Iterator
from contextlib import contextmanager

from media.storage.s3 import Place


@contextmanager
def served() -> Iterator[str]:
    """The address of a running one."""
    from moto.server import ThreadedMotoServer

    server = ThreadedMotoServer("127.0.0.1", port=0, verbose=False)
    server.start()
    host, port = server.get_host_and_port()
    yield f"http://{host}:{port}"
    server.stop()


def bucket(endpoint: str) -> Place:
    """A fresh bucket in it."""
    import boto3

    place = Place(f"files-{uuid.uuid4().hex[:8]}", endpoint, "us-east-1", "key", "secret")
    client = boto3.client(
        "s3", endpoint_url=endpoint, region_name=place.region, aws_access_key_id="key", aws_secret_access_key="secret"
    )
    client.create_bucket(Bucket=place.bucket)
    client.close()
    return place
