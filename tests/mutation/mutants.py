"""Sources with one small mistake each: what a tired hand gets wrong, made by rule over the syntax tree."""

from __future__ import annotations

import ast
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from types import CodeType
from typing import Any

COMPARISONS: dict[type[ast.cmpop], tuple[type[ast.cmpop], ...]] = {
    ast.Lt: (ast.LtE, ast.GtE), ast.LtE: (ast.Lt, ast.Gt), ast.Gt: (ast.GtE, ast.LtE), ast.GtE: (ast.Gt, ast.Lt),
    ast.Eq: (ast.NotEq,), ast.NotEq: (ast.Eq,), ast.Is: (ast.IsNot,), ast.IsNot: (ast.Is,), ast.In: (ast.NotIn,), ast.NotIn: (ast.In,),
}  # fmt: skip
ARITHMETIC: dict[type[ast.operator], type[ast.operator]] = {
    ast.Add: ast.Sub, ast.Sub: ast.Add, ast.Mult: ast.FloorDiv, ast.FloorDiv: ast.Mult, ast.Mod: ast.FloorDiv,
}  # fmt: skip
# keywords that guard and never decide: the mutant is the same program
GUARDS = frozenset({"strict", "frozen"})
FUNCTIONS = (ast.FunctionDef, ast.Lambda)


@dataclass(frozen=True)
class Mutant:
    """One mistake: where, what, whether within a function, and the module that has it."""

    line: int
    what: str
    is_within: bool
    code: CodeType


def mutants(source: str, path: str, without: frozenset[str]) -> Iterator[Mutant]:
    """All mistakes of a module, one after the other, but those in functions of these names."""
    tree = ast.parse(source)
    for node, is_within in _nodes(tree, without, is_within=False):
        for what, change in _mistakes(node):
            undo = change()
            yield Mutant(getattr(node, "lineno", 0), what, is_within, compile(tree, path, "exec"))
            undo()


def _nodes(node: ast.AST, without: frozenset[str], *, is_within: bool) -> Iterator[tuple[ast.AST, bool]]:
    yield node, is_within
    for name, field in ast.iter_fields(node):
        if name in ("annotation", "returns"):
            continue
        for child in field if isinstance(field, list) else [field]:
            is_left = not isinstance(child, ast.AST) or (isinstance(child, ast.keyword) and child.arg in GUARDS)
            if is_left or getattr(child, "name", None) in without:
                continue
            is_body = isinstance(node, FUNCTIONS) and name == "body"
            yield from _nodes(child, without, is_within=is_within or is_body)


Change = Callable[[], Callable[[], None]]


def _set(node: Any, name: str, value: Any) -> Change:
    def change() -> Callable[[], None]:
        before = getattr(node, name)
        setattr(node, name, value)
        return lambda: setattr(node, name, before)

    return change


def _mistakes(node: ast.AST) -> Iterator[tuple[str, Change]]:
    if isinstance(node, ast.Compare):
        for at, op in enumerate(node.ops):
            for other in COMPARISONS[type(op)]:
                ops = [*node.ops[:at], other(), *node.ops[at + 1 :]]
                yield f"{type(op).__name__} is {other.__name__}", _set(node, "ops", ops)
    elif isinstance(node, (ast.BinOp, ast.AugAssign)) and type(node.op) in ARITHMETIC:
        swapped = ARITHMETIC[type(node.op)]
        yield f"{type(node.op).__name__} is {swapped.__name__}", _set(node, "op", swapped())
    elif isinstance(node, ast.BoolOp):
        is_and = isinstance(node.op, ast.And)
        yield f"{'and' if is_and else 'or'} is the other", _set(node, "op", ast.Or() if is_and else ast.And())
    elif isinstance(node, ast.UnaryOp):
        yield from _signs(node)
    elif isinstance(node, ast.Constant):
        yield from _constants(node)
    elif isinstance(node, ast.Return) and not _is_nothing(node.value):
        yield "returns nothing", _set(node, "value", _none(node))
    elif isinstance(node, ast.Lambda) and not _is_nothing(node.body):
        yield "makes nothing", _set(node, "body", _none(node.body))


def _constants(node: ast.Constant) -> Iterator[tuple[str, Change]]:
    if isinstance(node.value, bool):
        yield f"{node.value} is {not node.value}", _set(node, "value", not node.value)
    elif isinstance(node.value, int):
        yield f"{node.value} is one more", _set(node, "value", node.value + 1)
        yield f"{node.value} is one less", _set(node, "value", node.value - 1)


def _signs(node: ast.UnaryOp) -> Iterator[tuple[str, Change]]:
    if isinstance(node.op, ast.USub):
        yield "no minus", _set(node, "op", ast.UAdd())
    elif isinstance(node.op, ast.Not):
        again = ast.copy_location(ast.UnaryOp(ast.Not(), node.operand), node)
        yield "no not", _set(node, "operand", again)


def _is_nothing(node: ast.AST | None) -> bool:
    return node is None or (isinstance(node, ast.Constant) and node.value is None)


def _none(node: ast.AST) -> ast.Constant:
    return ast.copy_location(ast.Constant(None), node)
