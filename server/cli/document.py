"""Printing the API document."""

from __future__ import annotations

import argparse
import json
import tempfile
from dataclasses import replace
from pathlib import Path

from server.api import document
from server.app import create_app
from server.core.config import Settings


def openapi(settings: Settings, _args: argparse.Namespace) -> int:
    """Verb openapi; needs no database and leaves nothing behind."""
    with tempfile.TemporaryDirectory() as folder:
        app = create_app(replace(settings, data_dir=Path(folder), database_url="", log_level="error"))
        print(json.dumps(document(app), indent=1, sort_keys=True, ensure_ascii=False))
    return 0
