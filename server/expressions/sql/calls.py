"""Every operator and function that has SQL, on compiled arguments of which at least one is no constant. Pure.

Types are known here: what the evaluator would make of a clash is written down as a constant, or refused where it depends on the row.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

from server.expressions import masks, numbers
from server.expressions import values as v
from server.expressions.check import ARITHMETIC
from server.expressions.functions import BLANKS
from server.expressions.numbers import Num
from server.expressions.sql.model import NULL, Node, constant
from server.expressions.sql.on_sqlite import MOST_ARGUMENTS
from server.expressions.sql.writing import ORDERED, Writing, seconds_of

TRUE, FALSE, ZERO = constant(True), constant(False), constant(Num(0))
# the longest that a value of a kind is written
WRITTEN = {"num": 27, "bool": 5, "date": 10, "datetime": 25}


class Calls:
    """One method a group of operators; each takes nodes and makes one."""

    def __init__(self, writing: Writing) -> None:
        self.w = writing
        self.d = writing.dialect

    # logic
    def same(self, left: Node, right: Node) -> Node:
        return Node("bool", truth=self.w.same(left, right))

    def different(self, left: Node, right: Node) -> Node:
        return self.negation(self.same(left, right))

    def negation(self, one: Node) -> Node:
        return Node("bool", truth=f"({self.w.truth(one)} IS NOT TRUE)")

    def ordered(self, sign: str, left: Node, right: Node) -> Node:
        return Node("bool", truth=self.w.ordered(sign, left, right))

    def all_or_any(self, word: str, args: list[Node]) -> Node:
        return Node("bool", truth=self.w.joined(word, [self.w.truth(one) for one in args]))

    def choice(self, pairs: Sequence[tuple[str, Node]], rest: Node) -> Node:
        """CASE: the first whose condition is true, else the rest."""
        results = [one for _test, one in pairs] + [rest]
        joint = self.joint(results)
        if joint.kind == "null":
            return NULL
        whens = " ".join(f"WHEN {test} THEN {self.w.value(one)}" for test, one in pairs)
        ending = "" if rest.kind == "null" else f" ELSE {self.w.value(rest)}"
        return self.like(joint, f"CASE {whens}{ending} END")

    def joint(self, results: Sequence[Node]) -> Node:
        """What several may be together; refused where it depends on the row."""
        found = [one for one in results if one.kind != "null"]
        if len({one.kind for one in found}) > 1:
            raise self.w.refuse("kinds")
        if not found:
            return NULL
        if found[0].kind in ("list", "row"):
            raise self.w.refuse(found[0].kind)
        offsets = {one.offset for one in found}
        return Node(
            found[0].kind,
            is_whole=all(one.is_whole for one in found),
            offset=offsets.pop() if len(offsets) == 1 else None,
            most=max(one.most for one in found),
        )

    @staticmethod
    def like(joint: Node, sql: str) -> Node:
        return Node(joint.kind, sql=sql, is_whole=joint.is_whole, offset=joint.offset, most=joint.most)

    def if_(self, args: list[Node]) -> Node:
        rest = args[2] if len(args) > 2 else NULL
        if args[0].is_constant:
            return args[1] if args[0].constant is True else rest
        return self.choice([(self.w.truth(args[0]), args[1])], rest)

    def switch(self, args: list[Node]) -> Node:
        wanted, pairs = args[0], args[1:]
        rest = pairs[-1] if len(pairs) % 2 else NULL
        cases = [(self.w.same(pairs[at], wanted), pairs[at + 1]) for at in range(0, len(pairs) - 1, 2)]
        return self.choice(cases, rest)

    def coalesce(self, args: list[Node]) -> Node:
        joint = self.joint(args)
        given = [self.w.value(one) for one in self.few(args) if one.kind != "null"]
        return self.like(joint, f"COALESCE({', '.join(given)})") if len(given) > 1 else self.like(joint, given[0])

    def few(self, args: list[Node]) -> list[Node]:
        if len(args) > MOST_ARGUMENTS:
            raise self.w.refuse("many")
        return args

    # arithmetic
    def arithmetic(self, sign: str, left: Node, right: Node) -> Node:
        self.scalars([left, right])
        makes = ARITHMETIC.get((sign, left.kind, right.kind))
        if makes is None:
            return NULL
        if sign in "+*" and left.kind != right.kind and (right.kind in ("date", "datetime") or left.kind == "num"):
            left, right = right, left
        a, b = self.w.value(left), self.w.value(right)
        if left.kind == "num":
            is_whole = left.is_whole and right.is_whole and sign != "/"
            return Node("num", sql=self.d.numeric(sign, a, b), is_whole=is_whole)
        if left.kind == "date":
            return self.of_date(sign, a, b, right)
        return self.of_seconds(sign, (left, right), (a, b), makes)

    def of_date(self, sign: str, a: str, b: str, right: Node) -> Node:
        if right.kind == "date":
            return Node("num", sql=self.d.days_between(a, b), is_whole=True)
        return Node("date", sql=self.d.shift(sign, a, b, right.is_whole))

    def of_seconds(self, sign: str, nodes: tuple[Node, Node], args: tuple[str, str], makes: str) -> Node:
        left, right = nodes
        a, b = args
        if right.kind == "num":
            return Node("duration", sql=self.d.longer(a, b) if sign == "*" else self.d.shorter(a, b))
        if sign == "/":
            return Node("num", sql=self.d.ratio(a, b))
        if makes == "duration":
            most = v.MOST_SECONDS - 1
            return Node("duration", sql=self.d.within(f"({a} {sign} {b})", -most, most))
        if left.offset is None:
            raise self.w.refuse("offset")
        least, most = seconds_of(left.offset)
        return Node("datetime", sql=self.d.within(f"({a} {sign} {b})", least, most), offset=left.offset)

    def negated(self, one: Node) -> Node:
        self.scalars([one])
        if one.kind == "num":
            return Node("num", sql=self.d.of_numbers("negate", [self.w.value(one)]), is_whole=one.is_whole)
        return Node("duration", sql=f"(0 - {self.w.value(one)})") if one.kind == "duration" else NULL

    def scalars(self, args: Sequence[Node]) -> None:
        for one in args:
            if one.kind in ("list", "row"):
                raise self.w.refuse(one.kind)

    def strict(self, kinds: str, args: list[Node]) -> list[str] | None:
        """Arguments of these kinds as SQL; None where one is of another, so that the answer is null."""
        self.scalars(args)
        wanted = (kinds.split() + [kinds.rsplit(maxsplit=1)[-1]] * len(args))[: len(args)]
        if any(one.kind != kind for one, kind in zip(args, wanted, strict=True)):
            return None
        return [self.w.value(one) for one in args]

    def of_numbers(self, name: str, args: list[Node]) -> Node:
        """round, floor, abs, mod."""
        given = self.strict("num", args)
        if given is None:
            return NULL
        is_whole = name == "floor" or (name == "round" and len(args) == 1) or all(one.is_whole for one in args)
        return Node("num", sql=self.d.of_numbers(name, given, args[-1].is_whole), is_whole=is_whole)

    # several values, lists written out among them
    def flat(self, args: list[Node]) -> list[Node]:
        found = [member for one in args for member in (one.members if one.kind == "list" else (one,))]
        self.scalars(found)
        return [one for one in self.few(found) if one.kind != "null"]

    def unless(self, wrong: list[Node], sql: str) -> str:
        """NULL where one of the wrong kind is there."""
        if not wrong:
            return sql
        return f"CASE WHEN {self.w.joined('AND', [self.w.is_null(one) for one in wrong])} THEN {sql} END"

    def total(self, name: str, args: list[Node]) -> Node:
        """sum, average."""
        found = self.flat(args)
        right = [one for one in found if one.kind == "num"]
        given = [self.w.value(one) for one in right]
        if given:
            sql = self.d.of_numbers(name, given)
        elif name == "average":
            return NULL
        else:
            sql = self.w.value(ZERO)
        is_whole = name == "sum" and all(one.is_whole for one in right)
        return Node("num", sql=self.unless([one for one in found if one.kind != "num"], sql), is_whole=is_whole)

    def extreme(self, name: str, args: list[Node]) -> Node:
        found = self.flat(args)
        joint = self.joint(found)
        if joint.kind not in ORDERED:
            return NULL
        return self.like(joint, self.d.extreme(joint.kind, name, [self.w.value(one) for one in found]))

    def counted(self, tests: list[str]) -> Node:
        if not tests:
            return ZERO
        ones = self.w.joined("+", [f"CASE WHEN {one} THEN 1 ELSE 0 END" for one in tests])
        return Node("num", sql=self.d.counted(ones), is_whole=True)

    def count(self, args: list[Node]) -> Node:
        return self.counted([f"{self.w.is_null(one)} IS NOT TRUE" for one in self.flat(args)])

    def count_if(self, args: list[Node]) -> Node:
        wanted = args[1]
        members = [one for one in self.flat(args[:1]) if one.kind == wanted.kind]
        return self.counted([self.both(one, wanted) for one in members])

    def both(self, one: Node, other: Node) -> str:
        """The same, and there."""
        return f"({self.w.same(one, other)} AND {self.w.is_null(one)} IS NOT TRUE)"

    def in_(self, args: list[Node]) -> Node:
        one, whole = args
        if whole.kind == "list":
            self.scalars([one])
            members = [member for member in whole.members if member.kind == one.kind]
            return Node("bool", truth=self.among(one, members)) if members else FALSE
        if one.kind == whole.kind == "text":
            return Node("bool", truth=self.d.contains(self.w.value(whole), self.w.value(one)))
        if whole.kind == "row":
            raise self.w.refuse("row")
        return FALSE

    def among(self, one: Node, members: list[Node]) -> str:
        is_ranged = one.kind == "datetime" or (one.column is not None and self.is_double(one))
        if one.column is not None and is_ranged and all(member.is_constant for member in members):
            return self.w.joined("OR", [self.w.same_as(one, member.constant) for member in members])
        value = self.w.bare(one) if one.column and one.kind in ("text", "date") else self.w.value(one)
        return f"({value} IN ({', '.join(self.w.value(member) for member in members)}))"

    def is_double(self, one: Node) -> bool:
        return one.kind == "num" and one.column is not None and self.d.is_double(one.column)

    # texts
    def length(self, one: Node) -> Node:
        self.scalars([one])
        if one.kind == "text":
            return Node("num", sql=self.d.length(self.w.value(one)), is_whole=True)
        return Node("num", sql=self.unless([one], self.w.value(ZERO)), is_whole=True)

    def cut(self, name: str, args: list[Node]) -> Node:
        """left, right, mid."""
        given = self.strict("text num", args)
        if given is None:
            return NULL
        whole = [(sql, one.is_whole) for sql, one in zip(given[1:], args[1:], strict=True)]
        last = args[-1].constant
        count = int(last) // numbers.ONE if isinstance(last, Num) and last >= 0 else v.MOST_TEXT
        return Node("text", sql=self.d.cut(name, given[0], whole), most=min(args[0].most, count))

    def upper(self, args: list[Node]) -> Node:
        given = self.strict("text", args)
        return Node("text", sql=self.d.upper(given[0]), most=args[0].most) if given else NULL

    def trim(self, args: list[Node]) -> Node:
        given = self.strict("text", args)
        if given is None:
            return NULL
        return Node("text", sql=self.d.trim(given[0], self.w.literal(BLANKS)), most=args[0].most)

    def written(self, one: Node) -> str | None:
        """As `&` and TEXT write it; None of what they do not write."""
        if one.is_constant and one.kind == "datetime":
            return self.w.literal(v.write_moment(one.constant))
        if one.kind == "datetime":
            sign = "-" if (one.offset or 0) < 0 else "+"
            ahead = abs(one.offset or 0)
            zone = self.w.literal(f"{sign}{ahead // 60:02d}:{ahead % 60:02d}")
            return f"({self.d.written_moment(self.local(one))} || {zone})"
        if one.kind == "text":
            return self.w.value(one)
        return self.d.written(one.kind, self.w.value(one)) if one.kind in WRITTEN else None

    def local(self, one: Node) -> str:
        """Seconds since 1970 on the clock that shows it."""
        if one.offset is None:
            raise self.w.refuse("offset")
        seconds = self.w.value(one)
        return f"({seconds} + {one.offset * 60})" if one.offset else seconds

    def text(self, args: list[Node]) -> Node:
        one = args[0]
        self.scalars(args)
        if len(args) > 1:
            given = self.strict("num", args)
            return Node("text", sql=self.d.fixed(given[0], given[1], args[1].is_whole), most=28) if given else NULL
        sql = self.written(one)
        return NULL if sql is None else Node("text", sql=sql, most=WRITTEN.get(one.kind, one.most))

    def joined(self, args: list[Node]) -> Node:
        self.scalars(args)
        parts, wrong, most = [], [], 0
        for one in args:
            sql = None if one.kind == "null" else self.written(one)
            if sql is not None:
                parts.append(sql if one.is_constant else f"COALESCE({sql}, '')")
                most += WRITTEN.get(one.kind, one.most)
            elif one.kind != "null":
                wrong.append(one)
        if not parts:
            return NULL
        sql = self.d.checked(self.w.joined("||", parts), most <= v.MOST_TEXT)
        return Node("text", sql=self.unless(wrong, sql), most=min(most, v.MOST_TEXT))

    def value(self, args: list[Node]) -> Node:
        given = self.strict("text", args)
        return Node("num", sql=self.d.value(given[0], self.w.literal(self.d.value_pattern()))) if given else NULL

    def fits(self, args: list[Node]) -> Node:
        whole, mask = args
        self.scalars(args)
        if whole.kind != "text" or mask.kind != "text":
            return NULL
        if not mask.is_constant:
            raise self.w.refuse("mask")
        expanded = masks.expand(mask.constant)
        if expanded is None:
            return Node("bool", sql=f"CASE WHEN {self.w.is_null(whole)} IS NOT TRUE THEN {self.d.false} END")
        return Node("bool", sql=self.d.fits(self.w.value(whole), self.w.literal(self.d.mask(expanded))))

    # time
    def date_of(self, one: Node) -> str | None:
        if one.kind == "datetime":
            return self.d.date_of(self.local(one))
        return self.w.value(one) if one.kind == "date" else None

    def date_part(self, name: str, one: Node) -> Node:
        self.scalars([one])
        date = self.date_of(one)
        return NULL if date is None else Node("num", sql=self.d.date_part(name, date), is_whole=True)

    def day_of(self, one: Node) -> Node:
        self.scalars([one])
        date = self.date_of(one)
        return NULL if date is None else Node("date", sql=date)

    def hour(self, one: Node) -> Node:
        self.scalars([one])
        return Node("num", sql=self.d.hour(self.local(one)), is_whole=True) if one.kind == "datetime" else NULL

    def hours(self, args: list[Node]) -> Node:
        given = self.strict("num", args)
        return Node("duration", sql=self.d.hours(given[0])) if given else NULL

    def made_date(self, args: list[Node]) -> Node:
        given = self.strict("num", args)
        return Node("date", sql=self.d.made_date(given[0], given[1], given[2])) if given else NULL

    def months_later(self, args: list[Node]) -> Node:
        given = self.strict("date num", args)
        return Node("date", sql=self.d.months_later(given[0], given[1], args[1].is_whole)) if given else NULL


Call = Callable[[Calls, list[Node]], Node]


def _named(method: Callable[[Calls, str, list[Node]], Node], *names: str) -> dict[str, Call]:
    def bound(name: str) -> Call:
        return lambda calls, args: method(calls, name, args)

    return {name: bound(name) for name in names}


def _signs(method: Callable[[Calls, str, Node, Node], Node], *signs: str) -> dict[str, Call]:
    return _named(lambda calls, sign, args: method(calls, sign, args[0], args[1]), *signs)


CALLS: dict[str, Call] = {
    "==": lambda calls, args: calls.same(*args),
    "!=": lambda calls, args: calls.different(*args),
    "not": lambda calls, args: calls.negation(*args),
    "and": lambda calls, args: calls.all_or_any("AND", args),
    "or": lambda calls, args: calls.all_or_any("OR", args),
    "if": Calls.if_,
    "switch": Calls.switch,
    "coalesce": Calls.coalesce,
    "neg": lambda calls, args: calls.negated(*args),
    **_signs(Calls.ordered, "<", "<=", ">", ">="),
    **_signs(Calls.arithmetic, "+", "-", "*", "/"),
    **_named(Calls.of_numbers, "round", "floor", "abs", "mod"),
    **_named(Calls.total, "sum", "average"),
    **_named(Calls.extreme, "min", "max"),
    "count": Calls.count,
    "countif": Calls.count_if,
    "in": Calls.in_,
    "len": lambda calls, args: calls.length(*args),
    **_named(Calls.cut, "left", "right", "mid"),
    "upper": Calls.upper,
    "trim": Calls.trim,
    "text": Calls.text,
    "&": Calls.joined,
    "value": Calls.value,
    "fits": Calls.fits,
    **_named(lambda calls, name, args: calls.date_part(name, args[0]), "year", "month", "day", "weekday"),
    "hour": lambda calls, args: calls.hour(*args),
    "dateof": lambda calls, args: calls.day_of(*args),
    "hours": Calls.hours,
    "date": Calls.made_date,
    "edate": Calls.months_later,
}
