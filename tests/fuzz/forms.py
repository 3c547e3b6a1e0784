"""Forms that nobody would build, with answers that nobody would give: every type, conditions over conditions, rows, bounds, rules, calcs."""

from __future__ import annotations

import copy
from typing import Any

from server.forms.engine.definition import load
from server.forms.engine.slots import TemplateError
from tests.fuzz.expressions import MAKES, Maker

Item = dict[str, Any]
LISTS: dict[str, list[Item]] = {
    "abc": [{"v": one, "l": {"en": one}} for one in ("a", "b", "c")] + [{"v": "old", "l": {"en": "old"}, "retired": True}],
    "under": [
        {"v": "x", "l": {"en": "x"}, "of": ["a"]},
        {"v": "y", "l": {"en": "y"}, "of": ["a", "b"]},
        {"v": "a", "l": {"en": "a"}},
    ],
}  # fmt: skip
KIND = {
    "text": "text", "scan": "text", "select": "text", "number": "num", "bool": "bool", "date": "date", "datetime": "datetime",
    "multi": "list", "photo": "list",
}  # fmt: skip
INPUTS = {"text": ["asset.serial", "user.name"], "date": ["today"], "datetime": ["now", "visit.planned_start"]}
TYPES = [
    "text",
    "number",
    "number",
    "bool",
    "bool",
    "date",
    "datetime",
    "select",
    "multi",
    "photo",
    "scan",
    "calc",
    "calc",
    "note",
]
PLAIN = {
    kind: [one for one in all_of if not {"any", "row"} & set(one[1]) and one[0] not in ("countif", "networkdays", "workday")]
    for kind, all_of in MAKES.items()
}  # fmt: skip
FILES = [{"id": f"01890000-0000-7000-8000-00000000000{n}", "sha256": str(n) * 64} for n in range(4)]
JUNK: list[Any] = [
    True,
    0,
    -1.5,
    "",
    " ",
    "x",
    "9999-12-31",
    "2023-02-30",
    [],
    ["a"],
    ["a", "a"],
    {},
    None,
    "\ud800",
    1e15,
]


