"""Live streams (PROTOCOL 10): one thread per process reads the feed once per tick and hands the same bytes to every stream."""

from __future__ import annotations

import logging
import queue
import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field

import sqlalchemy as sa
from sqlalchemy.orm import Session

from sync import wire
from sync.errors import ProtocolError
from sync.pull import remove_text, upsert_text, with_channels
from sync.registry import Channel, Host

log = logging.getLogger("sync.hub")
TICK_SECONDS = 0.25
HEARTBEAT_SECONDS = 5.0
CHECK_SECONDS = 30.0
PRESENCE_SECONDS = 1.0
# who looks after a part of the office sees who else does; phones do not
OF_OFFICE = ("office", "region:", "team:")
MOST_WAITING = 64
Key = tuple[str, str]


@dataclass(eq=False)
class Stream:
    """One open stream of one channel and view."""

    key: Key
    is_still: Callable[[Session], bool]
    waiting: queue.Queue[bytes | None] = field(default_factory=lambda: queue.Queue(MOST_WAITING))


class Hub:
    """All streams of this process. `run_in_context` wraps each tick in what the host needs to reach its database."""

    def __init__(self, host: Host, most_streams: int, run_in_context: Callable[[Callable[[], None]], None]) -> None:
        self._host = host
        self._most = most_streams
        self._run = run_in_context
        self._lock = threading.Lock()
        self._streams: dict[Key, list[Stream]] = {}
        self._channels: dict[Key, Channel] = {}
        self._at: int | None = None
        self._thread: threading.Thread | None = None
        self._checked_at = time.monotonic()
        self._stop = threading.Event()
        self._present, self._presence_at = "", 0.0

    def count(self) -> int:
        """Open streams."""
        with self._lock:
            return sum(map(len, self._streams.values()))

    def open(self, channel: Channel, at: int, is_still: Callable[[Session], bool]) -> Stream:
        """Join a channel's stream; ProtocolError unavailable when there are too many. `at` is the head the caller just read.

        `is_still` says whether its reader may go on; asked when rights have changed, and now and then.
        """
        stream = Stream((channel.name, channel.view), is_still)
        hello = {"channel": channel.name, "view": channel.view}
        with self._lock:
            if sum(map(len, self._streams.values())) >= self._most:
                raise ProtocolError("unavailable", headers={"Retry-After": "10"})
            if self._at is None:
                self._at = at
            stream.waiting.put_nowait(event("hello", self._at, {**hello, "at": self._at}))
            if self._present and channel.name.startswith(OF_OFFICE):
                stream.waiting.put_nowait(event_text("presence", self._at, self._present))
            self._streams.setdefault(stream.key, []).append(stream)
            self._channels[stream.key] = channel
            if self._thread is None or not self._thread.is_alive():
                self._stop.clear()
                self._thread = threading.Thread(target=self._tail, name="sync-hub", daemon=True)
                self._thread.start()
        return stream

    def close(self, stream: Stream) -> None:
        """Leave."""
        with self._lock:
            left = [one for one in self._streams.get(stream.key, []) if one is not stream]
            if left:
                self._streams[stream.key] = left
            else:
                self._streams.pop(stream.key, None)
                self._channels.pop(stream.key, None)

    def listen(self, stream: Stream) -> Iterator[bytes]:
        """The bytes of a stream until it is closed or falls too far behind; no database is held meanwhile."""
        try:
            while True:
                try:
                    part = stream.waiting.get(timeout=HEARTBEAT_SECONDS)
                except queue.Empty:
                    part = b": alive\n\n"
                if part is None:
                    return
                yield part
        finally:
            self.close(stream)

    def stop(self) -> None:
        """End the thread; for tests and an orderly exit."""
        self._stop.set()

    def _tail(self) -> None:
        while not self._stop.wait(TICK_SECONDS):
            with self._lock:
                if not self._streams:
                    self._at, self._thread = None, None
                    return
            try:
                self._run(self.tick)
            except Exception:
                log.exception("the live feed could not be read; it is tried again")

    def tick(self) -> None:
        """Read once what has changed and hand it out."""
        with self._lock:
            since, channels = self._at, dict(self._channels)
            streams = [one for some in self._streams.values() for one in some]
        if since is None:
            return
        at, pages, ended, present = self._host.snapshot(
            lambda session: (
                *self._read(session, since, channels), self._over(session, since, streams), self._who(session, channels),
            )
        )  # fmt: skip
        for stream in ended:
            self.close(stream)
            _end(stream)
        with self._lock:
            self._at = at
            if present is not None:
                self._present = present  # under the lock: who joins now gets it once, from `open` or from here
                self._tell(event_text("presence", at, present))
            for key, found in self._streams.items():
                # who joined a new channel while this was being read gets a page whose `from` shows that he missed something
                page = pages.get(key) or (_gap(key, at) if at != since and key not in channels else None)
                if page is None:
                    continue
                for stream in list(found):
                    self._hand(stream, page)

    def _over(self, session: Session, since: int, streams: list[Stream]) -> list[Stream]:
        """Streams whose readers may not go on."""
        is_time = time.monotonic() - self._checked_at > CHECK_SECONDS
        if not streams or not (is_time or self._host.are_rights_changed(session, since)):
            return []
        self._checked_at = time.monotonic()
        return [one for one in streams if not one.is_still(session)]

    def _who(self, session: Session, channels: dict[Key, Channel]) -> str | None:
        """Who is at the desk, where that has changed; asked once a second however many look on."""
        now = time.monotonic()
        if now - self._presence_at < PRESENCE_SECONDS or not any(
            name.startswith(OF_OFFICE) for name, _view in channels
        ):
            return None
        self._presence_at = now
        found = self._host.presence(session)
        return None if found == self._present else found

    def _tell(self, told: bytes) -> None:
        for key, found in self._streams.items():
            if key[0].startswith(OF_OFFICE):
                for stream in list(found):
                    self._hand(stream, told)

    def _hand(self, stream: Stream, page: bytes) -> None:
        try:
            stream.waiting.put_nowait(page)
        except queue.Full:
            # it cannot keep up: drop it, the client comes back and pulls
            self._streams[stream.key].remove(stream)
            _end(stream)

    def _read(self, session: Session, since: int, channels: dict[Key, Channel]) -> tuple[int, dict[Key, bytes]]:
        at = self._host.head_seq(session)
        if at == since:
            return at, {}
        feed = self._host.tables.feed
        names = sorted({channel.name for channel in channels.values()})
        rows = session.execute(
            sa.select(feed).where(feed.c.channel.in_(names), feed.c.seq > since, feed.c.seq <= at).order_by(feed.c.seq)
        ).all()
        wanted: dict[str, set[str]] = {}
        for row in rows:
            if row.op == "upsert":
                wanted.setdefault(row.entity, set()).add(row.entity_id)
        bodies = {entity: self._host.load(session, entity, ids) for entity, ids in wanted.items()}
        pages = {}
        for key, channel in channels.items():
            lines = []
            for row in rows:
                if row.channel != channel.name:
                    continue
                body = bodies.get(row.entity, {}).get(row.entity_id) if row.op == "upsert" else None
                if body is None:
                    lines.append(remove_text(channel.name, row.entity, row.entity_id, row.why or "deleted"))
                else:
                    lines.append(with_channels(upsert_text(channel, row.entity, row.entity_id, body), [channel.name]))
            head = wire.dump({"channel": channel.name, "view": channel.view, "from": since, "to": at})[:-1]
            pages[key] = event_text("page", at, f'{head},"rows":[{",".join(lines)}]}}')
        return at, pages


def _gap(key: Key, at: int) -> bytes:
    return event("page", at, {"channel": key[0], "view": key[1], "from": at, "to": at, "rows": []})


def _end(stream: Stream) -> None:
    while True:
        try:
            stream.waiting.get_nowait()
        except queue.Empty:
            stream.waiting.put_nowait(None)
            return


def event(name: str, seq: int, data: object) -> bytes:
    """One server-sent event."""
    return event_text(name, seq, wire.dump(data))


def event_text(name: str, seq: int, text: str) -> bytes:
    """One server-sent event from JSON text."""
    return f"event: {name}\nid: {seq}\ndata: {text}\n\n".encode()
