"""Printing the API document."""

from __future__ import annotations

import argparse
import json

from server.api import document
from server.core.config import Settings


def openapi(_settings: Settings, _args: argparse.Namespace) -> int:
    """Verb openapi; needs no database and leaves nothing behind."""
    print(json.dumps(document(), indent=1, sort_keys=True, ensure_ascii=False))
    return 0
