"""Reads a formula as people write it in a spreadsheet and makes the expression of it; a mistake is named at its character.

`IF([Oil pressure] > 5, "high", "ok")`, `如果（[油压]＞5，“高”，“正常”）`: both languages, half or full width. Names stand in brackets, by their
label or their path. The way back is write.py: what it writes, this reads as the same expression.
"""

from __future__ import annotations

import difflib
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from server.expressions import words
from server.expressions.evaluate import MOST_DEPTH, MOST_NODES, Expression
from server.expressions.functions import FUNCTIONS, takes

MOST_LENGTH = 20_000
Ast = Any
# label by language, by path
Labels = Mapping[str, Mapping[str, str]]


class FormulaError(Exception):
    """What is wrong, at which character, over how many; `suggestion` is what may have been meant."""

    def __init__(self, code: str, at: int, length: int = 1, suggestion: str | None = None, **params: Any) -> None:
        super().__init__(code)
        self.code, self.at, self.length, self.suggestion, self.params = code, at, length, suggestion, params

    def as_json(self) -> dict[str, Any]:
        """For the designer, which has the words."""
        return {
            "code": self.code, "at": self.at, "length": self.length, "suggestion": self.suggestion, "params": self.params,
        }  # fmt: skip


@dataclass(frozen=True)
class Token:
    """kind: number, text, name, word, sign, end."""

    kind: str
    value: str
    at: int
    length: int


WIDE = str.maketrans("（），；＋－＊／＆＝＜＞｛｝［］！", "(),;+-*/&=<>{}[]!")
SIGNS = ("<=", ">=", "<>", "!=", "==", "(", ")", ",", ";", "{", "}", "+", "-", "*", "/", "&", "=", "<", ">")
SAME = {"≤": "<=", "≥": ">=", "≠": "<>", "×": "*", "÷": "/", "−": "-", "、": ","}
QUOTES = {'"': '"', "“": "”", "”": "”", "＂": "＂", "「": "」"}
_NUMBER = re.compile(r"[0-9０-９]+(?:[.．][0-9０-９]+)?")
_WORD = re.compile(r"[^\W\d]\w*")
_DIGITS = str.maketrans("０１２３４５６７８９．", "0123456789.")


def _tokens(text: str) -> list[Token]:
    found: list[Token] = []
    at = 0
    while at < len(text):
        if text[at].isspace():
            at += 1
            continue
        token = _token(text, at)
        found.append(token)
        at += token.length
    return [*found, Token("end", "", len(text), 0)]


def _token(text: str, at: int) -> Token:
    one = text[at]
    if one in QUOTES:
        return _quoted(text, at)
    if one in "[［":
        return _bracketed(text, at)
    if number := _NUMBER.match(text, at):
        return Token("number", number[0].translate(_DIGITS), at, len(number[0]))
    if one in SAME:
        return Token("sign", SAME[one], at, 1)
    narrow = text[at : at + 2].translate(WIDE)
    for sign in SIGNS:
        if narrow.startswith(sign):
            return Token("sign", sign, at, len(sign))
    if word := _WORD.match(text, at):
        return Token("word", word[0], at, len(word[0]))
    raise FormulaError("character", at, 1, character=one)


def _quoted(text: str, at: int) -> Token:
    """A quote within is written twice."""
    end = QUOTES[text[at]]
    parts: list[str] = []
    here = at + 1
    while here < len(text):
        if text[here] != end:
            parts.append(text[here])
            here += 1
        elif text[here + 1 : here + 2] == end:
            parts.append(end)
            here += 2
        else:
            return Token("text", "".join(parts), at, here + 1 - at)
    raise FormulaError("text_unclosed", at, len(text) - at, suggestion=end)


def _bracketed(text: str, at: int) -> Token:
    parts: list[str] = []
    here = at + 1
    while here < len(text):
        if text[here] not in "]］":
            parts.append(text[here])
            here += 1
        elif text[here + 1 : here + 2] in ("]", "］"):
            parts.append("]")
            here += 2
        else:
            return Token("name", "".join(parts), at, here + 1 - at)
    raise FormulaError("name_unclosed", at, len(text) - at, suggestion="]")


