"""A worker to be killed while it inspects photos. Forked as a process of its own."""

from __future__ import annotations

import os

from server import worker
from server.app import create_app
from server.core.config import read_settings


def main() -> None:
    """Until it is killed."""
    environment = {name: os.environ[name] for name in ("CALLOUT_DATA_DIR", "DATABASE_URL")}
    app = create_app(read_settings(environment | {"CALLOUT_LOG_LEVEL": "error"}))
    with app.app_context():
        print("ready", flush=True)
        while True:
            worker.inspect_files()