class FormMaker(Maker):
    """A source of forms with answers; the same seed makes the same."""

    kinds = ("num", "text", "bool", "date", "datetime", "duration")
    makes = PLAIN

    def __init__(self, seed: int) -> None:
        super().__init__(seed)
        self.names: dict[str, list[str]] = {}

    def form(self) -> Item:
        """A form that the server accepts: what it refuses is taken out until it is one."""
        self.names = {kind: list(names) for kind, names in INPUTS.items()}
        template: Item = {
            "$fmt": "callout-form/1", "key": "fuzz", "version": 1, "locales": ["en"], "default_locale": "en",
            "title": {"en": "Fuzz"}, "lists": LISTS, "items": self._boxed([self._top(n) for n in range(self.random.randint(4, 12))]),
        }  # fmt: skip
        while faults := _faults(template):
            for path in faults:
                _without(template, path)
        return template

    def _boxed(self, items: list[Item]) -> list[Item]:
        """Some of them in sections, some of these on a page; not in the order in which they read one another."""
        some = self.random
        some.shuffle(items)
        found: list[Item] = []
        while items:
            if some.random() < 0.4:
                inner = [items.pop() for _ in range(min(len(items), some.randint(1, 4)))]
                box = self._box("section", inner)
                found.append(self._box("page", [box]) if some.random() < 0.3 else box)
            else:
                found.append(items.pop())
        return found

    def _box(self, kind: str, items: list[Item]) -> Item:
        made: Item = {"id": f"{kind[0]}_{items[0]['id']}", "type": kind, "label": {"en": kind}, "items": items}
        return made | ({"visible": self._formula("bool")} if self.random.random() < 0.5 else {})

    def _top(self, number: int) -> Item:
        if self.random.random() < 0.18:
            return self._repeat(f"r{number}")
        return self._field(f"f{number}", None)

    def _repeat(self, one: str) -> Item:
        some = self.random
        columns = [self._field(f"{one}_c{n}", one) for n in range(some.randint(1, 4))]
        for column in columns:
            for kind in list(self.names):
                self.names[kind] = [name for name in self.names[kind] if name != f"row.{column['id']}"]
            if KIND.get(column["type"]) == "num":
                self.names.setdefault("nums", []).append(f"{one}.{column['id']}")
        made: Item = {"id": one, "type": "repeat", "label": {"en": one}, "items": columns}
        texts = [column["id"] for column in columns if column["type"] == "text"]
        if texts and some.random() < 0.4:
            made |= {"rows": "fixed", "seed": [{texts[0]: word} for word in ("Fan", "Belt")[: some.randint(1, 2)]]}
        elif some.random() < 0.5:
            made |= {"min": some.randint(0, 2), "max": self._formula("num") if some.random() < 0.3 else 3}
        return made | ({"visible": self._formula("bool")} if some.random() < 0.3 else {})

    def _field(self, one: str, repeat: str | None) -> Item:
        some = self.random
        kind = some.choice(TYPES)
        made: Item = {"id": one, "type": kind, "label": {"en": one}}
        if some.random() < 0.35:
            made["visible"] = self._formula("bool")
        if kind == "calc":
            of = some.choice(self.kinds)
            made |= {"calc": self._formula(of)} | ({"decimals": some.randint(0, 3)} if some.random() < 0.5 else {})
            self._know(of, one, repeat)
        elif kind != "note":
            self._ask(made, kind)
            self._know(KIND[kind], one, repeat)
        if kind != "note" and some.random() < 0.3:
            made["rules"] = [self._rule(n) for n in range(some.randint(1, 2))]
        return made

    def _know(self, kind: str, one: str, repeat: str | None) -> None:
        self.names.setdefault(kind, []).append(f"row.{one}" if repeat else one)

    def _ask(self, made: Item, kind: str) -> None:
        some = self.random
        if some.random() < 0.4:
            made["required"] = True if some.random() < 0.5 else self._formula("bool")
        if some.random() < 0.15:
            made["readonly"] = self._formula("bool")
        bound = {"date": "date", "datetime": "datetime"}.get(kind, "num")
        if kind in ("text", "number", "multi", "photo", "date", "datetime"):
            for name in ("min", "max"):
                if some.random() < 0.3:
                    made[name] = self._formula(bound)
        if kind == "number" and some.random() < 0.4:
            made["decimals"] = some.randint(0, 4)
        if kind == "scan" and some.random() < 0.5:
            made["mask"] = "A{2}9{2}"
        if kind in ("select", "multi"):
            above = [name for name in self.names.get("text", []) if "." not in name]
            made["list"] = "under" if above and some.random() < 0.5 else "abc"
            if made["list"] == "under":
                made["parent"] = some.choice(above)
        if kind in ("text", "number", "bool", "date", "datetime") and some.random() < 0.3:
            made["default"] = self._outside(KIND[kind])

    def _rule(self, number: int) -> Item:
        must = self._formula("bool")
        level = self.random.choice(["error", "warning"])
        return {"id": f"r{number}", "level": level, "must": must, "msg": {"en": "No"}}

    def _outside(self, kind: str) -> Item:
        """A formula over what is around the form."""
        kept, self.names = self.names, INPUTS
        try:
            return self._formula(kind)
        finally:
            self.names = kept

    def _formula(self, kind: str) -> Item:
        return {"ast": self.node(kind, self.random.randint(1, 3))}

    def node(self, kind: str, depth: int) -> Any:
        if kind in ("list", "row", "any"):
            return self.leaf(kind)
        if depth > 0 and self.random.random() < 0.2 and self.names.get(kind):
            return ["get", self.random.choice(self.names[kind])]
        return super().node(kind, depth)

    def leaf(self, kind: str) -> Any:
        some = self.random
        if self.names.get(kind) and some.random() < 0.75:
            return ["get", some.choice(self.names[kind])]
        if kind in ("nums", "dates"):
            return ["list", *(self.leaf(kind[:-1]) for _ in range(some.randint(0, 2)))]
        if kind == "list":
            return ["list", *(self.data("text") for _ in range(some.randint(0, 2)))]
        if kind in ("num", "text", "bool"):
            return self.data(kind)
        if kind == "duration":
            return ["hours", some.choice([0, 1, -3, 24])]
        return ["get", some.choice(INPUTS.get(kind, ["today"]))]

    def inputs(self) -> Item:
        """What is around the form, not always all of it."""
        all_of: Item = {
            "today": self.data("date"), "now": self.data("datetime"), "user": {"name": self.data("text")},
            "asset": {"serial": self.data("text")}, "visit": {"planned_start": self.data("datetime")},
        }  # fmt: skip
        return {name: one for name, one in all_of.items() if self.random.random() < 0.85}

    def answers(self, template: Item) -> Item:
        """Mostly of the types that are asked for."""
        found: Item = {}
        for item in fields_of(template["items"]):
            if self.random.random() < 0.75:
                found[item["id"]] = self._answer(item)
        if self.random.random() < 0.02:
            found["nothing"] = 1
        if self.random.random() < 0.3 and found:
            found["$why"] = {self.random.choice(list(found)): {"r0": self.random.choice(["because", " "])}}
        return {name: one for name, one in found.items() if one is not None}

    def changed(self, template: Item, answers: Item) -> Item:
        """The same with a few other answers, as a person goes on."""
        other = copy.deepcopy(answers)
        for item in self.random.sample(fields_of(template["items"]), k=1):
            rows = other.get(item["id"])
            if item["type"] == "repeat" and isinstance(rows, list) and rows and self.random.random() < 0.7:
                self._change_row(item, rows)
            else:
                other[item["id"]] = self._answer(item)
        return {name: one for name, one in other.items() if one is not None}

    def _change_row(self, item: Item, rows: list[Any]) -> None:
        at = self.random.randrange(len(rows))
        what = self.random.random()
        if what < 0.2:
            del rows[at]
        elif what < 0.4:
            rows.append(self._row(item))
        elif isinstance(rows[at], dict):
            column = self.random.choice(item["items"])
            rows[at][column["id"]] = self._answer(column)

    def _row(self, item: Item) -> Item:
        return {one["id"]: self._answer(one) for one in item["items"] if self.random.random() < 0.8}

    def _answer(self, item: Item) -> Any:  # noqa: PLR0911 - a line a type
        some = self.random
        if some.random() < 0.06:
            return some.choice(JUNK)
        match item["type"]:
            case "repeat":
                seed = item.get("seed")
                count = len(seed) if seed and some.random() < 0.8 else some.randint(0, 3)
                return [
                    self._row(item) | (seed[at] if seed and at < len(seed) and some.random() < 0.9 else {})
                    for at in range(count)
                ]
            case "number":
                return some.choice([0, 1, 2, 3, -1, 0.5, 2.25, 100, 0.0001, 7, 12])
            case "bool":
                return some.random() < 0.6
            case "date":
                return self.data("date")["$date"]
            case "datetime":
                return self.data("datetime")["$datetime"]
            case "select":
                return some.choice(["a", "b", "c", "x", "y", "old"])
            case "multi":
                return some.sample(["a", "b", "c", "x", "y"], k=some.randint(0, 3))
            case "photo":
                return some.sample(FILES, k=some.randint(0, 3))
            case "scan":
                return some.choice(["CH20", "ch20", "AB12"])
            case "note":
                return None
        return some.choice(["a", "b", "ab", "油", "longer than it may be", "x"])


def _faults(template: Item) -> list[str]:
    try:
        load(template)
    except TemplateError as error:
        return [one.path for one in error.faults]
    return []


def fields_of(items: list[Item]) -> list[Item]:
    """The fields of a form, those in containers too."""
    return [
        one for item in items for one in (fields_of(item["items"]) if item["type"] in ("page", "section") else [item])
    ]


def _without(template: Item, path: str) -> None:
    """Take out what a fault points at: a slot, a rule, or the field that cannot be without it. It may be gone with another's fault."""
    *way, last = [int(one) if one.isdigit() else one for one in path.split(".")]
    at: Any = template
    for step in way:
        at = at[step]
    if last == "must":
        at["must"] = {"ast": True}
    elif last == "calc":
        at["calc"] = {"ast": 1}
    elif last == "parent":
        at.pop("parent", None)
        at["list"] = "abc"
    elif isinstance(at, dict):
        at.pop(last, None)
    else:
        at[last] = {"id": f"n{last}", "type": "note", "label": {"en": "Gone"}}
