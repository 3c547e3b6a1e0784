"""Walks an expression and compiles it. Parts without a column are computed here, by the evaluator, and become one parameter. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from server.expressions import values as v
from server.expressions.evaluate import MOST_STEPS, Expression, Place, evaluate
from server.expressions.sql import depth
from server.expressions.sql.calls import CALLS, Calls
from server.expressions.sql.model import KINDS, Column, Compiled, Node, Uncompilable, constant
from server.expressions.sql.writing import MOST_SQL, Writing
from server.expressions.values import Value

# makes texts, of which each costs a step per hundred code points
COSTLY = frozenset({"&", "upper", "trim", "left", "right", "mid", "text", "in"})
TEXT_COST = v.MOST_TEXT // 100


def compile_sql(
    ast: Any, columns: Mapping[str, Column], inputs: Mapping[str, Value], dialect: str, prefix: str = "x"
) -> Compiled:
    """The value of an expression as SQL, NULL for null; `Compiled.value` reads what the database answers.

    `columns` by the paths of the expression; `inputs` is a context of the evaluator (now, user as a row); `dialect` is sqlite or
    postgresql. Parameters are called `prefix` and a number. Raises Uncompilable.
    """
    walk = _Walk(ast, columns, inputs, Writing(dialect, prefix))
    node = walk.node(ast, ())
    return walk.finished(walk.writing.value(node), node)


def condition(
    ast: Any, columns: Mapping[str, Column], inputs: Mapping[str, Value], dialect: str, prefix: str = "x"
) -> Compiled:
    """A WHERE clause that is true where the expression is `true` and nowhere else. As `compile_sql` otherwise."""
    walk = _Walk(ast, columns, inputs, Writing(dialect, prefix))
    node = walk.node(ast, ())
    return walk.finished(walk.writing.truth(node), Node("bool"))


class _Walk:
    def __init__(self, ast: Any, columns: Mapping[str, Column], inputs: Mapping[str, Value], writing: Writing) -> None:
        fault = Expression(ast).outcome({}).notes if Expression(ast).is_faulty else ()
        if fault:
            raise Uncompilable(fault[0].place, _name_at(ast, fault[0].place), fault[0].code)
        self.columns, self.inputs, self.writing = columns, inputs, writing
        self.calls = Calls(writing)
        self.cost = 0

    def node(self, ast: Any, place: Place) -> Node:
        self.spend(1, place)
        if not isinstance(ast, list):
            return constant(v.from_json(ast))
        name = ast[0]
        if name == "get":
            return self.named(ast[1], place)
        args = [self.node(one, (*place, at + 1)) for at, one in enumerate(ast[1:])]
        if all(one.is_constant for one in args):
            return self.folded(name, args, place)
        if name == "list":
            return Node("list", members=tuple(args))
        return self.called(name, args, place)

    def spend(self, steps: int, place: Place, name: str = "") -> None:
        """The most that the evaluator can need: what it would give up, this must not answer."""
        self.cost += steps
        if self.cost > MOST_STEPS:
            raise Uncompilable(place, name, "budget")

    def named(self, path: str, place: Place) -> Node:
        column = self.columns.get(path)
        if column and column.kind not in KINDS:
            raise Uncompilable(place, path, "kinds")
        if column:
            return Node(column.kind, column=column, offset=column.offset)
        if path.split(".", maxsplit=1)[0] not in self.inputs:
            raise Uncompilable(place, path, "name")
        outcome = evaluate(["get", path], self.inputs)
        self.spend(outcome.steps, place, path)
        return constant(outcome.value)

    def folded(self, name: str, args: list[Node], place: Place) -> Node:
        given = {f"a{at}": one.constant for at, one in enumerate(args)}
        outcome = evaluate([name, *(["get", one] for one in given)], given)
        self.spend(outcome.steps, place, name)
        return constant(outcome.value)

    def called(self, name: str, args: list[Node], place: Place) -> Node:
        if name not in CALLS:
            raise Uncompilable(place, name, "function")
        if name in COSTLY:
            self.spend(TEXT_COST * (len(args) if name == "&" else 1), place, name)
        masks = sum(len(one.constant) for one in args if name == "fits" and isinstance(one.constant, str))
        self.spend(sum(len(one.members) for one in args) + masks, place, name)
        self.writing.place, self.writing.name = place, name
        node = CALLS[name](self.calls, args)
        if len(node.sql) + len(node.truth) > MOST_SQL:
            raise Uncompilable(place, name, "large")
        return node

    def finished(self, sql: str, node: Node) -> Compiled:
        if node.kind not in (*KINDS, "null"):
            raise Uncompilable((), "", node.kind)
        if self.writing.dialect.name == "sqlite" and depth.of(sql) > depth.MOST:
            raise Uncompilable((), "", "deep")
        return Compiled(sql, self.writing.used(sql), node.kind, node.offset)


def _name_at(ast: Any, place: Place) -> str:
    for at in place:
        ast = ast[at]
    return str(ast[0]) if isinstance(ast, list) and ast else ""
