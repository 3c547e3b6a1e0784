"""What functions are called in each language, in formulas and on the reference page. Both languages are understood always."""

from __future__ import annotations

CHINESE: dict[str, str] = {
    "if": "如果", "switch": "分支", "coalesce": "首个非空", "and": "并且", "or": "或者", "not": "非", "round": "四舍五入",
    "floor": "向下取整", "abs": "绝对值", "mod": "取余", "sum": "求和", "count": "计数", "countif": "条件计数",
    "average": "平均值", "min": "最小值", "max": "最大值", "len": "长度", "upper": "大写", "trim": "去空格", "left": "左取",
    "right": "右取", "mid": "截取", "text": "转文本", "value": "转数值", "fits": "符合格式", "in": "属于", "lookup": "查找",
    "date": "日期", "year": "年", "month": "月", "day": "日", "hour": "时", "weekday": "星期", "edate": "加月",
    "workday": "加工作日", "networkdays": "工作日数", "dateof": "取日期", "hours": "小时", "distance": "距离",
    "&": "连接",
}  # fmt: skip
ENGLISH: dict[str, str] = {name: name.upper() for name in CHINESE} | {"&": "CONCAT"}
NAMES: dict[str, dict[str, str]] = {"en": ENGLISH, "zh-CN": CHINESE}
# a list or a text, then what is looked for in it: the other way round than IN(one, whole)
CONTAINS: dict[str, str] = {"en": "CONTAINS", "zh-CN": "包含"}
CONSTANTS: dict[str, dict[str, object]] = {
    "en": {"TRUE": True, "FALSE": False, "EMPTY": None},
    "zh-CN": {"真": True, "假": False, "空": None},
}
# written between two conditions
BETWEEN: dict[str, str] = {"AND": "and", "OR": "or", "且": "and", "或": "or", "并且": "and", "或者": "or"}


def function_of(word: str) -> str | None:
    """The function that a word names in any language; case does not matter."""
    return BY_WORD.get(word.upper())


BY_WORD: dict[str, str] = {word: name for names in NAMES.values() for name, word in names.items()}
