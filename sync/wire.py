"""Reading and writing the bytes of the protocol: push bodies, mutations, cookies, NDJSON. Pure."""

from __future__ import annotations

import datetime as dt
import hashlib
import itertools
import json
import re
from dataclasses import dataclass, field
from typing import Any

from sync.errors import Park, ProtocolError

MOST_DEPTH = 32
MOST_LINES = 100
MOST_PUSH_BYTES = 262_144
MOST_BODY = 1 << 20
MOST_AFTER = 1000
PULL_BYTES = 524_288
BLOB_PART_BYTES = 1 << 20
_SURROGATE = re.compile("[\ud800-\udfff]")
_ID = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}")


@dataclass(frozen=True)
class Line:
    """One announced and checked line of a push."""

    mid: int
    sha: str
    raw: bytes


@dataclass(frozen=True)
class Push:
    """A push body: what is on the way, and the phone's clock as it was sent."""

    outbox_head: int
    wall_at: dt.datetime | None
    lines: tuple[Line, ...]


@dataclass(frozen=True)
class Mutation:
    """A line that could be read (PROTOCOL 5.2)."""

    mid: int
    id: str
    name: str
    version: int
    entity: str
    entity_id: str
    base_version: int | None
    args: dict[str, Any]
    clock: dict[str, Any]
    after: tuple[int, ...] = ()
    deps: tuple[str, ...] = field(default=())


def is_id(value: object) -> bool:
    """The text of a lower-case UUID."""
    return isinstance(value, str) and _ID.fullmatch(value) is not None


def depth(body: bytes) -> int:
    """How deep brackets nest outside strings, counted without parsing."""
    level = deepest = 0
    in_string = is_escaped = False
    for char in body:
        if in_string:
            if is_escaped:
                is_escaped = False
            elif char == 0x5C:
                is_escaped = True
            elif char == 0x22:
                in_string = False
        elif char == 0x22:
            in_string = True
        elif char in b"[{":
            level += 1
            deepest = max(deepest, level)
        elif char in b"]}":
            level -= 1
    return deepest


def is_too_deep(body: bytes) -> bool:
    """PROTOCOL 2.8; few brackets need no counting."""
    return body.count(b"[") + body.count(b"{") > MOST_DEPTH and depth(body) > MOST_DEPTH


def _no_constant(name: str) -> Any:
    raise ValueError(name)


def parse(body: bytes) -> Any:
    """JSON of a request body; body_too_large, body_too_deep, body_malformed."""
    if len(body) > MOST_BODY:
        raise ProtocolError("body_too_large")
    if is_too_deep(body):
        raise ProtocolError("body_too_deep")
    try:
        return json.loads(body, parse_constant=_no_constant)
    except (ValueError, RecursionError):
        raise ProtocolError("body_malformed") from None


def moment(value: object) -> dt.datetime | None:
    """An RFC 3339 time, or None when it is not one."""
    if not isinstance(value, str):
        return None
    try:
        found = dt.datetime.fromisoformat(value)
    except ValueError:
        return None
    try:
        return found.astimezone(dt.UTC) if found.tzinfo is not None else None
    except OverflowError:
        return None


def show(moment: dt.datetime) -> str:
    """RFC 3339 UTC with milliseconds."""
    return moment.astimezone(dt.UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")


def read_push(body: bytes) -> Push:
    """A checked push body (PROTOCOL 5.1, 5.3); every fault of its shape is a ProtocolError and nothing is stored."""
    if len(body) > MOST_PUSH_BYTES + 16_384:
        raise ProtocolError("body_too_large")
    first, *rest = body.split(b"\n")
    if rest and rest[-1] == b"":
        rest.pop()
    header = parse(first)
    announced = header.get("lines") if isinstance(header, dict) else None
    head = header.get("outbox_head") if isinstance(header, dict) else None
    if not isinstance(announced, list) or not _is_whole(head) or len(announced) != len(rest):
        raise ProtocolError("body_malformed")
    if len(rest) > MOST_LINES or sum(map(len, rest)) > MOST_PUSH_BYTES:
        raise ProtocolError("body_too_large")
    lines = tuple(_line(pair, raw) for pair, raw in zip(announced, rest, strict=True))
    for before, after in itertools.pairwise(lines):
        if after.mid != before.mid + 1:
            raise ProtocolError("mid_gap", expected=before.mid + 1, extra={"expected": before.mid + 1})
    return Push(int(head or 0), moment(header.get("wall_at")), lines)


def _is_whole(value: object) -> bool:
    return isinstance(value, int) and not isinstance(value, bool) and 0 <= value < 2**31


def is_mid(value: object) -> bool:
    """A number of a mutation: whole, from 1."""
    return _is_whole(value) and value != 0


def _line(pair: object, raw: bytes) -> Line:
    if not isinstance(pair, list) or len(pair) != 2 or not is_mid(pair[0]) or not isinstance(pair[1], str):
        raise ProtocolError("body_malformed")
    mid, sha = pair
    if hashlib.sha256(raw).hexdigest() != sha:
        raise ProtocolError("line_corrupt", mid=mid, extra={"mid": mid})
    return Line(mid, sha, raw)


def read_mutation(raw: bytes, mid: int) -> Mutation:
    """The mutation in a stored line; Park malformed names what is wrong. Never a ProtocolError: the line is stored already."""
    if is_too_deep(raw):
        raise Park("malformed", {"reason": "depth"})
    try:
        data = json.loads(raw, parse_constant=_no_constant)
    except (ValueError, RecursionError):
        raise Park("malformed", {"reason": "json"}) from None
    if not isinstance(data, dict):
        raise Park("malformed", {"reason": "shape"})
    version_ok = data.get("base_version") is None or _is_whole(data.get("base_version"))
    after, deps = data.get("after", []), data.get("deps", [])
    checks = {
        "mid": data.get("mid") == mid,
        "id": is_id(data.get("id")),
        "name": isinstance(data.get("name"), str) and len(data["name"]) <= 80,
        "entity": isinstance(data.get("entity"), str) and len(data["entity"]) <= 40,
        "entity_id": is_id(data.get("entity_id")),
        "base_version": version_ok,
        "args": isinstance(data.get("args"), dict),
        "clock": isinstance(data.get("clock"), dict),
        "after": isinstance(after, list)
        and len(after) <= MOST_AFTER
        and all(_is_whole(one) and one < mid for one in after),
        "deps": isinstance(deps, list) and all(isinstance(one, str) and len(one) == 64 for one in deps),
        "text": is_text(data),
    }
    for reason, is_right in checks.items():
        if not is_right:
            raise Park("malformed", {"reason": reason})
    from sync.versions import split

    name, version = split(data["name"])
    return Mutation(
        mid, data["id"], name, version, data["entity"], data["entity_id"], data.get("base_version"), data["args"], data["clock"],
        tuple(after), tuple(deps),
    )  # fmt: skip


def is_text(data: Any) -> bool:
    r"""No lone surrogates and no NUL in any text: \ud800 is valid JSON and no valid text, and PostgreSQL stores no NUL."""
    if isinstance(data, str):
        return "\x00" not in data and not _SURROGATE.search(data)
    if isinstance(data, dict):
        return all(is_text(name) and is_text(value) for name, value in data.items())
    return all(map(is_text, data)) if isinstance(data, list) else True


def dump(data: Any) -> str:
    """JSON for the wire: no blanks, as text."""
    return json.dumps(data, separators=(",", ":"), ensure_ascii=False, allow_nan=False)
