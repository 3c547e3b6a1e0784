"""Expressions nobody would write, of every function, mostly of the types that belong together, so that most have a value."""

from __future__ import annotations

import random
from typing import Any

Case = dict[str, Any]
TEXTS = ["", "a", "油", "😀x", "AB12", "a,b", " x ", "12.5", "-0", "\uffee", "constructor", "z" * 130]
NUMBERS = [
    0,
    1,
    -1,
    2,
    0.1,
    0.3,
    -2.5,
    1e-10,
    0.0000000005,
    999999999999999,
    -999999999999999.9,
    123456.789,
    7,
    31,
    12,
    2026,
    1e14,
]
DAYS = ["2024-02-29", "2023-12-31", "0001-01-01", "9999-12-31", "2026-11-27", "2026-11-28"]
MOMENTS = [
    "2026-11-27T00:30:00+08:00",
    "1969-12-31T23:59:59+00:00",
    "2026-03-29T01:59:59-03:30",
    "0001-01-01T00:00:00+00:00",
]
KINDS = ("num", "text", "bool", "date", "datetime", "duration", "list", "row")
CONTEXT_NAMES = {kind: [f"{kind}_{n}" for n in range(3)] for kind in KINDS}
COLUMNS = ("k", "n", "lat", "lon")
# what makes a value of a kind: name and the kinds of its arguments; `*` several of the one before
MAKES: dict[str, list[tuple[str, tuple[str, ...]]]] = {
    "num": [
        ("+", ("num", "num")), ("-", ("num", "num")), ("*", ("num", "num")), ("/", ("num", "num")), ("neg", ("num",)),
        ("round", ("num",)), ("round", ("num", "num")), ("floor", ("num",)), ("abs", ("num",)), ("mod", ("num", "num")),
        ("sum", ("num", "*")), ("sum", ("nums",)), ("count", ("list",)), ("countif", ("list", "any")), ("average", ("nums", "num")),
        ("min", ("num", "*")), ("max", ("nums",)), ("len", ("text",)), ("value", ("text",)), ("-", ("date", "date")),
        ("year", ("date",)), ("month", ("datetime",)), ("day", ("date",)), ("hour", ("datetime",)), ("weekday", ("date",)),
        ("networkdays", ("date", "date")), ("networkdays", ("date", "date", "dates", "dates")), ("distance", ("row", "row")),
        ("/", ("duration", "duration")), ("if", ("bool", "num", "num")), ("coalesce", ("num", "*")),
        ("switch", ("text", "text", "num", "num")),
    ],
    "text": [
        ("&", ("text", "*")), ("&", ("any", "any")), ("upper", ("text",)), ("trim", ("text",)), ("left", ("text", "num")),
        ("right", ("text", "num")), ("mid", ("text", "num", "num")), ("text", ("num",)), ("text", ("num", "num")),
        ("text", ("any",)), ("if", ("bool", "text")), ("max", ("text", "*")), ("coalesce", ("text", "*")),
    ],
    "bool": [
        ("==", ("any", "any")), ("!=", ("any", "any")), ("==", ("num", "num")), ("<", ("num", "num")), ("<=", ("text", "text")),
        (">", ("date", "date")), (">=", ("datetime", "datetime")), ("<", ("duration", "duration")), ("<", ("any", "any")),
        ("and", ("bool", "*")), ("or", ("bool", "*")), ("not", ("bool",)), ("in", ("any", "list")), ("in", ("text", "text")),
        ("fits", ("text", "text")),
    ],
    "date": [
        ("+", ("date", "num")), ("-", ("date", "num")), ("date", ("num", "num", "num")), ("edate", ("date", "num")),
        ("workday", ("date", "num")), ("workday", ("date", "num", "dates", "dates")), ("dateof", ("datetime",)), ("min", ("dates",)),
    ],
    "datetime": [("+", ("datetime", "duration")), ("-", ("datetime", "duration")), ("max", ("datetime", "datetime"))],
    "duration": [
        ("hours", ("num",)), ("-", ("datetime", "datetime")), ("+", ("duration", "duration")), ("-", ("duration", "duration")),
        ("*", ("duration", "num")), ("/", ("duration", "num")), ("neg", ("duration",)),
    ],
    "list": [("list", ("any", "*")), ("list", ()), ("list", ("num", "*")), ("if", ("bool", "list", "list"))],
    "nums": [("list", ("num", "*"))],
    "dates": [("list", ("date", "*"))],
    "row": [("if", ("bool", "row", "row")), ("coalesce", ("row", "row"))],
}  # fmt: skip


class Maker:
    """A source of cases; the same seed makes the same. `kinds` and `makes` are what a narrower source has less of."""

    kinds: tuple[str, ...] = KINDS
    makes = MAKES

    def __init__(self, seed: int) -> None:
        self.random = random.Random(seed)

    def case(self) -> Case:
        kind = self.random.choice(self.kinds)
        return {"ast": self.node(kind, self.random.randint(1, 5)), "context": self.context()}

    def context(self) -> dict[str, Any]:
        names = [(kind, name) for kind, all_of in CONTEXT_NAMES.items() for name in all_of]
        return {name: self.data(kind) for kind, name in names if self.random.random() < 0.9}

    def data(self, kind: str) -> Any:  # noqa: PLR0911 - a line a kind
        """A value as a context's JSON."""
        some = self.random
        if kind == "num":
            return some.choice([*NUMBERS, some.randint(-1000, 1000), round(some.uniform(-100, 100), 3)])
        if kind == "text":
            return some.choice(TEXTS)
        if kind == "bool":
            return some.random() < 0.5
        if kind == "date":
            return {"$date": some.choice(DAYS)}
        if kind == "datetime":
            return {"$datetime": some.choice(MOMENTS)}
        if kind == "duration":
            return {"$duration": some.choice([0, 1, -3600, 86400, 999999999999999])}
        if kind == "row":
            return {name: self.data(some.choice(["num", "num", "text"])) for name in COLUMNS}
        return [self.data(some.choice([*KINDS[:6], "row", "row"])) for _ in range(some.randint(0, 4))]

    def node(self, kind: str, depth: int) -> Any:
        some = self.random
        if kind == "any" or some.random() < 0.06:
            kind = some.choice(self.kinds)
        if depth == 0 or some.random() < 0.15:
            return self.leaf(kind)
        name, wanted = some.choice(self.makes[kind])
        kinds: list[str] = []
        for one in wanted:
            kinds += [kinds[-1]] * some.randint(0, 2) if one == "*" else [one]
        return [name, *(self.node(one, depth - 1) for one in kinds)]

    def leaf(self, kind: str) -> Any:
        some = self.random
        if kind in ("nums", "dates"):
            member = {"nums": "num", "dates": "date"}[kind]
            return ["list", *(self.leaf(member) for _ in range(some.randint(0, 3)))]
        if some.random() < 0.05:
            return some.choice(
                [None, ["get", "nothing"], ["get", f"list_0.{some.choice(COLUMNS)}"], ["get", "row_1.n"]]
            )
        if kind in ("num", "text", "bool") and some.random() < 0.5:
            return self.data(kind)
        return ["get", some.choice(CONTEXT_NAMES[kind])]
