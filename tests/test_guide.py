"""The guide describes what is there: each word in bold stands on a screen in that language, each command exists, both languages say the same."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from server import cli
from server.core import commands
from server.wiring import catalogue
from tests.live import ROOT

GUIDE = ROOT / "docs" / "guide"
WORDS = ROOT / "pwa" / "src" / "i18n" / "words"
PAGES = sorted(GUIDE.glob("*/*.md"))
ROLES = {"engineer", "dispatcher", "customer", "manager", "it"}
MOST_BYTES = 250_000


def name(page: Path) -> str:
    return f"{page.parent.name}/{page.stem}"


def test_every_role_has_a_page_in_both_languages() -> None:
    for language in ("en", "zh-CN"):
        assert {page.stem for page in (GUIDE / language).glob("*.md")} == ROLES


@pytest.mark.parametrize("page", PAGES, ids=name)
def test_words_in_bold_stand_on_the_screens(page: Path) -> None:
    screens = "\n".join(path.read_text() for path in sorted(WORDS.glob(f"*.{page.parent.name}.ts")))
    for word in re.findall(r"\*\*(.+?)\*\*", page.read_text()):
        assert f'"{word}"' in screens or f"`{word}" in screens or f'"{word} ' in screens, word


@pytest.mark.parametrize("page", PAGES, ids=name)
def test_commands_and_verbs_exist(page: Path) -> None:
    if not commands.CATALOGUE:
        catalogue.fill()
    text = page.read_text()
    for verb in re.findall(r"`callout ([a-z-]+)", text):
        assert verb in cli.VERBS, verb
    for command in re.findall(r"`([a-z_]+\.[a-z_]+)`", text):
        assert command in commands.CATALOGUE, command


@pytest.mark.parametrize("page", [page for page in PAGES if page.parent.name == "en"], ids=name)
def test_both_languages_show_the_same(page: Path) -> None:
    def told(text: str) -> tuple[list[str], int]:
        return re.findall(r"pictures/(?:en|zh-CN)/([\w-]+\.png)", text), text.count("\n## ")

    other = (GUIDE / "zh-CN" / page.name).read_text()
    assert told(page.read_text()) == told(other)
    assert "pictures/en/" not in other and "pictures/zh-CN/" not in page.read_text()


def test_pictures_are_there_and_small() -> None:
    for page in PAGES:
        for target in re.findall(r"(?:src=\"|\]\()([^\")]+\.png)", page.read_text()):
            assert (page.parent / target).stat().st_size <= MOST_BYTES, target
