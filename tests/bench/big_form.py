"""A form as large as any that is used: 300 fields, 700 expressions, a repeat of 20 rows; ours, and the same for SurveyJS."""

from __future__ import annotations

from typing import Any

GROUPS, ROWS = 28, 20
Item = dict[str, Any]


def _words(text: str) -> dict[str, str]:
    return {"en": text}


def _get(path: str) -> list[Any]:
    return ["get", path]


def _group(n: int) -> list[Item]:
    """Ten fields of one place of the machine: a switch, readings, what follows of them."""
    on, before = _get(f"on{n}"), _get(f"total{n - 1}") if n else 0
    visible = {"ast": ["==", on, True]}
    low, high = _get(f"low{n}"), _get(f"high{n}")
    rule = {
        "id": "order",
        "must": {"ast": [">=", high, low]},
        "msg": _words("The high side is below the low side."),
    }
    longer = {"id": "long", "must": {"ast": [">", ["len", _get(f"why{n}")], 1]}, "msg": _words("Say more.")}
    return [  # one line a field: it is read as a table
        {"id": f"on{n}", "type": "bool", "required": {"ast": ["or", ["==", n, 0], [">", before, -1]]}},
        {
            "id": f"low{n}", "type": "number", "visible": visible, "required": {"ast": on}, "min": {"ast": ["-", 0, 100]},
            "max": {"ast": ["+", 5000, n]},
        },
        {
            "id": f"high{n}", "type": "number", "visible": visible, "required": {"ast": on}, "min": {"ast": ["*", 1, 0]},
            "max": {"ast": ["+", 9000, n]}, "rules": [rule],
        },
        {"id": f"kind{n}", "type": "select", "list": "kinds", "visible": visible, "required": {"ast": [">", high, 100]}},
        {
            "id": f"why{n}", "type": "text", "visible": {"ast": ["and", on, ["==", _get(f"kind{n}"), "b"]]}, "max": {"ast": ["+", 200, n]},
            "required": {"ast": ["<", low, 50]}, "rules": [longer],
        },
        {"id": f"when{n}", "type": "date", "visible": visible, "max": {"ast": _get("today")}, "required": {"ast": ["==", _get(f"kind{n}"), "c"]}},
        {"id": f"gap{n}", "type": "calc", "calc": {"ast": ["-", high, low]}, "visible": visible, "decimals": 2},
        {"id": f"share{n}", "type": "calc", "calc": {"ast": ["round", ["/", _get(f"gap{n}"), ["+", high, 1]], 2]}},
        {"id": f"total{n}", "type": "calc", "calc": {"ast": ["+", before, ["coalesce", _get(f"gap{n}"), 0]]}},
        {
            "id": f"note{n}", "type": "text", "visible": {"ast": [">", _get(f"share{n}"), 0.5]},
            "readonly": {"ast": [">", _get(f"total{n}"), 1_000_000]},
            "required": {"ast": ["and", on, [">", _get(f"share{n}"), 0.9]]},
        },
    ]  # fmt: skip


def _columns() -> list[Item]:
    row = _get("row.qty"), _get("row.price")
    return [
        {"id": "part", "type": "text", "required": {"ast": [">", row[0], 0]}},
        {"id": "qty", "type": "number", "min": {"ast": ["+", 0, 1]}},
        {"id": "price", "type": "number", "visible": {"ast": [">", row[0], 0]}, "decimals": 2},
        {"id": "line", "type": "calc", "calc": {"ast": ["*", *row]}, "decimals": 2},
        {"id": "big", "type": "bool", "visible": {"ast": [">", _get("row.line"), 1000]}},
    ]  # fmt: skip


def _sum(n: int) -> list[Any]:
    """The first adds the rows up, the others go on from it: tax, discount, what is left to pay."""
    return _get("sum0") if n else ["sum", _get("parts.line")]


def template() -> Item:
    """Ours. 28 groups of ten, a repeat of five columns, and sums over it."""
    sums = [{"id": f"sum{n}", "type": "calc", "calc": {"ast": ["round", ["+", _sum(n), n], 2]}} for n in range(14)]
    groups = [
        {"id": f"g{n}", "type": "section", "items": _group(n), "visible": {"ast": ["or", ["==", n, 0], True]}}
        for n in range(GROUPS)
    ]
    found: Item = {
        "$fmt": "callout-form/1", "key": "big", "version": 1, "locales": ["en"], "default_locale": "en", "title": _words("Big"),
        "lists": {"kinds": [{"v": one, "l": _words(one)} for one in "abc"]},
        "items": [*groups, {"id": "parts", "type": "repeat", "items": _columns()}, *sums],
    }  # fmt: skip
    for item in _all(found["items"]):
        item["label"] = _words(item["id"])
    return found


