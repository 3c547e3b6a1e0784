"""Sending changes (PROTOCOL 4): all channels of a page from one snapshot, rendered to bytes before anything is sent."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from sync import wire
from sync.errors import ProtocolError
from sync.push import last_mid
from sync.registry import Caller, Channel, Host

BATCH = 500
ERASED = "erased"


@dataclass(frozen=True)
class Cookie:
    """How far a client has read a channel (4.1). `start`: the head when its snapshot began; what left since is said."""

    seq: int = 0
    grant_epoch: int = 0
    view: str = ""
    snap: bool = False
    start: int = 0


@dataclass
class Page:
    """A page being put together: lines keyed by (view, entity, id), so that a body appears once per view."""

    limit: int
    lines: dict[tuple[str, str, str], tuple[str, list[str]]] = field(default_factory=dict)
    removes: list[str] = field(default_factory=list)
    size: int = 0

    def is_full(self) -> bool:
        return self.size >= self.limit

    def count(self) -> int:
        return len(self.lines) + len(self.removes)


def read_cookies(data: Any) -> dict[str, Cookie]:
    """Checked cookies of a pull request."""
    raw = data.get("cookies") if isinstance(data, dict) else None
    if not isinstance(raw, dict) or len(raw) > 500:
        raise ProtocolError("body_malformed")
    return {name: _cookie(one) for name, one in raw.items()}


def _cookie(one: Any) -> Cookie:
    if not isinstance(one, dict):
        raise ProtocolError("body_malformed")
    seq, epoch, view, snap = one.get("seq"), one.get("grant_epoch"), one.get("view"), one.get("snap", False)
    start = one.get("start", 0)
    is_right = all(isinstance(n, int) and not isinstance(n, bool) and 0 <= n < 2**63 for n in (seq, epoch, start))
    if not is_right or not isinstance(view, str) or not isinstance(snap, bool):
        raise ProtocolError("body_malformed")
    return Cookie(int(seq or 0), int(epoch or 0), view, snap, int(start))


def pull(
    host: Host, session: Session, caller: Caller, cookies: Mapping[str, Cookie], limit_bytes: int
) -> tuple[int, bytes | None]:
    """(at, body); body None stands for 204: nothing has changed. Runs inside one snapshot."""
    at = host.head_seq(session)
    channels = host.channels(session, caller)
    page = Page(limit=max(1, min(limit_bytes, wire.PULL_BYTES)))
    after: dict[str, dict[str, Any]] = {}
    modes: dict[str, str] = {}
    for channel in channels:
        cookie = _valid(cookies.get(channel.name), channel, at)
        modes[channel.name] = "snapshot" if cookie.snap else "delta"
        seq, is_done = _fill(host, session, page, channel, cookie)
        after[channel.name] = _cookie_after(channel, cookie, at if is_done else seq, is_done=is_done)
    more = any(one.get("snap") or one["seq"] < at for one in after.values())
    is_quiet = page.count() == 0 and not more and "snapshot" not in modes.values() and set(cookies) == set(modes)
    if is_quiet:
        return at, None
    return at, _render(host, session, caller, page, channels, modes, after, at, more=more)


def _valid(cookie: Cookie | None, channel: Channel, at: int) -> Cookie:
    """A cookie of another view or grant epoch, or none at all, starts a snapshot; one from the future is of another history."""
    if cookie is None or cookie.grant_epoch != channel.grant_epoch or cookie.view != channel.view:
        return Cookie(0, channel.grant_epoch, channel.view, snap=True, start=at)
    if cookie.seq > at:
        raise ProtocolError("cookie_too_old", channel=channel.name, extra={"channel": channel.name})
    return cookie


def _cookie_after(channel: Channel, cookie: Cookie, seq: int, *, is_done: bool) -> dict[str, Any]:
    after: dict[str, Any] = {"seq": seq, "grant_epoch": channel.grant_epoch, "view": channel.view}
    if cookie.snap and not is_done:
        after |= {"snap": True, "start": cookie.start}
    return after


def _fill(host: Host, session: Session, page: Page, channel: Channel, cookie: Cookie) -> tuple[int, bool]:
    """Add this channel's changes until the page is full; (last number taken, whether the channel is exhausted)."""
    feed = host.tables.feed
    seq = cookie.seq
    while not page.is_full():
        query = (
            sa.select(feed).where(feed.c.channel == channel.name, feed.c.seq > seq).order_by(feed.c.seq).limit(BATCH)
        )
        if cookie.snap:
            # what was shown on an earlier page and has left since must be said to have left; what was erased, always (4.9)
            query = query.where(sa.or_(feed.c.op == "upsert", feed.c.seq > cookie.start, feed.c.why == ERASED))
        rows = session.execute(query).all()
        bodies = _load(host, session, rows)
        for row in rows:
            if page.is_full():
                return seq, False
            _add(page, channel, row, bodies.get((row.entity, row.entity_id)), is_new=row.seq <= cookie.start)
            seq = row.seq
        if len(rows) < BATCH:
            return seq, True
    return seq, False


