"""The page that explains every function and operator, in both languages, with examples computed while it is written.

`python -m tools.formulas` writes docs/formulas/<language>.md again; a test holds that the pages are what this says, and that nothing is missing.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from server.expressions import values as v
from server.expressions.evaluate import evaluate
from server.expressions.functions import FUNCTIONS, written
from server.expressions.read import Labels, read
from server.expressions.values import Value
from server.expressions.words import CHINESE, CONTAINS, NAMES
from server.expressions.write import write

LOCALES = ("en", "zh-CN")
# the form that all examples are about
SAMPLE: Mapping[str, Any] = {
    "pressure": 7.5, "faults": ["fan", "comp"], "serial": "SA118399", "remark": "  oil on the floor ", "done": True,
    "parts": [{"name": "Filter", "qty": 2, "price": 180}, {"name": "Oil", "qty": 5, "price": 46.5}],
    "bought": {"$date": "2024-02-29"}, "arrived": {"$datetime": "2026-11-27T09:10:00+08:00"},
    "left": {"$datetime": "2026-11-27T11:40:00+08:00"}, "here": {"lat": 31.2304, "lon": 121.4737},
    "site": {"lat": 31.2989, "lon": 120.5853},
}  # fmt: skip
LABELS: Labels = {
    "pressure": {"en": "Oil pressure", "zh-CN": "油压"}, "faults": {"en": "Faults", "zh-CN": "故障"},
    "serial": {"en": "Serial", "zh-CN": "序列号"}, "remark": {"en": "Remark", "zh-CN": "备注"}, "done": {"en": "Done", "zh-CN": "完成"},
    "parts": {"en": "Parts", "zh-CN": "配件"}, "parts.qty": {"en": "Quantity", "zh-CN": "数量"},
    "parts.price": {"en": "Price", "zh-CN": "单价"}, "bought": {"en": "Bought on", "zh-CN": "购买日期"},
    "arrived": {"en": "Arrived", "zh-CN": "到场"}, "left": {"en": "Left", "zh-CN": "离场"}, "here": {"en": "Here", "zh-CN": "当前位置"},
    "site": {"en": "Site", "zh-CN": "现场"}, "missing": {"en": "Not answered", "zh-CN": "未填"},
}  # fmt: skip


@dataclass(frozen=True)
class Entry:
    """What a function is given (names, by language), what it does, and formulas in English that show it."""

    given: str
    given_zh: str
    does: str
    does_zh: str
    examples: tuple[str, ...]


def _entry(given: str, given_zh: str, does: str, does_zh: str, *examples: str) -> Entry:
    return Entry(given, given_zh, does, does_zh, examples)


OPERATORS: dict[str, Entry] = {
    "= <>": _entry("", "", "The same, or not the same: of type and value. Nothing is the same as nothing.", "相同或不同：类型和值都要一致。空与空相同。", "[Oil pressure] = 7.5", '"1" = 1', "[Not answered] = EMPTY"),
    "< <= > >=": _entry("", "", "Before or after: two numbers, texts, dates, times or lengths of time. Anything else is false.", "先后与大小：两个数、文本、日期、时间或时长之间；其他情况为假。", "[Oil pressure] >= 5", "[Bought on] < DATE(2025, 1, 1)", "[Not answered] > 5"),
    "+ - * /": _entry("", "", "Calculates with numbers (ten places, rounded half up), with dates and days, with times and lengths of time. By zero there is nothing.", "数的加减乘除（保留 10 位小数，四舍五入），日期加减天数，时间加减时长。除以零为空。", "0.1 + 0.2 = 0.3", "[Oil pressure] / 0", "[Bought on] + 1", "[Left] - [Arrived]"),
    "&": _entry("", "", "Joins texts; what is empty is left out.", "连接文本；空的略去。", '[Serial] & " / " & [Oil pressure] & [Not answered]'),
    "CONTAINS": _entry("", "", "Whether a list holds a choice, or a text another text. The same as IN, the other way round.", "列表中是否有某个选项，或文本中是否有另一段文本。与“属于”相反。", '[Faults] CONTAINS "comp"', '[Remark] CONTAINS "oil"'),
    "AND OR": _entry("", "", "Between conditions, as well as in front of them. Only what is true counts as true.", "可以写在条件之间，也可以写成函数。只有“真”才算真。", '[Oil pressure] > 5 AND [Faults] CONTAINS "fan"'),
}  # fmt: skip
ENTRIES: dict[str, Entry] = {
    "if": _entry("condition, then, otherwise", "条件, 则, 否则", "One or the other; without the third, nothing.", "满足条件取前者，否则取后者；不写后者则为空。", 'IF([Oil pressure] > 5, "high", "ok")'),
    "switch": _entry("value, case, result, …, otherwise", "值, 情形, 结果, …, 其他", "The result beside the first case that is the same.", "取与值相同的第一个情形的结果。", 'SWITCH([Serial], "SA1", "old", "SA118399", "new", "unknown")'),
    "coalesce": _entry("value, …", "值, …", "The first that is there.", "第一个非空的值。", "COALESCE([Not answered], [Oil pressure], 0)"),
    "and": _entry("condition, …", "条件, …", "Whether all are true.", "是否全部为真。", "AND([Done], [Oil pressure] > 5)"),
    "or": _entry("condition, …", "条件, …", "Whether one is true.", "是否有一个为真。", "OR([Done], [Oil pressure] > 100)"),
    "not": _entry("condition", "条件", "Whether it is not true; of nothing it is true.", "是否不为真；空也算。", "NOT([Done])", "NOT([Not answered])"),
    "round": _entry("number, places", "数, 位数", "Rounds half away from zero, to whole numbers when no places are named.", "四舍五入；不写位数则取整。", "ROUND(2.345, 2)", "ROUND(-2.5)", "ROUND(1250, -2)"),
    "floor": _entry("number", "数", "The whole number below it.", "向下取整。", "FLOOR(2.7)", "FLOOR(-2.1)"),
    "abs": _entry("number", "数", "Without its sign.", "绝对值。", "ABS(-2.5)"),
    "mod": _entry("number, by", "数, 除数", "What is left of a division, with the sign of the second.", "余数，符号与除数相同。", "MOD(7, 3)", "MOD(-7, 3)"),
    "sum": _entry("numbers or rows, …", "数或各行, …", "All together; what is empty is passed over.", "求和；空的略过。", "SUM([Quantity])", "SUM(1, [Not answered], 2)"),
    "count": _entry("values or rows, …", "值或各行, …", "How many are there.", "有多少个非空的值。", "COUNT([Faults])", "COUNT([Not answered])"),
    "countif": _entry("list, value", "列表, 值", "How many are the same as the value.", "有多少个与该值相同。", 'COUNTIF([Faults], "fan")'),
    "average": _entry("numbers or rows, …", "数或各行, …", "The mean of those that are there.", "非空数的平均值。", "AVERAGE([Price])"),
    "min": _entry("values or rows, …", "值或各行, …", "The smallest or the first: of numbers, texts, dates, times.", "最小或最早的：数、文本、日期、时间。", "MIN([Price])", "MIN([Bought on], DATE(2020, 1, 1))"),
    "max": _entry("values or rows, …", "值或各行, …", "The largest or the last.", "最大或最晚的。", "MAX([Price], 200)"),
    "len": _entry("text", "文本", "How many characters; of nothing, none.", "字符数；空为 0。", "LEN([Serial])", "LEN([Not answered])"),
    "upper": _entry("text", "文本", "With a–z as capitals.", "把 a–z 变为大写。", 'UPPER("sa-1")'),
    "trim": _entry("text", "文本", "Without blanks at both ends.", "去掉两端空格。", "TRIM([Remark])"),
    "left": _entry("text, count", "文本, 个数", "So many characters of its beginning.", "取开头若干个字符。", "LEFT([Serial], 2)"),
    "right": _entry("text, count", "文本, 个数", "So many of its end.", "取末尾若干个字符。", "RIGHT([Serial], 3)"),
    "mid": _entry("text, first, count", "文本, 起始, 个数", "So many from a place on; the first character is 1.", "从某个位置起取若干个字符，第一个字符为 1。", "MID([Serial], 3, 2)"),
    "text": _entry("value, places", "值, 位数", "As a text, a number with so many places.", "转为文本；数可指定小数位数。", "TEXT([Oil pressure], 2)", "TEXT([Bought on])"),
    "value": _entry("text", "文本", "The number that a text says.", "文本所写的数。", 'VALUE("12.50")', 'VALUE("12a")'),
    "fits": _entry("text, mask", "文本, 格式", "Whether it has the form: A a capital, 9 a digit, * either, {n} so often.", "是否符合格式：A 大写字母，9 数字，* 二者皆可，{n} 重复次数。", 'FITS([Serial], "A{2}9{6}")'),
    "in": _entry("value, list or text", "值, 列表或文本", "Whether it is one of them, or a part of the text.", "是否在列表之中，或是文本的一部分。", 'IN("fan", [Faults])', 'IN(3, {1, 2})'),
    "lookup": _entry("rows, column, value, column of the answer", "各行, 列, 值, 结果列", "From the first row that has the value, another column.", "找到第一行等于该值的，取其另一列。", 'LOOKUP([Parts], "name", "Oil", "price")'),
    "date": _entry("year, month, day", "年, 月, 日", "A date; nothing where there is no such day.", "日期；没有这一天则为空。", "DATE(2024, 2, 29)", "DATE(2023, 2, 30)"),
    "year": _entry("date or time", "日期或时间", "Its year.", "年份。", "YEAR([Bought on])"),
    "month": _entry("date or time", "日期或时间", "Its month.", "月份。", "MONTH([Bought on])"),
    "day": _entry("date or time", "日期或时间", "Its day of the month.", "几号。", "DAY([Bought on])"),
    "hour": _entry("time", "时间", "The hour on the clock that showed it.", "当时钟表上的小时。", "HOUR([Arrived])"),
    "weekday": _entry("date or time", "日期或时间", "1 for Monday to 7 for Sunday.", "星期一为 1，星期日为 7。", "WEEKDAY([Arrived])"),
    "edate": _entry("date, months", "日期, 月数", "So many months later; the last of the month where there is no such day.", "若干个月之后的同一天；没有则取月末。", "EDATE([Bought on], 12)"),
    "workday": _entry("date, days, holidays, days worked", "日期, 天数, 假日, 调休上班日", "So many working days later (Monday to Friday, less holidays, more days worked).", "若干个工作日之后（周一至周五，除去假日，加上调休上班日）。", "WORKDAY(DATE(2026, 11, 27), 2)", "WORKDAY(DATE(2026, 9, 30), 1, {DATE(2026, 10, 1), DATE(2026, 10, 2)})"),
    "networkdays": _entry("from, to, holidays, days worked", "从, 到, 假日, 调休上班日", "How many working days, both ends included.", "两个日期之间（含两端）的工作日数。", "NETWORKDAYS(DATE(2026, 11, 23), DATE(2026, 11, 29))"),
    "dateof": _entry("time", "时间", "The date on the clock that showed it.", "当时钟表上的日期。", "DATEOF([Arrived])"),
    "hours": _entry("number", "数", "A length of time.", "时长。", "[Arrived] + HOURS(1.5)", "([Left] - [Arrived]) / HOURS(1)"),
    "distance": _entry("place, place", "地点, 地点", "Whole metres between two places.", "两地之间的距离（米）。", "DISTANCE([Here], [Site])"),
}  # fmt: skip
WORDS = {
    "en": ("Formulas", "A formula is written as in a spreadsheet. Names of questions stand in brackets. Both languages are understood everywhere, half and full width too. What cannot be computed is empty, never an error: the designer says why.", "Between values", "Functions", "is", "empty"),
    "zh-CN": ("公式", "公式的写法与电子表格相同，题目名称写在方括号里。中英文、全角半角都可以混用。算不出来的结果为空，不会报错；设计器会说明原因。", "运算符", "函数", "得", "空"),
}  # fmt: skip


def page(locale: str) -> str:
    """The reference as Markdown."""
    title, intro, between, functions, _, _ = WORDS[locale]
    lines = [f"# {title}", "", intro, "", f"## {between}", ""]
    for name, entry in OPERATORS.items():
        said = f"`{CONTAINS[locale] if name == 'CONTAINS' else name}`"
        lines += _lines(f"### {said}", entry, locale)
    lines += [f"## {functions}", ""]
    for name, entry in ENTRIES.items():
        given = entry.given if locale == "en" else entry.given_zh
        lines += _lines(f"### `{NAMES[locale][name]}({given})`", entry, locale, also=_other(name, locale))
    return "\n".join(lines).rstrip() + "\n"


def _other(name: str, locale: str) -> str:
    return CHINESE[name] if locale == "en" else NAMES["en"][name]


def _lines(head: str, entry: Entry, locale: str, also: str = "") -> Iterator[str]:
    does = entry.does if locale == "en" else entry.does_zh
    yield from (f"{head} · {also}" if also else head, "", does, "")
    for formula in entry.examples:
        yield f"- `{shown(formula, locale)}` {WORDS[locale][4]} {result(formula, locale)}"
    yield ""


def shown(formula: str, locale: str) -> str:
    """An example in a language."""
    return write(read(formula, LABELS), locale, LABELS)


def result(formula: str, locale: str) -> str:
    """What comes of an example, as people write it."""
    context = {name: v.from_json(one) for name, one in SAMPLE.items()}
    return _said(evaluate(read(formula, LABELS), context).value, locale)


def _said(value: Value, locale: str) -> str:
    if value is None:
        return WORDS[locale][5]
    if isinstance(value, v.Duration):
        hours, minutes = divmod(value.seconds // 60, 60)
        return f"{hours} h {minutes} min" if locale == "en" else f"{hours} 小时 {minutes} 分"
    if isinstance(value, bool):
        return f"`{write(value, locale)}`"
    return f"`{written(value)}`"


def undocumented() -> set[str]:
    """Functions without an entry, entries without a function."""
    return set(FUNCTIONS) ^ set(ENTRIES)
