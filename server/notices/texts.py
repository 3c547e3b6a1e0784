"""Message texts: read and judged once, when the server starts. A text that names a place nobody fills is refused then, never at sending."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib import resources
from string import Formatter
from typing import Any, Literal

from server.core.errors import Problem, declare
from server.core.locales import LOCALES

TEXTS = ("subject", "body", "short")
# what the code fills for each template (server/reactions)
FILLED: dict[str, frozenset[str]] = {
    "visit_dispatched": frozenset({"organisation", "number", "link"}),
    "visit_travel": frozenset({"organisation", "number", "engineer", "link"}),
    "visit_completed": frozenset({"organisation", "number", "summary", "engineer", "link"}),
}
declare(
    "template_broken", 422, "never",
    en="The message text {template} cannot be used: {fault}.", zh="消息模板 {template} 无法使用：{fault}。",
)  # fmt: skip


@dataclass(frozen=True)
class Template:
    """`words` locale -> subject, body, short; `lasts_seconds`: after that it says nothing any more."""

    words: Mapping[str, Mapping[str, str]]
    urgency: Literal["normal", "high"]
    lasts_seconds: int


def check(name: str, data: Any) -> Template:
    """The template; Problem template_broken names the fault and its place."""
    if name not in FILLED:
        raise _broken(name, "nothing sends it", "没有任何功能发送它")
    if not isinstance(data, dict):
        raise _broken(name, "it is no object", "不是对象")
    for locale in LOCALES:
        for one in TEXTS:
            _check_text(name, f"{locale}.{one}", (data.get(locale) or {}).get(one))
    urgency, lasts = data.get("urgency", "normal"), data.get("lasts_seconds", 86_400)
    if urgency not in ("normal", "high") or not isinstance(lasts, int) or not 0 < lasts <= 28 * 86_400:
        raise _broken(name, "urgency or lasts_seconds is no such value", "urgency 或 lasts_seconds 的值不可用")
    return Template({locale: dict(data[locale]) for locale in LOCALES}, urgency, lasts)


def _check_text(name: str, where: str, text: Any) -> None:
    if not isinstance(text, str) or not text.strip():
        raise _broken(name, f"{where} is missing", f"缺少 {where}")
    try:
        places = [(place, spec, turned) for _said, place, spec, turned in Formatter().parse(text) if place is not None]
    except ValueError:
        raise _broken(name, f"{where} has a brace without its partner", f"{where} 的花括号不成对") from None
    for place, spec, turned in places:
        if place not in FILLED[name] or spec or turned:
            raise _broken(
                name, f"{where} names a place that does not exist: {place}", f"{where} 使用了不存在的占位符 {place}"
            )


def _broken(name: str, en: str, zh: str) -> Problem:
    return Problem("template_broken", template=name, fault={"en": en, "zh-CN": zh})


@cache
def template(name: str) -> Template:
    """A template by its name."""
    file = resources.files("server.notices.templates").joinpath(f"{name}.json")
    try:
        data = json.loads(file.read_text("utf-8"))
    except ValueError:
        raise _broken(name, "it is no JSON", "不是有效的 JSON") from None
    return check(name, data)


def read_all() -> None:
    """Every template there is, at start: one that is broken or missing stops it."""
    for name in FILLED:
        template(name)


def fill(name: str, locale: str, words: Mapping[str, str]) -> dict[str, str]:
    """subject, body and short with their places filled."""
    texts = template(name).words[locale]
    return {one: texts[one].format_map(words) for one in TEXTS}
