"""How deep SQLite's parser has to go: it gives up at a hundred symbols, and so does this, before it. Pure."""

from __future__ import annotations

import re

# the rest is for the statement around
MOST = 80
_TOKEN = re.compile(r"'[^']*'|[:\w.]+|<=|>=|<>|\|\||\S")
_OPERATORS = frozenset(["<", "<=", ">", ">=", "<>", "=", "+", "-", "*", "%", "|", "||"]) | {
    "IS",
    "AND",
    "OR",
    "NOT",
    "IN",
    "GLOB",
    "COLLATE",
}
_PARTS = frozenset({"WHEN", "THEN", "ELSE", "AS"})


def of(sql: str) -> int:
    """The most symbols that may wait at once, rather more than less."""
    height = most = 0
    open_at: list[int] = []
    inner: list[int] = []
    for one in _TOKEN.findall(sql):
        if one in ("(", "CASE"):
            open_at.append(height)
            height += 3
            inner.append(height)
        elif one in (")", "END"):
            height = open_at.pop()
            inner.pop()
        elif one == "," or one in _PARTS:
            height = (inner[-1] if inner else 0) + 2
        elif one in _OPERATORS:
            # AND, OR and their like take what is before them together
            height = min(height + 2, (inner[-1] if inner else 0) + 6)
        most = max(most, height + 1)
    return most
