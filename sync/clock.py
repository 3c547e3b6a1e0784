"""Trusted time (PROTOCOL 7): when an act happened, from what the phone's clock and ours said. Pure."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from sync.wire import moment

SLACK = dt.timedelta(seconds=60)


@dataclass(frozen=True)
class Stamp:
    """`acted_at` is the best we know; `is_trusted` says whether it may withdraw what was fired; `offset` how far that clock ran ahead."""

    acted_at: dt.datetime
    is_trusted: bool
    offset: dt.timedelta = dt.timedelta()


def stamp(clock: Mapping[str, Any], sent_wall_at: dt.datetime | None, received_at: dt.datetime) -> Stamp:
    """7.2 and 7.3: the corrected time of the act when the clock was steady between the last contact and the push."""
    unsure = Stamp(received_at, False)
    wall_at = moment(clock.get("wall_at"))
    anchor = clock.get("anchor")
    if wall_at is None or sent_wall_at is None or not isinstance(anchor, Mapping):
        return unsure
    anchor_server, anchor_wall = moment(anchor.get("server_at")), moment(anchor.get("wall_at"))
    if anchor_server is None or anchor_wall is None:
        return unsure
    try:
        offset_then = anchor_wall - anchor_server
        acted_at = wall_at - offset_then
        is_steady = abs(offset_then - (sent_wall_at - received_at)) <= SLACK
        is_between = anchor_server - SLACK <= acted_at <= received_at + SLACK
    except OverflowError:  # a forged time at the edge of the calendar
        return unsure
    if not is_steady or not is_between:
        return unsure
    return Stamp(min(acted_at, received_at), True, offset_then)
