"""FakeDevice: a phone in about 100 lines, for tests of a server. The real client is pwa/src/sync; this one keeps it all in memory."""

from __future__ import annotations

import datetime as dt
import hashlib
import json
import uuid
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Protocol

Key = tuple[str, str]


class Reply(Protocol):
    """What a test client answers."""

    status_code: int
    data: bytes
    headers: Any


class Client(Protocol):
    """A logged-in HTTP client, such as Flask's."""

    def post(self, path: str, *, data: bytes, headers: Mapping[str, str]) -> Any: ...


def show(moment: dt.datetime) -> str:
    """RFC 3339 with milliseconds and Z."""
    return moment.astimezone(dt.UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")


def _that_count(staged: list[tuple[dict[str, Any], list[dict[str, Any]]]]) -> list[dict[str, Any]]:
    """PROTOCOL 4.7: what an earlier page said of a channel that was begun anew or withdrawn in the middle does not count."""
    last = staged[-1][0]
    return [
        {**row, "c": [one for one in row["c"] if present[one] == last.get(one)]}
        for present, rows in staged
        for row in rows
    ]


@dataclass
class FakeDevice:
    """Outbox, cookies and rows of one device. `skew` is how far its clock runs ahead."""

    client: Client
    id: str = field(default_factory=lambda: str(uuid.uuid4()))
    skew: dt.timedelta = dt.timedelta()
    outbox: list[tuple[int, bytes]] = field(default_factory=list)
    results: dict[int, dict[str, Any]] = field(default_factory=dict)
    cookies: dict[str, dict[str, Any]] = field(default_factory=dict)
    rows: dict[Key, dict[str, Any]] = field(default_factory=dict)
    versions: dict[Key, int] = field(default_factory=dict)
    members: dict[Key, set[str]] = field(default_factory=dict)
    anchor: dict[str, str] | None = None
    epoch: str | None = None
    head: int = 0

    def now(self) -> dt.datetime:
        return dt.datetime.now(dt.UTC) + self.skew

    def request(self, path: str, body: bytes, **headers: str) -> Any:
        """A request with the protocol's headers."""
        base = {"Sync-Protocol": "1", "Sync-App": "test", "Sync-Device": self.id}
        if self.epoch is not None:
            base["Sync-Server-Epoch"] = self.epoch
        return self.client.post(path, data=body, headers=base | headers)

    def hello(self, **more: Any) -> dict[str, Any]:
        """Say hello; remembers the epoch and both clocks."""
        body = {
            "device": self.id,
            "app": "test",
            "schema": 1,
            "outbox_head": self.head,
            "unsynced": {"mutations": len(self.outbox)},
            **more,
        }
        reply = self.request("/sync/v1/hello", json.dumps(body).encode())
        assert reply.status_code == 200, reply.data
        found: dict[str, Any] = json.loads(reply.data)
        self.epoch = found["epoch"]
        self.anchor = {"server_at": found["server_at"], "wall_at": show(self.now())}
        return found

    def enter(self, name: str, entity: str, entity_id: str, args: Mapping[str, Any], **more: Any) -> int:
        """Queue a mutation; answers its number."""
        self.head += 1
        mutation = {
            "mid": self.head, "id": str(uuid.uuid4()), "name": name, "entity": entity, "entity_id": entity_id,
            "base_version": self.versions.get((entity, entity_id)), "args": dict(args),
            "clock": {"wall_at": show(self.now()), "tz": "Asia/Shanghai", "anchor": self.anchor}, **more,
        }  # fmt: skip
        self.outbox.append((self.head, json.dumps(mutation).encode()))
        return self.head

    def body(self, lines: list[tuple[int, bytes]]) -> bytes:
        """A push body of these lines."""
        header = {
            "outbox_head": self.head, "wall_at": show(self.now()), "tz": "Asia/Shanghai",
            "lines": [[mid, hashlib.sha256(raw).hexdigest()] for mid, raw in lines],
        }  # fmt: skip
        return b"\n".join([json.dumps(header).encode(), *(raw for _mid, raw in lines)])

    def push(self, most: int = 100) -> dict[int, dict[str, Any]]:
        """Send everything; answers what became of each."""
        while self.outbox:
            reply = self.request("/sync/v1/push", self.body(self.outbox[:most]))
            assert reply.status_code == 200, reply.data
            answer = json.loads(reply.data)
            self.results |= {one["mid"]: one for one in answer["results"]}
            self.outbox = [(mid, raw) for mid, raw in self.outbox if mid > answer["received_through"]]
        return self.results

    def pull(self, limit_bytes: int = 524_288) -> int:
        """Pull until there is no more; answers the number of requests."""
        staged: list[tuple[dict[str, Any], list[dict[str, Any]]]] = []
        snapshots: set[str] = set()
        cookies, requests = dict(self.cookies), 0
        while True:
            requests += 1
            reply = self.request("/sync/v1/pull", json.dumps({"cookies": cookies, "limit_bytes": limit_bytes}).encode())
            if reply.status_code == 204:
                at = int(reply.headers["Sync-At"])
                self.cookies = {name: {**one, "seq": at} for name, one in self.cookies.items()}
                return requests
            assert reply.status_code == 200, reply.data
            header, *rows, trailer = [json.loads(line) for line in reply.data.splitlines()]
            assert trailer["rows"] == len(rows)
            present = {one["channel"]: (one["view"], one["grant_epoch"]) for one in header["channels"]}
            staged.append((present, rows))
            snapshots |= {one["channel"] for one in header["channels"] if one["mode"] == "snapshot"}
            cookies = trailer["cookies"]
            if not trailer["more"]:
                self._commit(_that_count(staged), snapshots, set(present))
                self.cookies = cookies
                return requests

    def _commit(self, staged: list[dict[str, Any]], snapshots: set[str], present: set[str]) -> None:
        for key in list(self.members):
            self.members[key] = (self.members[key] & present) - snapshots
        for row in staged:
            key = (row["e"], row["id"])
            if row["t"] == "upsert" and row["c"]:
                self.rows[key], self.versions[key] = row["f"], row["v"]
                self.members.setdefault(key, set()).update(row["c"])
            elif row.get("why") == "erased":
                self.members.setdefault(key, set()).clear()
            else:
                self.members.get(key, set()).difference_update(row["c"])
        for key in [key for key, channels in self.members.items() if not channels]:
            for kept in (self.rows, self.versions, self.members):
                kept.pop(key, None)

    def ids(self, entity: str) -> set[str]:
        """What it holds of one entity."""
        return {record_id for kind, record_id in self.rows if kind == entity}
