"""What covers the demo's devices: a warranty from the day each was installed, and for some an agreement to the end of this year."""

from __future__ import annotations

import datetime as dt
from typing import Any

from server.seed.chance import dice

YEARS = {"chiller": 5, "compressor": 3, "dryer": 3, "software": 1}
SERVICED = 0.4


def of(serial: str, line: str, installed_on: str, today: dt.date) -> list[dict[str, Any]]:
    """Arguments of `contract.add` without the device."""
    begins = dt.date.fromisoformat(installed_on)
    ends = begins.replace(year=begins.year + YEARS[line], day=min(begins.day, 28))
    found = [_contract("warranty", serial, begins, ends)]
    if ends < today and dice("contract", serial).random() < SERVICED:
        found.append(_contract("service", serial, today.replace(month=1, day=1), today.replace(month=12, day=31)))
    return found


def _contract(kind: str, serial: str, begins: dt.date, ends: dt.date) -> dict[str, Any]:
    number = f"{'W' if kind == 'warranty' else 'S'}-{serial}"
    return {"kind": kind, "number": number, "starts_on": begins.isoformat(), "ends_on": ends.isoformat()}
