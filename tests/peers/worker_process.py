"""A worker to be killed while it sends. Forked, or run, as a process of its own."""

from __future__ import annotations

import datetime as dt
import os
import sys
import time

from server import worker
from server.app import create_app
from server.core import due_work
from server.core.config import read_settings


def main(lease: float) -> None:
    """Until it is killed. `lease` in seconds."""
    due_work.LEASE = dt.timedelta(seconds=lease)
    environment = {name: text for name, text in os.environ.items() if name.startswith(("CALLOUT_", "DATABASE_URL"))}
    app = create_app(read_settings(environment | {"CALLOUT_LOG_LEVEL": "error"}))
    with app.app_context():
        print("ready", flush=True)
        while True:
            if not worker.tick():
                time.sleep(0.02)


if __name__ == "__main__":
    main(float(sys.argv[1]))
