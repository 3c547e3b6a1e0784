"""A worker to be killed while it sends. Run as a process of its own."""

from __future__ import annotations

import datetime as dt
import os
import sys
import time

from server import worker
from server.app import create_app
from server.core import due_work
from server.core.config import read_settings

if __name__ == "__main__":
    due_work.LEASE = dt.timedelta(seconds=float(sys.argv[1]))
    environment = {name: text for name, text in os.environ.items() if name.startswith(("CALLOUT_", "DATABASE_URL"))}
    app = create_app(read_settings(environment | {"CALLOUT_LOG_LEVEL": "error"}))
    with app.app_context():
        print("ready", flush=True)
        while True:
            if not worker.tick():
                time.sleep(0.02)