def _all(items: list[Item]) -> list[Item]:
    return [one for item in items for one in [item, *_all(item.get("items", []))]]


def counts(found: Item) -> tuple[int, int]:
    """Fields, and expressions with those of each row."""
    fields = [one for one in _all(found["items"]) if one["type"] not in ("section", "repeat")]
    columns = {one["id"] for one in _columns()}
    formulas = sum(_formulas(one) * (ROWS if one["id"] in columns else 1) for one in _all(found["items"]))
    return len(fields), formulas


def _formulas(item: Item) -> int:
    slots = sum(isinstance(one, dict) and "ast" in one for one in item.values())
    return slots + len(item.get("rules", []))


def row(n: int) -> Item:
    """One part."""
    return {"part": f"Part {n}", "qty": n % 5 + 1, "price": 10.25 + n}


def answers(rows: int = ROWS) -> Item:
    """All answered, a part of it wrong."""
    found: Item = {"parts": [row(n) for n in range(rows)]}
    for n in range(GROUPS):
        found |= {
            f"on{n}": n % 4 != 3, f"low{n}": 40 + n, f"high{n}": 900 + n * 7 if n % 5 else 20, f"kind{n}": "abc"[n % 3],
            f"why{n}": "It sticks" if n % 2 else "x", f"when{n}": "2026-11-20", f"note{n}": "Seen",
        }  # fmt: skip
    return found


INPUTS = {"today": {"$date": "2026-11-27"}}


def survey() -> Item:
    """The same for SurveyJS: its words for the same conditions, calcs and rules."""
    pages = [{"name": f"p{n}", "elements": _asked(n)} for n in range(GROUPS)]
    parts = {
        "type": "paneldynamic", "name": "parts",
        "templateElements": [
            {"type": "text", "name": "part", "requiredIf": "{panel.qty} > 0"},
            {"type": "text", "inputType": "number", "name": "qty", "minValueExpression": "0 + 1"},
            {"type": "text", "inputType": "number", "name": "price", "visibleIf": "{panel.qty} > 0"},
            {"type": "expression", "name": "line", "expression": "{panel.qty} * {panel.price}"},
            {"type": "boolean", "name": "big", "visibleIf": "{panel.line} > 1000"},
        ],
    }  # fmt: skip
    rows = "sumInArray({parts}, 'line')"
    sums = [
        {"type": "expression", "name": f"sum{n}", "expression": f"round({'{sum0}' if n else rows} + {n}, 2)"}
        for n in range(14)
    ]
    return {"pages": [*pages, {"name": "last", "elements": [parts, *sums]}]}


def _asked(n: int) -> list[Item]:
    on, before = f"{{on{n}}} = true", f"{{total{n - 1}}}" if n else "0"
    order = {
        "type": "expression",
        "text": "The high side is below the low side.",
        "expression": f"{{high{n}}} >= {{low{n}}}",
    }
    return [
        {"type": "boolean", "name": f"on{n}", "requiredIf": f"{n} = 0 or {before} > -1"},
        {
            "type": "text", "inputType": "number", "name": f"low{n}", "visibleIf": on, "requiredIf": on,
            "minValueExpression": "0 - 100", "maxValueExpression": f"5000 + {n}",
        },
        {
            "type": "text", "inputType": "number", "name": f"high{n}", "visibleIf": on, "requiredIf": on,
            "minValueExpression": "1 * 0", "maxValueExpression": f"9000 + {n}", "validators": [order],
        },
        {"type": "dropdown", "name": f"kind{n}", "choices": ["a", "b", "c"], "visibleIf": on, "requiredIf": f"{{high{n}}} > 100"},
        {
            "type": "comment", "name": f"why{n}", "visibleIf": f"{on} and {{kind{n}}} = 'b'",
            "requiredIf": f"{{low{n}}} < 50", "validators": [{"type": "text", "minLength": 2, "maxLength": 200 + n}],
        },
        {
            "type": "text", "inputType": "date", "name": f"when{n}", "visibleIf": on, "maxValueExpression": "'2026-11-27'",
            "requiredIf": f"{{kind{n}}} = 'c'",
        },
        {"type": "expression", "name": f"gap{n}", "visibleIf": on, "expression": f"{{high{n}}} - {{low{n}}}"},
        {"type": "expression", "name": f"share{n}", "expression": f"round({{gap{n}}} / ({{high{n}}} + 1), 2)"},
        {"type": "expression", "name": f"total{n}", "expression": f"{before} + iif({{gap{n}}} notempty, {{gap{n}}}, 0)"},
        {
            "type": "comment", "name": f"note{n}", "visibleIf": f"{{share{n}}} > 0.5",
            "enableIf": f"{{total{n}}} <= 1000000", "requiredIf": f"{on} and {{share{n}}} > 0.9",
        },
    ]  # fmt: skip
