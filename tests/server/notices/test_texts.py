"""Message texts are judged when they are read: a broken one stops the start, it never fails a message."""

from __future__ import annotations

import copy
import json
from importlib import resources
from typing import Any

import pytest

from server.core.errors import Problem
from server.notices import texts

GOOD: dict[str, Any] = json.loads(
    resources.files("server.notices.templates").joinpath("visit_completed.json").read_text("utf-8")
)
WORDS = dict.fromkeys(("organisation", "number", "summary", "engineer", "link"), "{x}")
BROKEN = [
    ("body", "Done: {nummer}"), ("body", "Done: {0}"), ("body", "Done: {}"), ("body", "{number.__class__}"), ("body", "{number[0]}"),
    ("body", "{number!r}"), ("body", "{number:>9}"), ("body", "{number"), ("body", "number}"), ("body", " "), ("subject", None),
    ("short", 5),
]  # fmt: skip


@pytest.mark.parametrize("locale", ["en", "zh-CN"])
@pytest.mark.parametrize(("which", "text"), BROKEN)
def test_a_broken_text_is_refused_with_its_place(locale: str, which: str, text: Any) -> None:
    data = copy.deepcopy(GOOD)
    data[locale][which] = text
    with pytest.raises(Problem, match="template_broken") as refused:
        texts.check("visit_completed", data)
    assert f"{locale}.{which}" in refused.value.sentence("en")
    assert f"{locale}.{which}" in refused.value.sentence("zh-CN")


@pytest.mark.parametrize("change", [{"urgency": "loud"}, {"lasts_seconds": 0}, {"lasts_seconds": "1"}, {"en": None}])
def test_other_nonsense_is_refused_too(change: dict[str, Any]) -> None:
    with pytest.raises(Problem, match="template_broken"):
        texts.check("visit_completed", GOOD | change)
    with pytest.raises(Problem, match="template_broken"):
        texts.check("nothing_sends_it", GOOD)
    with pytest.raises(Problem, match="template_broken"):
        texts.check("visit_completed", [])


def test_every_text_there_is_can_be_filled_whatever_people_are_called() -> None:
    texts.read_all()
    for name in texts.FILLED:
        for locale in ("en", "zh-CN"):
            filled = texts.fill(name, locale, WORDS)
            assert all(one.strip() for one in filled.values())
    files = {
        path.name[:-5] for path in resources.files("server.notices.templates").iterdir() if path.name.endswith(".json")
    }
    assert files == set(texts.FILLED), "a text that nothing sends, or nobody wrote"
