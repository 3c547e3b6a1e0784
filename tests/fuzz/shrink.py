"""The smallest case that still does what a large one did: subtrees instead of trees, and less of the context."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

Case = dict[str, Any]
MOST_TRIES = 3_000


def shrunk(case: Case, is_so: Callable[[Case], bool]) -> Case:
    """`is_so` of what is handed back is true; of no case that is one step smaller it is, unless the tries ran out."""
    tries = 0
    found = True
    while found:
        found = False
        for one in smaller(case):
            tries += 1
            if tries > MOST_TRIES:
                return case
            if is_so(one):
                case, found = one, True
                break
    return case


def smaller(case: Case) -> Iterator[Case]:
    """One step each, those first that leave the least."""
    for ast in _trees(case["ast"]):
        yield {**case, "ast": ast}
    for name in case["context"]:
        yield {**case, "context": {key: one for key, one in case["context"].items() if key != name}}
    for name, data in case["context"].items():
        for less in _less(data):
            yield {**case, "context": {**case["context"], name: less}}


def _trees(ast: Any) -> Iterator[Any]:
    """A member instead of the whole, a member less, a member that is smaller."""
    if not isinstance(ast, list) or not ast or ast[0] == "get":
        return
    yield from ast[1:]
    for at in range(1, len(ast)):
        yield [*ast[:at], *ast[at + 1 :]]
    for at in range(1, len(ast)):
        for one in _trees(ast[at]):
            yield [*ast[:at], one, *ast[at + 1 :]]


def _less(data: Any) -> Iterator[Any]:
    """A member less, or a member that is smaller."""
    if isinstance(data, list):
        yield from (data[:at] + data[at + 1 :] for at in range(len(data)))
        yield from ([*data[:at], one, *data[at + 1 :]] for at in range(len(data)) for one in _less(data[at]))
    elif isinstance(data, dict):
        yield from ({key: one for key, one in data.items() if key != name} for name in data)
        yield from ({**data, name: one} for name, value in data.items() for one in _less(value))
    elif isinstance(data, str) and len(data) > 1:
        yield from (data[: len(data) // 2], data[len(data) // 2 :])