def _load(host: Host, session: Session, rows: Any) -> dict[tuple[str, str], tuple[int, dict[str, Any]]]:
    wanted: dict[str, list[str]] = {}
    for row in rows:
        if row.op == "upsert":
            wanted.setdefault(row.entity, []).append(row.entity_id)
    return {
        (entity, record_id): body
        for entity, ids in wanted.items()
        for record_id, body in host.load(session, entity, ids).items()
    }


def _add(page: Page, channel: Channel, row: Any, body: tuple[int, dict[str, Any]] | None, *, is_new: bool) -> None:
    if row.op == "upsert" and body is not None:
        key = (channel.view, row.entity, row.entity_id)
        if key in page.lines:
            page.lines[key][1].append(channel.name)
            return
        text = upsert_text(channel, row.entity, row.entity_id, body)
        page.lines[key] = (text, [channel.name])
        page.size += len(text.encode()) + 60
    elif row.why == ERASED or not is_new:
        text = remove_text(channel.name, row.entity, row.entity_id, row.why or "deleted")
        page.removes.append(text)
        page.size += len(text)


def upsert_text(channel: Channel, entity: str, entity_id: str, body: tuple[int, dict[str, Any]]) -> str:
    """An upsert line of 4.4 but for its closing `,"c":[…]}`: the channels are known when the page is complete."""
    version, fields = body
    allowed = channel.fields.get(entity, frozenset())
    shown = {name: value for name, value in fields.items() if name in allowed}
    return wire.dump({"t": "upsert", "e": entity, "id": entity_id, "v": version, "view": channel.view, "f": shown})[:-1]


def with_channels(text: str, channels: list[str]) -> str:
    """Close an upsert line."""
    return f'{text},"c":{wire.dump(channels)}}}'


def remove_text(channel: str, entity: str, entity_id: str, why: str) -> str:
    """A remove line of 4.5."""
    return wire.dump({"t": "remove", "e": entity, "id": entity_id, "c": [channel], "why": why})


def _render(  # noqa: PLR0913, PLR0917 - a page is all of these
    host: Host, session: Session, caller: Caller, page: Page, channels: list[Channel], modes: Mapping[str, str],
    after: Mapping[str, Any], at: int, *, more: bool,
) -> bytes:  # fmt: skip
    header = {
        "t": "header", "at": at, "server_at": wire.show(host.now()),
        "channels": [
            {"channel": one.name, "view": one.view, "grant_epoch": one.grant_epoch, "mode": modes[one.name]} for one in channels
        ],
    }  # fmt: skip
    trailer = {
        "t": "trailer", "rows": page.count(), "more": more, "cookies": dict(after), "sums": dict.fromkeys(after),
        "acked_mid": last_mid(host, session, caller.device_id),
    }  # fmt: skip
    lines = [wire.dump(header)]
    lines += [with_channels(text, names) for text, names in page.lines.values()]
    lines += page.removes
    lines.append(wire.dump(trailer))
    return ("\n".join(lines) + "\n").encode()