def read(text: str, labels: Labels | None = None) -> Ast:
    """The expression of a formula; FormulaError where it is none. Without labels every path is taken as it is."""
    if len(text) > MOST_LENGTH:
        raise FormulaError("too_long", MOST_LENGTH, len(text) - MOST_LENGTH, most=MOST_LENGTH)
    if text.lstrip()[:1] in ("=", "＝"):  # as a spreadsheet begins it
        text = re.sub(r"[=＝]", " ", text, count=1)
    reading = _Reading(_tokens(text), labels)
    ast = reading.condition(1)
    if reading.now.kind != "end":
        raise FormulaError("unexpected", reading.now.at, max(1, reading.now.length), found=reading.now.value)
    if Expression(ast).is_faulty:  # a chain of many operators is deep without a parenthesis
        raise FormulaError("too_deep", 0, len(text), most=MOST_DEPTH)
    return ast


COMPARING = {"=": "==", "==": "==", "<>": "!=", "!=": "!=", "<": "<", "<=": "<=", ">": ">", ">=": ">="}
LEVELS: tuple[dict[str, str], ...] = ({"+": "+", "-": "-"}, {"*": "*", "/": "/"})


@dataclass
class _Reading:
    """Where in the tokens it stands. One method a level of binding, the loosest first."""

    tokens: list[Token]
    labels: Labels | None
    at: int = 0
    nodes: int = 0
    by_label: dict[str, list[str]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        for path, said in (self.labels or {}).items():
            for label in set(said.values()):
                self.by_label.setdefault(plain(label), []).append(path)

    @property
    def now(self) -> Token:
        return self.tokens[self.at]

    def take(self) -> Token:
        token = self.now
        self.at += 1
        return token

    def is_sign(self, *signs: str) -> bool:
        return self.now.kind == "sign" and self.now.value in signs

    def between(self) -> str | None:
        """AND or OR between two conditions."""
        return words.BETWEEN.get(self.now.value.upper()) if self.now.kind == "word" else None

    def node(self, ast: Ast, token: Token) -> Ast:
        self.nodes += 1
        if self.nodes > MOST_NODES:
            raise FormulaError("too_large", token.at, max(1, token.length), most=MOST_NODES)
        return ast

    def deeper(self, depth: int) -> int:
        if depth >= MOST_DEPTH:
            raise FormulaError("too_deep", self.now.at, max(1, self.now.length), most=MOST_DEPTH)
        return depth + 1

    def condition(self, depth: int) -> Ast:
        return self.joined(depth, "or", lambda: self.joined(depth, "and", lambda: self.comparison(depth)))

    def joined(self, depth: int, name: str, part: Any) -> Ast:
        """a AND b AND c as one call of three."""
        token, parts = self.now, [part()]
        while self.between() == name:
            self.take()
            parts.append(part())
        return parts[0] if len(parts) == 1 else self.node([name, *parts], token)

    def comparison(self, depth: int) -> Ast:
        left = self.text(depth)
        while True:
            token = self.now
            if token.kind == "sign" and token.value in COMPARING:
                self.take()
                left = self.node([COMPARING[token.value], left, self.text(depth)], token)
            elif token.kind == "word" and token.value.upper() in words.CONTAINS.values():
                self.take()
                left = self.node(["in", self.text(depth), left], token)
            else:
                return left

    def text(self, depth: int) -> Ast:
        """a & b & c is one call of three."""
        token, parts = self.now, [self.level(0, depth)]
        while self.is_sign("&"):
            self.take()
            parts.append(self.level(0, depth))
        return parts[0] if len(parts) == 1 else self.node(["&", *parts], token)

    def level(self, number: int, depth: int) -> Ast:
        if number == len(LEVELS):
            return self.signed(depth)
        left = self.level(number + 1, depth)
        while self.now.kind == "sign" and self.now.value in LEVELS[number]:
            token = self.take()
            left = self.node([token.value, left, self.level(number + 1, depth)], token)
        return left

    def signed(self, depth: int) -> Ast:
        if not self.is_sign("-"):
            return self.single(depth)
        token = self.take()
        if self.now.kind == "number":
            return self.node(_negative(_number(self.take())), token)
        return self.node(["neg", self.signed(self.deeper(depth))], token)

    def single(self, depth: int) -> Ast:
        token = self.take()
        if token.kind == "number":
            return self.node(_number(token), token)
        if token.kind == "text":
            return self.node(token.value, token)
        if token.kind == "name":
            return self.node(["get", self.path(token)], token)
        if token.kind == "word":
            return self.word(token, depth)
        if token.value == "(":
            inner = self.condition(self.deeper(depth))
            self.close(")", token)
            return inner
        if token.value == "{":
            return self.node(["list", *self.arguments("}", token, depth)], token)
        self.at -= 1
        raise FormulaError(
            "value_missing" if token.kind == "end" else "unexpected", token.at, max(1, token.length), found=token.value
        )

    def close(self, sign: str, opened: Token) -> None:
        if not self.is_sign(sign):
            raise FormulaError("unclosed", self.now.at, max(1, self.now.length), suggestion=sign, opened=opened.at)
        self.take()

    def arguments(self, end: str, opened: Token, depth: int) -> list[Ast]:
        found: list[Ast] = []
        deeper = self.deeper(depth)
        while not self.is_sign(end):
            found.append(self.condition(deeper))
            if not self.is_sign(",", ";"):
                break
            self.take()
        self.close(end, opened)
        return found

    def word(self, token: Token, depth: int) -> Ast:
        if self.is_sign("("):
            return self.call(token, depth)
        for constants in words.CONSTANTS.values():
            if token.value.upper() in constants:
                return self.node(constants[token.value.upper()], token)
        raise FormulaError("word", token.at, token.length, self.meant(token.value), word=token.value)

    def meant(self, word: str) -> str | None:
        """A bare word may be a name without its brackets, or a function without its parentheses."""
        if self.labels is not None and (word in self.labels or plain(word) in self.by_label):
            return f"[{word}]"
        return f"{word}(" if words.function_of(word) else None

    def call(self, token: Token, depth: int) -> Ast:
        name = words.function_of(token.value)
        if name is None:
            near = difflib.get_close_matches(token.value.upper(), words.BY_WORD, 1)
            raise FormulaError("function_unknown", token.at, token.length, near[0] if near else None, word=token.value)
        args = self.arguments(")", self.take(), depth)
        if (name in FUNCTIONS and not takes(FUNCTIONS[name], len(args))) or (name == "&" and not args):
            raise FormulaError("arity", token.at, token.length, name=name, given=len(args))
        return self.node([name, *args], token)

    def path(self, token: Token) -> str:
        said = token.value
        if self.labels is None or said in self.labels:
            return said
        found = self.by_label.get(plain(said), [])
        if len(found) == 1:
            return found[0]
        if found:
            raise FormulaError(
                "name_ambiguous", token.at, token.length, f"[{found[0]}]", name=said, paths=sorted(found)
            )
        every = {label for labels in self.labels.values() for label in labels.values()}
        near = difflib.get_close_matches(said, sorted({*self.labels, *every}), 1)
        raise FormulaError("name_unknown", token.at, token.length, f"[{near[0]}]" if near else None, name=said)


def plain(label: str) -> str:
    """Blanks and case do not make two labels different."""
    return " ".join(label.split()).casefold()


def _number(token: Token) -> float:
    value = float(token.value)
    if value >= 1e15:
        raise FormulaError("number_large", token.at, token.length)
    return int(token.value) if "." not in token.value else value


def _negative(value: float) -> float:
    return -value
