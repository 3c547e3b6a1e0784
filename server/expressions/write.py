"""Writes an expression as the formula that read.py reads back as the same expression, in either language, names by their labels."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from server.expressions import words
from server.expressions.numbers import number_text
from server.expressions.read import COMPARING, Labels, plain

# how tightly each binds: what stands within something tighter goes into parentheses
COMPARED, JOINED, ADDED, MULTIPLIED, SIGNED, SINGLE = 1, 2, 3, 4, 5, 6
SIGNS = {"==": "=", "!=": "<>", "<": "<", "<=": "<=", ">": ">", ">=": ">="}
INFIX: dict[str, tuple[str, int]] = {
    **{name: (SIGNS[name], COMPARED) for name in set(COMPARING.values())},
    "+": ("+", ADDED), "-": ("-", ADDED), "*": ("*", MULTIPLIED), "/": ("/", MULTIPLIED),
}  # fmt: skip


def write(ast: Any, locale: str, labels: Labels | None = None) -> str:
    """The formula in a language; of an expression that `evaluate` accepts."""
    return _Writing(locale, labels or {}).at_least(ast, 0)


class _Writing:
    def __init__(self, locale: str, labels: Labels) -> None:
        self.locale = locale
        self.labels = labels
        self.says = words.NAMES[locale]
        self.known: dict[str, int] = {}
        for said in labels.values():
            for label in {plain(one) for one in said.values()}:
                self.known[label] = self.known.get(label, 0) + 1

    def at_least(self, ast: Any, binding: int) -> str:
        """In parentheses where it binds less than asked for."""
        text, own = self.node(ast)
        return text if own >= binding else f"({text})"

    def node(self, ast: Any) -> tuple[str, int]:  # noqa: PLR0911 - a line a kind of node
        if not isinstance(ast, list):
            return self.literal(ast)
        name, args = ast[0], ast[1:]
        if name == "get":
            return f"[{self.name(args[0]).replace(']', ']]')}]", SINGLE
        if name == "list":
            return "{" + self.all(args) + "}", SINGLE
        if name == "neg":
            inner = self.at_least(args[0], SIGNED)
            # a sign and a number together are read as one literal
            return (f"-({inner})" if inner[:1].isdigit() else f"-{inner}"), SIGNED
        if name == "in":
            joint = words.CONTAINS[self.locale]
            return f"{self.at_least(args[1], COMPARED)} {joint} {self.at_least(args[0], JOINED)}", COMPARED
        if name == "&" and len(args) > 1:
            return " & ".join(self.at_least(one, ADDED) for one in args), JOINED
        if name in INFIX:
            sign, binding = INFIX[name]
            return f"{self.at_least(args[0], binding)} {sign} {self.at_least(args[1], binding + 1)}", binding
        return f"{self.says[name]}({self.all(args)})", SINGLE

    def all(self, args: list[Any]) -> str:
        return ", ".join(self.at_least(one, 0) for one in args)

    def literal(self, ast: Any) -> tuple[str, int]:
        if isinstance(ast, str):
            return '"' + ast.replace('"', '""') + '"', SINGLE
        if ast is None or isinstance(ast, bool):
            constants: Mapping[str, object] = words.CONSTANTS[self.locale]
            return next(word for word, value in constants.items() if value is ast), SINGLE
        text = number_text(ast)
        return text, SIGNED if text.startswith("-") else SINGLE

    def name(self, path: str) -> str:
        """Its label where nothing else is called so; else the path itself."""
        label = self.labels.get(path, {}).get(self.locale, "").strip()
        is_plain = label and self.known.get(plain(label)) == 1 and label not in self.labels
        return label if is_plain else path
