"""The protocol's vectors on the server's side. Those of pages and overlays are the client's (pwa/test/protocol.test.ts)."""

from __future__ import annotations

import hashlib
import json
from pathlib import Path
from typing import Any

import pytest

from sync.clock import stamp
from sync.merge import Writer, is_changed_by_others, merge_field
from sync.wire import moment, read_mutation, show

FOLDER = Path(__file__).parents[1] / "vectors" / "protocol"
SERVER = ("clock", "merge", "push")
CLIENT_ONLY = {"pull", "overlay"}
CLIENT_KINDS = {"leave"}
CASES: list[dict[str, Any]] = [
    one
    for name in SERVER
    for one in json.loads((FOLDER / f"{name}.json").read_text())["cases"]
    if one["kind"] not in CLIENT_KINDS
]


def _stamp(case: dict[str, Any]) -> Any:
    received = moment(case["received_at"])
    assert received is not None
    found = stamp(case["clock"], moment(case["sent_wall_at"]), received)
    return {"acted_at": show(found.acted_at), "is_trusted": found.is_trusted}


def _field(case: dict[str, Any]) -> Any:
    found = merge_field(case["policy"], case["current"], case["pushed"], case["base"], is_foreign=case["is_foreign"])
    return {"outcome": found.outcome, "value": found.value, "kept": found.kept}


def _foreign(case: dict[str, Any]) -> Any:
    writer = case["writer"]
    last = Writer(writer["version"], writer["device"]) if writer else None
    return is_changed_by_others(case["base_version"], case["device"], last)


def _line(case: dict[str, Any]) -> Any:
    """The client's bytes are read back as the very mutation, and hash as it says."""
    raw = case["expect"]["line"].encode()
    found = read_mutation(raw, case["mutation"]["mid"])
    wanted = case["mutation"]
    assert (found.id, f"{found.name}@{found.version}", found.entity, found.entity_id) == tuple(
        wanted[k] for k in ("id", "name", "entity", "entity_id")
    )
    assert found.args == wanted["args"]
    return {"line": raw.decode(), "sha256": hashlib.sha256(raw).hexdigest()}


RUN = {"stamp": _stamp, "field": _field, "foreign": _foreign, "line": _line}


@pytest.mark.parametrize("case", CASES, ids=[f"{case['kind']}: {case['name']}" for case in CASES])
def test_case(case: dict[str, Any]) -> None:
    assert RUN[case["kind"]](case) == case["expect"]


def test_every_file_and_name_is_known() -> None:
    assert {path.stem for path in FOLDER.iterdir()} == set(SERVER) | CLIENT_ONLY
    for name in SERVER:
        names = [one["name"] for one in json.loads((FOLDER / f"{name}.json").read_text())["cases"]]
        assert len(set(names)) == len(names)
