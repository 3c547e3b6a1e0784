"""What is too large to be written out in a vector is written as a recipe. Twin: pwa/test/recipes.ts."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any


def expand(data: Any) -> Any:
    """JSON with its recipes followed, anywhere in it: an object of one member that begins with `+`.

    `{"+text": [[n, text], …]}` texts one after the other, each n times; `{"+nest": [n, before, leaf, after]}` n lists in each other,
    each with `before` and `after` about the next; `{"+rows": [n, name, leaf]}` n rows in each other; `{"+json": text}` what the text
    says; within a list `{"+many": [n, one]}` is n of one.
    """
    if isinstance(data, list):
        return [made for one in data for made in _many(one)]
    if not isinstance(data, dict):
        return data
    name, told = next(iter(data.items()), ("", None))
    if len(data) == 1 and name in RECIPES:
        return RECIPES[name](told)
    return {key: expand(one) for key, one in data.items()}


def _many(one: Any) -> list[Any]:
    if isinstance(one, dict) and [*one] == ["+many"]:
        count, what = one["+many"]
        return [expand(what)] * int(count)
    return [expand(one)]


def _nest(told: Any) -> Any:
    count, before, leaf, after = told
    made, before, after = expand(leaf), expand(before), expand(after)
    for _ in range(count):
        made = [*before, made, *after]
    return made


def _rows(told: Any) -> Any:
    count, name, leaf = told
    made = expand(leaf)
    for _ in range(count):
        made = {name: made}
    return made


RECIPES: dict[str, Callable[[Any], Any]] = {
    "+text": lambda told: "".join(text * count for count, text in told),
    "+nest": _nest,
    "+rows": _rows,
    "+json": json.loads,
}
