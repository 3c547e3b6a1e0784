"""Docs are part of the change: what they name exists."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
PAGES = sorted(
    [
        *ROOT.glob("*.md"),
        *(ROOT / "docs").rglob("*.md"),
        *(ROOT / "sync").glob("*.md"),
        *(ROOT / "tests").rglob("*.md"),
        ROOT / "pwa" / "README.md",
    ]
)


@pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.relative_to(ROOT)))
def test_links_lead_somewhere(page: Path) -> None:
    for target in re.findall(r"\]\((?!https?:|#)([^)#\s]+)", page.read_text()):
        assert (page.parent / target).exists(), target


def test_the_readme_is_two_commands_that_exist() -> None:
    text = (ROOT / "README.md").read_text()
    block = text.split("## Two commands")[1].split("```")[1].strip().splitlines()
    assert block[-1] == "make run"
    assert len(block) == 2
    makefile = (ROOT / "Makefile").read_text()
    for target in set(re.findall(r"`make ([a-z-]+)", text + (ROOT / "CONTRIBUTING.md").read_text())):
        assert re.search(rf"^{target}:", makefile, re.MULTILINE), target


def test_decisions_are_dated() -> None:
    for page in (ROOT / "docs" / "decisions").glob("*.md"):
        assert re.match(r"20\d\d-\d\d-\d\d-", page.name)
        assert page.read_text().startswith(f"# {page.name[:10]}")


def test_the_folder_map_is_whole() -> None:
    text = (ROOT / "README.md").read_text()
    tracked = {path.name for path in ROOT.iterdir() if path.is_dir() and not path.name.startswith(".")}
    for folder in (
        tracked
        - {"var", "dist", "node_modules", "build", "test-results"}
        - {path for path in tracked if path.endswith(".egg-info")}
    ):
        assert f"| `{folder}/` |" in text, folder


def test_ci_calls_make_test_and_nothing_else() -> None:
    lines = [line for line in (ROOT / ".ci" / "run").read_text().splitlines() if line and not line.startswith("#")]
    assert lines == ["set -euo pipefail", 'cd "$(dirname "$0")/.."', "exec make test"]


def test_no_lock_file_records_where_things_were_downloaded() -> None:
    for name in ("pwa/package-lock.json", "constraints.txt"):
        text = (ROOT / name).read_text()
        assert '"resolved"' not in text and ".tgz" not in text and " @ " not in text, name
