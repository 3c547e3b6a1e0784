"""Calls npm in pwa/ with the same Node that tools/prepare.py chose."""

from __future__ import annotations

import os
import sys

from prepare import PWA, node_and_npm

npm, environment = node_and_npm()
os.chdir(PWA)
os.execvpe(npm[0], [*npm, *sys.argv[1:]], environment)  # noqa: S606 - our own npm, with our own words
