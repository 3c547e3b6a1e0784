"""Reads an expression without computing it: of which type it is, and what in it can never be what was meant. Pure.

A kind is a type of README.md, `list:num` for a list of one type, or `any` where it can be several. Null fits every kind.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from server.expressions import values as v
from server.expressions.evaluate import Expression, Place
from server.expressions.functions import FUNCTIONS

Kind = str
ORDERED = ("num", "text", "date", "datetime", "duration")
WHEN = ("date", "datetime")
# where a signature takes anything, since null is fine there, but not everything comes to something; `dates` is one or a list of them
NARROW = {
    "len": ["text"], "workday": ["date", "num", "dates", "dates"], "networkdays": ["date", "date", "dates", "dates"],
}  # fmt: skip
FIT: dict[str, tuple[Kind, ...]] = {"when": WHEN, "dates": ("date",)}
ARITHMETIC: dict[tuple[str, Kind, Kind], Kind] = {
    **{(name, "num", "num"): "num" for name in "+-*/"},
    ("+", "date", "num"): "date", ("+", "num", "date"): "date", ("-", "date", "num"): "date", ("-", "date", "date"): "num",
    ("+", "datetime", "duration"): "datetime", ("+", "duration", "datetime"): "datetime",
    ("-", "datetime", "duration"): "datetime", ("-", "datetime", "datetime"): "duration",
    ("+", "duration", "duration"): "duration", ("-", "duration", "duration"): "duration",
    ("*", "duration", "num"): "duration", ("*", "num", "duration"): "duration",
    ("/", "duration", "num"): "duration", ("/", "duration", "duration"): "num",
}  # fmt: skip


@dataclass(frozen=True)
class Finding:
    """What is wrong and where: `place` walks the JSON of the expression. Codes: malformed, too_large, unknown, arity (it is no
    expression); name_unknown, type, never_equal, no_order, not_condition (it is one that cannot mean what was meant)."""

    place: Place
    code: str
    params: Mapping[str, Any] = field(default_factory=dict)


def check(ast: Any, kinds: Mapping[str, Kind]) -> tuple[Kind, list[Finding]]:
    """Its kind, and everything that is wrong with it where names have these kinds."""
    notes = Expression(ast).outcome({}).notes if Expression(ast).is_faulty else ()
    if notes:
        return "any", [Finding(notes[0].place, notes[0].code)]
    checking = _Checking(kinds)
    return checking.kind(ast, ()), checking.findings


class _Checking:
    def __init__(self, kinds: Mapping[str, Kind]) -> None:
        self.kinds = kinds
        self.findings: list[Finding] = []

    def find(self, place: Place, code: str, **params: Any) -> Kind:
        self.findings.append(Finding(place, code, params))
        return "any"

    def kind(self, ast: Any, place: Place) -> Kind:
        if not isinstance(ast, list):
            return v.type_of(v.from_json(ast))
        name, args = ast[0], ast[1:]
        if name == "get":
            return self.named(args[0], place)
        found = [self.kind(one, (*place, at + 1)) for at, one in enumerate(args)]
        if name in ("==", "!="):
            return self.equal(found, place)
        if name in ("<", "<=", ">", ">="):
            return self.ordered(found, place)
        if name in ("+", "-", "*", "/"):
            return self.arithmetic(name, found, place)
        return self.called(name, found, place)

    def named(self, path: str, place: Place) -> Kind:
        return self.kinds[path] if path in self.kinds else self.find(place, "name_unknown", name=path)

    def equal(self, found: list[Kind], place: Place) -> Kind:
        left, right = found
        if not _fits(left, right) and not _fits(right, left):
            self.find(place, "never_equal", left=left, right=right)
        return "bool"

    def ordered(self, found: list[Kind], place: Place) -> Kind:
        left, right = found
        is_open = "any" in found or "null" in found
        if not is_open and (left != right or left not in ORDERED):
            self.find(place, "no_order", left=left, right=right)
        return "bool"

    def arithmetic(self, name: str, found: list[Kind], place: Place) -> Kind:
        left, right = found
        if "any" in found or "null" in found:
            return "any"
        made = ARITHMETIC.get((name, left, right))
        return made or self.find(place, "type", operator=name, left=left, right=right)

    def called(self, name: str, found: list[Kind], place: Place) -> Kind:  # noqa: PLR0911 - a line a function
        if name in ("and", "or", "not"):
            for at, kind in enumerate(found):
                self.condition(kind, (*place, at + 1))
            return "bool"
        if name == "if":
            self.condition(found[0], (*place, 1))
            return _joint(found[1:])
        if name == "switch":
            return self.switched(found, place)
        if name == "coalesce":
            return _joint(found)
        if name == "list":
            return f"list:{_joint(found)}" if _joint(found) not in ("any", "null") else "list"
        if name == "neg":
            return self.wanted(found[0], ("num", "duration"), (*place, 1))
        return self.function(name, found, place)

    def condition(self, kind: Kind, place: Place) -> None:
        if kind not in ("bool", "any", "null"):
            self.find(place, "not_condition", kind=kind)

    def switched(self, found: list[Kind], place: Place) -> Kind:
        pairs = found[1:]
        for at in range(0, len(pairs) - 1, 2):
            if not _fits(pairs[at], found[0]) and not _fits(found[0], pairs[at]):
                self.find((*place, at + 2), "never_equal", left=found[0], right=pairs[at])
        results = pairs[1::2] + (pairs[-1:] if len(pairs) % 2 else [])
        return _joint(results)

    def function(self, name: str, found: list[Kind], place: Place) -> Kind:
        if name in ("&", "text"):
            for at, kind in enumerate(found[:1] if name == "text" else found):
                if kind.startswith(("list", "row", "duration")):
                    self.find((*place, at + 1), "type", wanted=["text"], kind=kind)
            if name == "text" and len(found) > 1:
                self.wanted(found[0], ("num",), (*place, 1))
                self.wanted(found[1], ("num",), (*place, 2))
            return "text"
        if name in ("sum", "average", "min", "max"):
            return self.aggregate(name, found, place)
        if name == "in":
            return self.contained(found, place)
        takes = NARROW.get(name) or [one.rstrip("?*") for one in FUNCTIONS[name].takes]
        takes += takes[-1:] * (len(found) - len(takes))
        for at, (kind, wanted) in enumerate(zip(found, takes, strict=False)):
            given = _member(kind) if wanted == "dates" else kind
            self.wanted(given, FIT.get(wanted, (wanted,)), (*place, at + 1))
        return FUNCTIONS[name].makes

    def wanted(self, kind: Kind, wanted: tuple[Kind, ...], place: Place) -> Kind:
        if kind in ("any", "null") or "any" in wanted or kind.partition(":")[0] in wanted:
            return kind
        return self.find(place, "type", wanted=list(wanted), kind=kind)

    def aggregate(self, name: str, found: list[Kind], place: Place) -> Kind:
        members = [_member(kind) for kind in found]
        fit = ("num",) if name in ("sum", "average") else ORDERED
        for at, kind in enumerate(members):
            self.wanted(kind, fit, (*place, at + 1))
        return "num" if fit == ("num",) else _joint(members)

    def contained(self, found: list[Kind], place: Place) -> Kind:
        one, whole = found
        if whole.startswith("list"):
            member = whole.partition(":")[2] or "any"
            if not _fits(one, member) and not _fits(member, one):
                self.find(place, "never_equal", left=one, right=member)
        elif whole == "text":
            self.wanted(one, ("text",), (*place, 1))
        else:
            self.wanted(whole, ("list", "text"), (*place, 2))
        return "bool"


def _fits(one: Kind, other: Kind) -> bool:
    """Whether a value of the first kind may be one of the second."""
    if "any" in (one, other) or "null" in (one, other) or one == other:
        return True
    return one.startswith("list") and other == "list"


def _member(kind: Kind) -> Kind:
    """Of a list what is in it, of anything else itself."""
    return (kind.partition(":")[2] or "any") if kind.startswith("list") else kind


def _joint(found: list[Kind]) -> Kind:
    """What several may be together: nulls say nothing."""
    kinds = {kind for kind in found if kind != "null"}
    return kinds.pop() if len(kinds) == 1 else "any" if kinds else "null"
