"""Expressions that somebody wrote to do harm: cases by rule. The engine says their values; what must hold of them is said here without it.

`python -m tests.vectors.expressions.hostile` writes hostile.json again; a test holds that it still is what this page says. Large ones are
recipes (recipes.py).
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from server.expressions import values as v
from server.expressions.evaluate import evaluate
from tests.vectors.expressions.recipes import expand

FILE = Path(__file__).parent / "hostile.json"
MOST_STEPS = 100_000
Case = dict[str, Any]

# what each function takes, said again: `?` may be left out, `*` may come any number of times
TAKES = {
    "and": "any*", "or": "any*", "if": "any any any?", "switch": "any any any any*", "coalesce": "any any*", "not": "any",
    "round": "num num?", "floor": "num", "abs": "num", "mod": "num num", "sum": "any any*", "count": "any any*",
    "countif": "any any", "average": "any any*", "min": "any any*", "max": "any any*", "len": "any", "upper": "text", "trim": "text",
    "left": "text num", "right": "text num", "mid": "text num num", "text": "any num?", "value": "text", "fits": "text text",
    "in": "any any", "lookup": "list text any text", "date": "num num num", "year": "when", "month": "when", "day": "when",
    "hour": "datetime", "weekday": "when", "edate": "date num", "workday": "date num any? any?",
    "networkdays": "date date any? any?", "dateof": "when", "hours": "num", "distance": "row row",
    "neg": "any", "&": "any any*", "list": "any*", "get": "name",
    **dict.fromkeys(("==", "!=", "<", "<=", ">", ">=", "+", "-", "*", "/"), "any any"),
}  # fmt: skip
SAMPLES: dict[str, Any] = {
    "null": None, "bool": True, "num": 1.5, "text": "b", "date": {"$date": "2024-02-29"}, "list": [1, "b", None],
    "datetime": {"$datetime": "2026-11-27T12:00:00+08:00"}, "duration": {"$duration": 3600}, "row": {"lat": 1, "lon": 2},
}  # fmt: skip
RIGHT = {"num": 1, "text": "b", "any": 1, "name": "a"} | {
    kind: ["get", kind] for kind in ("date", "datetime", "list", "row")
}
WHEN = ("date", "datetime")
NAMES = [
    "__proto__", "constructor", "toString", "hasOwnProperty", "valueOf", "prototype", "__class__", "__init__", "length", "toJSON", "then",
    "$date", "0", " ", "\x00", "\ud800", "\U0001f600", "get ", "If", "＋",
]  # fmt: skip
NULL: Case = {"expect": None}


def case(name: str, ast: Any, context: Any = None, **law: Any) -> Case:
    """One case; `law` is what must come of it whatever the engine says."""
    return {"name": name, "ast": ast, "context": context or {}, "law": law}


def fault(name: str, ast: Any, code: str) -> Case:
    """What is no expression costs nothing and is null for one reason."""
    return case(name, ast, expect=None, notes=[code], steps=0)


def kinds_of(name: str) -> list[str]:
    return TAKES[name].split(" ")


def filled(name: str) -> list[Any]:
    """A call with all that it takes, of the right types."""
    kinds = [kind.rstrip("?*") for kind in kinds_of(name)]
    return [name, *(RIGHT["date" if kind == "when" else kind] for kind in kinds)]


def arities() -> Iterator[Case]:
    """Too few and too many for each of them."""
    for name in TAKES:
        kinds = kinds_of(name)
        code = "malformed" if name == "get" else "arity"
        least = sum(1 for kind in kinds if kind[-1] not in "?*")
        for count in range(least):
            yield fault(f"{name} with {count}", filled(name)[: count + 1], code)
        if not kinds[-1].endswith("*"):
            yield fault(f"{name} with one more", [*filled(name), 1], code)
            yield fault(f"{name} with 1,500", [name, {"+many": [1500, 1]}], code)


def types() -> Iterator[Case]:
    """Each place of each function with each type that does not belong there."""
    context = {kind: SAMPLES[kind] for kind in ("date", "datetime", "list", "row")}
    for name in TAKES:
        for at, kind in enumerate(kinds_of(name), 1):
            wanted = kind.rstrip("?*")
            fit = WHEN if wanted == "when" else (wanted,)
            for given, sample in SAMPLES.items():
                if given in fit or wanted == "name":
                    continue
                call = filled(name)
                call[at] = ["get", "x"]
                law: Case = {} if wanted == "any" else {"expect": None, "notes": [] if given == "null" else ["type"]}
                yield case(f"{name}: {given} at {at}", call, context | {"x": sample}, **law)


def names() -> Iterator[Case]:
    """Names that mean something to a machine mean nothing here but what the context says."""
    for name in NAMES:
        said = json.dumps(name)
        yield fault(f"{said} as a function", [name, 1, 2], "unknown")
        yield case(f"{said} that is not there", ["get", name], expect=None, notes=[], steps=1)
        yield case(f"{said} of a row", ["get", f"row.{name}"], {"row": {"a": 1}}, expect=None, notes=[], steps=1)
        yield case(f"{said} of a text", ["get", f"t.{name}"], {"t": "text"}, expect=None, notes=[], steps=1)
        yield case(f"{said} of a date", ["get", f"d.{name}"], {"d": SAMPLES["date"]}, expect=None, notes=[])
        yield case(f"{said} of a list", ["get", f"l.{name}"], {"l": [1, None, {"a": 1}]}, expect=[None] * 3, steps=4)
        yield case(f"{said} that is there", ["get", name], {name: 1}, expect=1, notes=[], steps=1)
        yield case(f"{said} that a row has", ["get", f"r.{name}"], {"r": {name: 2, "b": 1}}, expect=2, notes=[])
        row = {name: 1, "b": 2}
        yield case(
            f"{said} in rows that differ",
            ["==", ["get", "a"], ["get", "b"]],
            {"a": row, "b": {"b": 2, "c": 1}},
            expect=False,
        )
        yield case(
            f"{said} in rows that do not",
            ["==", ["get", "a"], ["get", "b"]],
            {"a": row, "b": {"b": 2, name: 1}},
            expect=True,
        )
        yield case(f"{said} of the kinds of data", ["get", "a"], {"a": {f"${name}": 1}}, **NULL)
        if name == "\ud800":
            continue  # it can be a name, but no text of an expression
        yield case(f"{said} that a lookup asks", ["lookup", ["get", "l"], name, 1, "b"], {"l": [{}, row]}, expect=2)
        yield case(f"{said} that it answers", ["lookup", ["get", "l"], "b", 2, name], {"l": [{"b": 1}, row]}, expect=1)


BROKEN: dict[str, Any] = {
    "an empty list": [], "a row": {}, "a row that speaks": {"op": "+"}, "a date": {"$date": "2024-02-29"}, "null that is called": [None],
    "a bool that is called": [True, 1], "a number that is called": [0], "a list that is called": [["get", "a"], 1],
    "a row that is called": [{"get": "a"}], "lists of nothing": [[[[]]]], "a name without a name": ["get"], "an empty name": ["get", ""],
    "a name of null": ["get", None], "a name of a list": ["get", ["get", "a"]], "a name of names": ["get", "a", "b"],
    "a name of a row": ["get", {}], "a name of a bool": ["get", True], "a text that is too long": {"+text": [[100_001, "x"]]},
    "half a character": "\ud83d", "the other half": "a\udc00b", "halves the wrong way": "\udc00\ud83d",
    "an endless number": {"+json": "1e400"}, "an endless one below": {"+json": "-1e400"}, "a number that is too large": 10**15,
    "thirty digits": 10**29 + 1, "four hundred digits": {"+json": "9" * 400},
}  # fmt: skip


def broken() -> Iterator[Case]:
    """What is no expression, wherever it stands, also where nobody would have computed it."""
    for name, ast in BROKEN.items():
        yield fault(name, ast, "malformed")
        yield fault(f"{name} to add", ["+", 1, ast], "malformed")
        yield fault(f"{name} never asked", ["if", False, ast, 1], "malformed")
    for name in ("", "sum ", "SUM", "eval", "=", "===", "import", "lambda", "+ ", "==\x00"):
        yield fault(f"{json.dumps(name)} is no function", [name, 1], "unknown")
    yield fault("the first fault is said", ["+", ["nothing"], ["abs"]], "unknown")


NUMBERS = {
    "zero below": "-0", "zero below with a point": "-0.0", "zero to the power": "0e400", "the smallest": "5e-324", "tiny": "1e-400",
    "thirty digits behind": "0.123456789012345678901234567891", "half of the last place": "0.00000000005", "less": "0.000000000049999999999",
    "half below": "-0.00000000005", "just small enough": "999999999999999.9", "the largest": "999999999999999", "one point nought": "1.0",
    "with an exponent": "1E+2", "digits that a float loses": "9007199254740993e-1", "rounded to a round one": "0.99999999999999999999",
    "just too large": "1e15", "just too small": "-1e15", "far too large": "1e308", "thirty digits": "123456789012345678901234567890",
    "endless": "1e999", "rounded up to too large": "999999999999999.99",
}  # fmt: skip


def numbers() -> Iterator[Case]:
    """Numbers as JSON can carry them and no human writes them."""
    x = ["get", "x"]
    for name, written in NUMBERS.items():
        context = {"x": {"+json": written}}
        is_there = abs(float(written)) < 1e15
        yield case(f"{name}: itself", x, context, **({} if is_there else NULL))
        yield case(f"{name}: as a text", ["text", x], context)
        yield (
            case(f"{name}: from the text", ["value", written], expect=None)
            if "e" in written.lower()
            else case(f"{name}: from the text", ["value", written])
        )
        yield case(f"{name}: doubled twice", ["*", ["+", x, x], ["+", x, x]], context)
        yield case(f"{name}: under one", ["/", 1, x], context)
        yield case(f"{name}: as seconds", x, {"x": {"$duration": {"+json": written}}})
        yield case(f"{name}: as digits", x, {"x": {"$num": written}})
    for op, left, right, code in (
        ("+", 10**15 - 1, 1, "overflow"), ("*", 10**8, 10**7, "overflow"), ("/", 10**14, 1e-10, "overflow"), ("/", 0, 0, "divided_by_zero"),
        ("mod", 1, 0, "divided_by_zero"), ("round", 10**15 - 1, -15, "overflow"), ("-", 1 - 10**15, 1, "overflow"),
    ):  # fmt: skip
        yield case(f"{left} {op} {right}", [op, left, right], expect=None, notes=[code], steps=3)
    for count in (10**15 - 1, 1 - 10**15, 0.5, 100_001, -1, 11, -16):
        for call in (
            ["left", "abc"],
            ["right", "abc"],
            ["mid", "abc", 1],
            ["mid", "abc"],
            ["round", 1.25],
            ["text", 1.25],
        ):
            name = f"{call[0]} {'from' if len(call) == 2 else 'of'} {count}"
            yield case(name, [*call, count, *([1] if call == ["mid", "abc"] else [])])


def dates() -> Iterator[Case]:
    """Days that there are not, and ways out of the calendar."""
    for written in (
        "2023-02-29", "2024-02-30", "0000-01-01", "10000-01-01", "2024-13-01", "2024-00-10", "2024-01-00", "1900-02-29", "2024-1-1", "２０２４-01-01",
        "2024-01-01\n", " 2024-01-01", "2024-01-01T00:00:00Z", "", 20240101, None, ["2024-01-01"], {"$date": "2024-01-01"},
    ):  # fmt: skip
        yield case(f"no day {json.dumps(written)}", ["get", "d"], {"d": {"$date": written}}, **NULL)
    for written in (
        "2024-01-01T24:00:00Z", "2024-01-01T23:60:00Z", "2024-01-01T23:59:60Z", "2024-01-01T00:00:00", "2024-01-01T00:00:00+18:01",
        "2024-01-01 00:00:00Z", "2024-01-01T00:00:00z", "2024-01-01T00:00:00+0800", "2024-01-01T00:00:00.Z", "2024-02-30T00:00:00Z",
        "2024-01-01T00:00:00Z\n", "2024-01-01", "1e9", None,
    ):  # fmt: skip
        yield case(f"no moment {json.dumps(written)}", ["get", "d"], {"d": {"$datetime": written}}, **NULL)
    for written in (
        "0001-01-01T00:00:00+18:00", "9999-12-31T23:59:59-18:00", "2024-01-01T00:00:00-00:00", "2024-01-01T00:00:00.999999999999Z",
        "2024-01-01T00:00:00+00:99",
    ):  # fmt: skip
        yield case(f"a moment at the edge {written}", ["get", "d"], {"d": {"$datetime": written}})
    edges = {"first": {"$date": "0001-01-01"}, "last": {"$date": "9999-12-31"}, "long": {"$duration": 10**15 - 1}}
    edges |= {"begin": {"$datetime": "0001-01-01T00:00:00Z"}, "end": {"$datetime": "9999-12-31T23:59:59Z"}}
    first, last, long, begin, end = (["get", name] for name in edges)
    for name, ast in {
        "before the first": ["-", first, 1], "after the last": ["+", last, 1], "far after": ["+", first, 10**15 - 1],
        "far before": ["-", last, 10**15 - 1], "a month after": ["edate", last, 1], "a month before": ["edate", first, -1],
        "ten thousand years": ["edate", first, 119_988], "a working day after": ["workday", last, 1],
        "a working day before": ["workday", first, -1], "all working days": ["workday", first, 4_000_000],
        "all of them back": ["workday", last, -4_000_000], "ages after": ["+", begin, long], "ages before": ["-", end, long],
        "twice as long": ["+", long, long], "so much longer": ["*", long, long], "ages of hours": ["hours", 10**15 - 1],
        "long times a lot": ["*", long, 10**15 - 1], "long over little": ["/", long, 1e-10], "two by nothing": ["/", long, 0],
        "nothing by nothing": ["/", ["-", long, long], ["-", long, long]],
    }.items():  # fmt: skip
        yield case(name, ast, edges, **NULL)
    for name, ast in {
        "the whole calendar": ["-", last, first], "and back": ["-", first, last], "in working days": ["networkdays", first, last],
        "and those back": ["networkdays", last, first], "in seconds": ["-", end, begin], "from end to begin": ["-", begin, end],
        "up to the last": ["workday", first, 2_608_613], "the month of the last": ["month", last], "the hour of the end": ["hour", end],
    }.items():  # fmt: skip
        yield case(name, ast, edges)
    for parts in (
        [0, 1, 1],
        [10_000, 1, 1],
        [2024, 0, 1],
        [2024, 13, 1],
        [2024, 1, 0],
        [2024, 1, 32],
        [10**15 - 1] * 3,
        [2024.5, 1, 1],
        [-1, -1, -1],
    ):
        yield case(f"the day {parts}", ["date", *parts], expect=None, notes=["no_such_day"], steps=4)
    for months in (10**15 - 1, -120_001, 0.5):
        yield case(f"{months} months later", ["edate", first, months], edges, expect=None, notes=["argument"])


def long_text(*parts: list[Any]) -> Any:
    return {"+text": [*parts]}


def texts() -> Iterator[Case]:
    """Long ones, wide ones, and those that a careless search walks forever."""
    context = {
        "t": long_text([100_000, "x"]), "wide": long_text([100_000, "😀"]), "blank": long_text([1, "x"], [99_998, " "], [1, "x"]),
        "blanks": long_text([100_000, " "]), "found": long_text([50_000, "a"], [1, "b"], [49_999, "a"]),
        "many": long_text([100_000, "a"]), "odd": long_text([25_000, "a"], [1, "b"], [25_000, "a"]), "nul": "a\x00b",
        "late": long_text([1, "b"], [50_000, "a"]), "over": long_text([100_001, "x"]), "shut": long_text([50_000, "{1}"]),
        "open": long_text([1, "A"], [99_999, "{"]), "ones": long_text([1, "A"], [33_000, "{1}"]), "other": long_text([99_999, "x"], [1, "y"]),
    }  # fmt: skip
    t, wide, blank, blanks, found, many, odd, nul, late, over, shut, opened, ones, other = (
        ["get", name] for name in context
    )
    for name, ast, law in (
        ("the longest", ["len", t], {"expect": 100_000, "steps": 2}), ("the widest", ["len", wide], {"expect": 100_000}),
        ("one more is none", over, NULL), ("one more joined", ["&", t, "x"], {"expect": None, "notes": ["too_long"], "steps": 1003}),
        ("joined twice", ["&", t, t], {"expect": None, "notes": ["too_long"]}), ("a wide one more", ["&", wide, "😀"], NULL),
        ("joined 1,900 times", ["&", {"+many": [1900, t]}], {"expect": None, "notes": ["budget"], "steps": MOST_STEPS}),
        ("wide ones joined", ["&", {"+many": [1900, wide]}], {"expect": None, "notes": ["budget"], "steps": MOST_STEPS}),
        ("doubled and doubled", ["len", {"+nest": [62, ["&"], t, [t]]}], {"expect": 100_000, "notes": ["too_long"] * 31}),
        ("doubled from little", ["len", {"+nest": [60, ["&"], "ab", [long_text([1000, "b"])]]}], {"expect": 60_002}),
        ("made long again and again", ["count", {"+many": [100, ["upper", t]]}], {"expect": None, "notes": ["budget"]}),
        ("blanks between", ["==", ["trim", blank], blank], {"expect": True}), ("nothing but blanks", ["trim", blanks], NULL),
        ("blanks between, trimmed 90 times", ["count", {"+many": [90, ["trim", blank]]}], {"expect": 90}),
        ("blanks as a number", ["value", blank], NULL), ("never in it", ["in", odd, many], {"expect": False}),
        ("never, from the front", ["in", late, many], {"expect": False}), ("in it once", ["in", odd, found], {"expect": True}),
        ("sought 30 times", ["or", {"+many": [30, ["in", late, many]]}], {"expect": False}),
        ("sought too often", ["or", {"+many": [110, ["in", odd, many]]}], {"expect": None, "notes": ["budget"]}),
        ("in itself", ["in", t, t], {"expect": True}), ("wide ones differ late", ["==", ["&", ["left", wide, 99_999], "x"], wide], {"expect": False}),
        ("the longest differ late", ["<", t, other], {"expect": True}),
        ("the most of many", ["==", ["max", {"+many": [200, t]}], t], {"expect": True}),
        ("the same of many", ["and", {"+many": [200, ["==", t, other]]}], {"expect": False}),
        ("cut between", ["==", ["left", wide, 50_000], ["right", wide, 50_000]], {"expect": True}),
        ("one from the middle", ["mid", wide, 50_000, 1], {"expect": "😀"}), ("one from the end", ["right", wide, 1], {"expect": "😀"}),
        ("one behind the end", ["mid", t, 100_000, 5], {"expect": "x"}), ("upper of wide", ["==", ["upper", wide], wide], {"expect": True}),
        ("a mask of all", ["fits", t, t], {"expect": None, "notes": ["budget"]}), ("a mask of a half", ["fits", "A", late], {"expect": False}),
        ("a mask of what is shut", ["fits", "A", shut], NULL), ("a mask of what is open", ["fits", "A", opened], NULL),
        ("a mask of ones", ["fits", "A", ones], {"expect": True}), ("a mask of a thousand", ["fits", "A", "A{1000}"], {"expect": False}),
        ("a mask of 999 squared", ["fits", "A", "A{999}{999}{999}"], {"expect": False}), ("NUL has a length", ["len", nul], {"expect": 3}),
        ("NUL is itself", ["==", nul, "a\x00b"], {"expect": True}), ("NUL is not nothing", ["len", "\x00"], {"expect": 1}),
        ("NUL is no blank", ["trim", "\x00 "], {"expect": "\x00"}), ("NUL is no digit", ["value", "1\x00"], NULL),
        ("what is behind NUL counts", ["<", "a\x00a", "a\x00b"], {"expect": True}), ("NUL found", ["in", "\x00", nul], {"expect": True}),
    ):  # fmt: skip
        yield case(
            name, ast, {key: context[key] for key in context if json.dumps(["get", key]) in json.dumps(ast)}, **law
        )
    halves = {"a": "\ud83d", "b": "\ude00", "row": {"x": "\ud83d"}, "list": ["\ud83d", "\ude00"]}
    in_half: dict[str, Any] = {
        "half a character": ["get", "a"], "two halves joined": ["&", ["get", "a"], ["get", "b"]], "half in a row": ["get", "row.x"],
        "half for a mask": ["fits", ["get", "a"], ["get", "a"]], "the most of halves": ["max", ["get", "list"]],
    }  # fmt: skip
    for name, ast in in_half.items():
        yield case(name, ast, halves, **NULL)
    for at in range(4):
        yield case(f"a cut at {at}", ["list", ["left", "a😀b", at], ["right", "a😀b", at], ["mid", "a😀b", at + 1, 1]])


def bombs() -> Iterator[Case]:
    """Deep, wide, and costly."""
    for op in ("neg", "not", "list", "abs", "sum", "&", "coalesce", "and", "if", "==", "nothing"):
        after = [1] if op in ("if", "==") else []
        for count in (64, 1_000, *([20_000] if op in ("list", "==") else [])):
            yield fault(f"{op} {count} deep", {"+nest": [count, [op], 1, after]}, "too_large")
        yield case(f"{op} 63 deep", {"+nest": [63, [op], 1, after]})
        yield case(f"{op} 1,999 wide", [op, {"+many": [1_999, True]}])
        yield fault(f"{op} 2,000 wide", [op, {"+many": [2_000, 1]}], "too_large")
    yield fault("20,000 wide", ["list", {"+many": [20_000, ["list"]]}], "too_large")
    yield fault("a tree", {"+nest": [12, ["+"], 1, [["list", {"+many": [200, ["list", 1]]}]]]}, "too_large")
    rows = {"rows": [{"+many": [500, {"n": 1, "t": [{"n": 1}, {"n": None}]}]}]}
    n, walked = ["get", "rows.n"], ["get", "rows.t.n"]
    yield case("a sum of 500 rows", ["sum", n], rows, expect=500, steps=1002)
    yield case("a sum of what they hold", ["sum", walked], rows, expect=500)
    yield case("90 sums", ["sum", {"+many": [90, ["sum", n]]}], rows, expect=45_000)
    yield case("100 sums", ["sum", {"+many": [100, ["sum", n]]}], rows, expect=None, notes=["budget"], steps=MOST_STEPS)
    yield case("sums of sums", {"+nest": [60, ["sum"], n, [n]]}, rows, expect=30_500)
    yield case("sums of sums of more", {"+nest": [60, ["sum"], walked, [walked, n]]}, rows, **NULL)
    yield case("lists of lists of lists", ["count", {"+nest": [60, ["list"], n, [n]]}], rows, expect=2)
    yield case("lists that are the same", ["==", *[{"+nest": [30, ["list"], n, [n]]}] * 2], rows, expect=True)
    yield case("each counted", ["countif", ["get", "rows"], ["get", "rows"]], rows, expect=0)
    yield case("each sought", ["or", {"+many": [190, ["in", ["get", "rows"], ["get", "rows"]]]}], rows, expect=False)
    yield case("looked up and not found", ["lookup", ["get", "rows"], "n", 2, "n"], rows, **NULL)
    yield case("days off that are none", ["workday", ["date", 2024, 1, 1], 1, n], rows, expect=None, notes=["type"])
    few = {"d": [{"+many": [400, {"$date": "2024-01-02"}]}]}
    yield case(
        "the same day off again",
        ["workday", ["date", 2024, 1, 1], 1, ["get", "d"]],
        few,
        expect={"$date": "2024-01-03"},
    )
    yield case(
        "a budget within a condition", ["if", ["count", {"+many": [210, n]}], 1, 2], rows, expect=None, notes=["budget"]
    )
    for name in ("sum", "count", "average", "min", "max", "list", "len", "&", "text", "not"):
        yield case(f"{name} of an empty list", [name, ["list"]])
        yield case(f"{name} of a list of nulls", [name, ["list", None, None]])
    yield case("a context that is deep", ["get", "x"], {"x": {"+nest": [64, [], 1, []]}})
    for count in (65, 66, 20_000):
        yield case(f"lists {count} deep", ["count", ["get", "x"]], {"x": {"+nest": [count, [], 1, []]}}, expect=1)
        yield case(f"rows {count} deep", ["get", "x.a"], {"x": {"+rows": [count, "b", 1]}}, **NULL)
        same = {"x": {"+rows": [count, "b", 1]}, "y": {"+rows": [count, "b", 2]}}
        # what lies deeper is null on both sides, and null is null
        yield case(f"rows {count} deep are the same", ["==", ["get", "x"], ["get", "y"]], same, expect=True)
    yield case("what is 64 deep is there", ["get", ".".join("x" + "b" * 64)], {"x": {"+rows": [64, "b", 1]}}, expect=1)
    yield case("what is 65 deep is not", ["get", ".".join("x" + "b" * 65)], {"x": {"+rows": [65, "b", 1]}}, **NULL)
    yield case("a path of points", ["get", {"+text": [[5_000, "."]]}], {"": {"": 1}}, **NULL)
    yield case("a path of lists", ["get", "l" + ".l" * 60], {"l": {"+nest": [30, [], {"l": 1}, [{"l": 2}]]}})
    yield case(
        "places off the earth",
        ["distance", ["get", "a"], ["get", "a"]],
        {"a": {"lat": 90.0000000001, "lon": 0}},
        expect=None,
        notes=["argument"],
    )
    yield case(
        "places from pole to pole",
        ["distance", ["get", "a"], ["get", "b"]],
        {"a": {"lat": 90, "lon": 180}, "b": {"lat": -90, "lon": -180}},
    )


def all_of_them() -> Iterator[Case]:
    for group in (arities, types, names, broken, numbers, dates, texts, bombs):
        for one in group():
            yield {**one, "name": f"{group.__name__}: {one['name']}"}


def made(one: Case) -> Case:
    """The case as it is written, with the engine's value and cost, which must fulfil the law of it."""
    context = {name: v.from_json(data) for name, data in expand(one["context"]).items()}
    outcome = evaluate(expand(one["ast"]), context)
    found = {
        "expect": v.to_json(outcome.value), "notes": [note.code for note in outcome.notes], "steps": outcome.steps,
    }  # fmt: skip
    assert outcome.steps <= MOST_STEPS, one["name"]
    assert found == {**found, **one["law"]}, (one["name"], one["law"], found)
    return {"name": one["name"], "kind": "value", "ast": one["ast"], "context": one["context"], **found}


def written() -> str:
    """The file: a case a line. Escaped, since half a character has no bytes."""
    lines = ",\n  ".join(json.dumps(made(one), allow_nan=False) for one in all_of_them())
    return f'{{"spec": "server/expressions/README.md", "cases": [\n  {lines}\n]}}\n'


if __name__ == "__main__":
    FILE.write_text(written())
