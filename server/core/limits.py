"""How often an address may knock at a door that is open to strangers, or costs much."""

from __future__ import annotations

from flask import request
from flask_limiter import Limiter

LIMITER = Limiter(lambda: request.remote_addr or "?", storage_uri="memory://", default_limits=[])
