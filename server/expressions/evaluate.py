"""Computes an expression: total, bounded, without a clock or a place of its own. Compiled once, asked often. Pure.

Twin: pwa/src/engines/expressions/evaluate.ts. What cannot be computed is null; `notes` say why and where, for who writes the expression.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from server.expressions import operators
from server.expressions import values as v
from server.expressions.functions import FUNCTIONS, LAZY, STRICT, Function, is_of, takes
from server.expressions.values import Value

MOST_DEPTH, MOST_NODES, MOST_STEPS = 64, 2_000, 100_000
Place = tuple[int, ...]


@dataclass(frozen=True)
class Note:
    """Why something is null: a code, and the way to the node through the JSON of the expression."""

    code: str
    place: Place


@dataclass(frozen=True)
class Outcome:
    """A value, what it cost, and what went wrong on the way."""

    value: Value
    steps: int
    notes: tuple[Note, ...]


class _Spent(Exception):
    """The budget is used up."""


class _Run:
    """One computation. `place` is the node that is asked."""

    __slots__ = ("context", "notes", "place", "steps")

    def __init__(self, context: Mapping[str, Value]) -> None:
        self.context = context
        self.steps = 0
        self.place: Place = ()
        self.notes: list[Note] = []

    def spend(self, steps: int) -> None:
        self.steps += steps
        if self.steps > MOST_STEPS:
            raise _Spent

    def note(self, code: str) -> None:
        self.notes.append(Note(code, self.place))


Compiled = Callable[[_Run], Value]


class Expression:
    """An expression that can be computed. `names` are the paths that it reads."""

    __slots__ = ("_compiled", "_fault", "names")

    def __init__(self, ast: Any) -> None:
        compiling = _Compiling()
        compiled = compiling.node(ast, (), 1)
        self._fault = compiling.fault
        self._compiled = compiled
        self.names = frozenset(compiling.names)

    def outcome(self, context: Mapping[str, Value]) -> Outcome:
        """Value, steps and notes in a context of values."""
        if self._fault:
            return Outcome(None, 0, (self._fault,))
        run = _Run(context)
        try:
            value = self._compiled(run)
        except _Spent:
            return Outcome(None, MOST_STEPS, (*run.notes, Note("budget", ())))
        return Outcome(value, run.steps, tuple(run.notes))

    @property
    def is_faulty(self) -> bool:
        """It is no expression, or too large to be one: always null."""
        return self._fault is not None

    def value(self, context: Mapping[str, Value]) -> Value:
        """The value alone."""
        return self.outcome(context).value


def evaluate(ast: Any, context: Mapping[str, Value]) -> Outcome:
    """Compile and compute once."""
    return Expression(ast).outcome(context)


class _Compiling:
    """What is known while an expression is compiled. The first fault makes all of it null."""

    def __init__(self) -> None:
        self.nodes = 0
        self.fault: Note | None = None
        self.names: set[str] = set()

    def wrong(self, code: str, place: Place) -> Compiled:
        self.fault = self.fault or Note(code, place)
        return lambda _run: None

    def node(self, ast: Any, place: Place, depth: int) -> Compiled:
        self.nodes += 1
        if depth > MOST_DEPTH or self.nodes > MOST_NODES:
            return self.wrong("too_large", place)
        if not isinstance(ast, list):
            return self.literal(ast, place)
        if not ast or not isinstance(ast[0], str):
            return self.wrong("malformed", place)
        name, given = ast[0], ast[1:]
        if name == "get":
            return self.name(given, place)
        args = [self.node(one, (*place, at + 1), depth + 1) for at, one in enumerate(given)]
        if name in FUNCTIONS:
            return self.call(name, args, place)
        return self.operator(name, args, place)

    def literal(self, ast: Any, place: Place) -> Compiled:
        if ast is not None and not isinstance(ast, (bool, int, float, str)):
            return self.wrong("malformed", place)
        value = v.from_json(ast)
        if value is None and ast not in (None, ""):
            return self.wrong("malformed", place)

        def compute(run: _Run) -> Value:
            run.spend(1)
            return value

        return compute

    def name(self, given: list[Any], place: Place) -> Compiled:
        if len(given) != 1 or not isinstance(given[0], str) or not given[0]:
            return self.wrong("malformed", place)
        self.names.add(given[0])
        root, *path = given[0].split(".")

        def compute(run: _Run) -> Value:
            run.spend(1)
            found = run.context.get(root)
            for name in path:
                found = _member(run, found, name)
            return found

        return compute

    def call(self, name: str, args: list[Compiled], place: Place) -> Compiled:
        function = FUNCTIONS[name]
        if not takes(function, len(args)):
            return self.wrong("arity", place)
        if name in LAZY:
            return _lazy(name, args)
        return _strict(STRICT[name], args, place)

    def operator(self, name: str, args: list[Compiled], place: Place) -> Compiled:
        if name in operators.TWO and len(args) == 2:
            return _two(operators.TWO[name], args[0], args[1], place)
        if name == "neg" and len(args) == 1:
            return _many(lambda run, found: operators.negated(run, found[0]), args, place)
        if name == "&" and args:
            return _many(operators.joined, args, place)
        if name == "list":
            return _many(lambda _run, found: found, args, place)
        is_known = name in operators.TWO or name in ("neg", "&")
        return self.wrong("arity" if is_known else "unknown", place)


def _member(run: _Run, found: Value, name: str) -> Value:
    if isinstance(found, dict):
        return found.get(name)
    if not isinstance(found, list):
        return None
    run.spend(len(found))
    collected: list[Value] = []
    for row in found:
        one = row.get(name) if isinstance(row, dict) else None
        collected += one if isinstance(one, list) else [one]
    return collected


def _strict(function: Function, args: list[Compiled], place: Place) -> Compiled:
    kinds = [kind.rstrip("?*") for kind in function.takes]
    kinds += [kinds[-1]] * (len(args) - len(kinds)) if kinds else []
    wanted = tuple(kinds[: len(args)])

    def compute(run: _Run) -> Value:
        run.spend(1)
        found = [one(run) for one in args]
        run.place = place
        for one, kind in zip(found, wanted, strict=True):
            if kind == "any":
                continue
            if one is None:
                return None
            if not is_of(one, kind):
                run.note("type")
                return None
        return function.apply(run, *found)

    return compute


def _two(operator: operators.Operator, left: Compiled, right: Compiled, place: Place) -> Compiled:
    def compute(run: _Run) -> Value:
        run.spend(1)
        a = left(run)
        b = right(run)
        run.place = place
        return operator(run, a, b)

    return compute


def _many(apply: Callable[[Any, list[Value]], Value], args: list[Compiled], place: Place) -> Compiled:
    def compute(run: _Run) -> Value:
        run.spend(1)
        found = [one(run) for one in args]
        run.place = place
        return apply(run, found)

    return compute


def _lazy(name: str, args: list[Compiled]) -> Compiled:
    apply = COMPUTED[name]

    def compute(run: _Run) -> Value:
        run.spend(1)
        return apply(run, args)

    return compute


def _if(run: _Run, args: list[Compiled]) -> Value:
    if args[0](run) is True:
        return args[1](run)
    return args[2](run) if len(args) > 2 else None


def _switch(run: _Run, args: list[Compiled]) -> Value:
    wanted = args[0](run)
    pairs, rest = args[1:], len(args) % 2 == 0
    for at in range(0, len(pairs) - 1, 2):
        if v.is_same(pairs[at](run), wanted):
            return pairs[at + 1](run)
    return pairs[-1](run) if rest else None


def _coalesce(run: _Run, args: list[Compiled]) -> Value:
    for one in args:
        found = one(run)
        if found is not None:
            return found
    return None


COMPUTED: dict[str, Callable[[_Run, list[Compiled]], Value]] = {
    "and": lambda run, args: all(one(run) is True for one in args),
    "or": lambda run, args: any(one(run) is True for one in args),
    "if": _if,
    "switch": _switch,
    "coalesce": _coalesce,
}
