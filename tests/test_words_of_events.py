"""What happened to an order is said in words, never as a code: every event of the catalogue has its own in both languages."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from server.app import create_app  # noqa: F401 - fills the catalogue
from server.core import events
from server.wiring.sync_host import PHONE_COMMANDS

WORDS = Path(__file__).resolve().parent.parent / "pwa" / "src" / "i18n" / "words"
OF_AN_ORDER = frozenset({
    "attachment", "comment", "conflict", "contact", "customer", "notice", "parked", "site", "submission", "survey", "visit", "work_order",
})  # fmt: skip


@pytest.mark.parametrize("locale", ["en", "zh-CN"])
def test_every_event_of_an_order_has_words(locale: str) -> None:
    text = (WORDS / f"order.{locale}.ts").read_text("utf-8")
    said = set(re.findall(r'"([a-z_]+\.[a-z_]+)":', text[text.index("  timeline: {") :]))
    wanted = {name for name in events.CATALOGUE if name.split(".")[0] in OF_AN_ORDER}
    assert len(wanted) > 40
    assert wanted - said == set()


@pytest.mark.parametrize("locale", ["en", "zh-CN"])
def test_every_command_of_a_phone_has_words_for_the_office(locale: str) -> None:
    """What could not apply is shown to whoever decides about it by what it was, not by the name of a command."""
    text = (WORDS / f"order.{locale}.ts").read_text("utf-8")
    start = text.index("    commands: {")
    said = set(re.findall(r'"([a-z_]+\.[a-z_]+)":', text[start : text.index("}", start)]))
    assert set(PHONE_COMMANDS) - said == set()


@pytest.mark.parametrize("locale", ["en", "zh-CN"])
def test_every_state_of_a_message_has_a_word(locale: str) -> None:
    text = (WORDS / f"board.{locale}.ts").read_text("utf-8")
    said = re.search(r"\n    states: \{(.*?)\n    \}", text[text.index("not_wanted") - 400 :], re.DOTALL)
    assert said
    for state in ("waiting", "sent", "delivered", "failed", "unknown", "withdrawn", "not_wanted", "not_reached"):
        assert f"      {state}:" in said.group(1)


# codes by which a message fails or becomes unclear, where the code makes them
FAILURES = re.compile(
    r'(?:Refused|Unknown)\(f?"([a-z_]+)|_judged\(.*, "([a-z_]+)"\)|_(?:refused|unclear)\(act, \w+, "([a-z_]+)"|\{"code": "([a-z_]+)"'
)


def _codes_of_failures() -> set[str]:
    folder = WORDS.parents[3] / "server" / "notices"
    text = "\n".join(path.read_text("utf-8") for path in sorted(folder.rglob("*.py")))
    return {"".join(found).rstrip("_") for found in FAILURES.findall(text)}


@pytest.mark.parametrize("locale", ["en", "zh-CN"])
def test_every_failure_of_a_message_is_said_with_what_to_do(locale: str) -> None:
    """Finding: why a message failed was stored and shown to nobody."""
    text = (WORDS / f"board.{locale}.ts").read_text("utf-8")
    said = re.search(r"\n    failures: \{(.*?)\n    \}", text, re.DOTALL)
    assert said
    codes = _codes_of_failures()
    assert {"smsc", "push", "given_up", "worker_lost", "not_delivered", "mail_refused", "no_subscription"} <= codes
    words = dict(re.findall(r'\n      ([a-z_]+):\s+"(.*?)",', said.group(1)))
    assert codes - set(words) == set()
    assert "other" in words and all(len(one) > 8 for one in words.values())
