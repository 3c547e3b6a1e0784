"""The visit machine: nine states, the commands between them, and nothing else. Pure.

`step` never changes its input. Its answer says which fields change, that the act was already done, or why it is refused.
The same table stands in pwa/src/engines/visits; tests/vectors/visits holds both to it.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from typing import Any

STATES = ("planned", "dispatched", "accepted", "travelling", "on_site", "paused", "done", "cannot_complete", "cancelled")
ENDED = frozenset({"done", "cannot_complete", "cancelled"})
UNDO_SECONDS = 300
Answer = dict[str, Any]
