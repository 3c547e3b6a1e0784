"""Bad configuration: every bad setting is named, start is refused, passwords are not printed."""

from __future__ import annotations

from pathlib import Path

import pytest

from server.cli import main
from server.core.config import SETTINGS, ConfigError, read_settings

BAD = [
    ("PORT", "eighty"), ("PORT", "0"), ("PORT", "70000"), ("DATABASE_URL", "mysql://x"), ("CALLOUT_PUBLIC_URL", "service.example.com"),
    ("CALLOUT_PUBLIC_URL", "https://x/?a=b"), ("DEMO", "yes"), ("CALLOUT_THREADS", "1"), ("CALLOUT_LOG_LEVEL", "loud"),
    ("CALLOUT_SESSION_DAYS", "-1"), ("CALLOUT_HOST", "a b"), ("CALLOUT_PUSH_NETWORKS", "10.0.0.1/8"), ("CALLOUT_SMTP_FROM", "nobody"),
    ("CALLOUT_SMTP_SECURITY", "ssl"), ("CALLOUT_SMTP_HOST", "https://mail"), ("CALLOUT_SMPP_PASSWORD", "longer than eight"),
    ("CALLOUT_PUSH_CONTACT", "x"), ("CALLOUT_SMPP_PORT", "0"),
]  # fmt: skip


@pytest.mark.parametrize(("name", "value"), BAD)
def test_a_bad_setting_is_named(name: str, value: str) -> None:
    with pytest.raises(ConfigError) as refused:
        read_settings({name: value})
    assert any(problem.startswith(name) for problem in refused.value.problems)


def test_all_bad_ones_at_once_and_typing_mistakes() -> None:
    with pytest.raises(ConfigError) as refused:
        read_settings({"PORT": "x", "DEMO": "x", "CALLOUT_PROT": "8000"})
    assert [problem.split("=")[0].split()[0] for problem in refused.value.problems] == ["PORT", "DEMO", "CALLOUT_PROT"]


def test_a_password_in_an_address_is_not_printed() -> None:
    with pytest.raises(ConfigError) as refused:
        read_settings({"DATABASE_URL": "mysql://callout:secret@host/db"})
    assert "secret" not in str(refused.value)


HALVES = [
    {"CALLOUT_SMTP_HOST": "mail"}, {"CALLOUT_SMTP_LOGIN": "x"}, {"CALLOUT_SMPP_HOST": "sms"}, {"CALLOUT_SMPP_LOGIN": "x"},
]  # fmt: skip


@pytest.mark.parametrize("half", HALVES)
def test_half_a_channel_is_refused(half: dict[str, str]) -> None:
    with pytest.raises(ConfigError, match=next(iter(half))):
        read_settings(half)


def test_passwords_are_never_printed() -> None:
    given = {"CALLOUT_SMPP_LOGIN": "x", "CALLOUT_SMPP_PASSWORD": "planted", "CALLOUT_SMTP_PASSWORD": "planted"}
    assert "planted" not in repr(read_settings(given))
    with pytest.raises(ConfigError) as refused:
        read_settings({"CALLOUT_SMPP_PASSWORD": "planted, and too long"})
    assert "planted" not in str(refused.value)


def test_streams_must_leave_threads_for_requests() -> None:
    with pytest.raises(ConfigError, match="answers nobody"):
        read_settings({"CALLOUT_THREADS": "100", "CALLOUT_MAX_STREAMS": "100"})


def test_start_is_refused_with_sentences(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    monkeypatch.setenv("PORT", "eighty")
    assert main(["run"]) == 2
    shown = capsys.readouterr().err
    assert "PORT" in shown and "Traceback" not in shown


def test_an_unreachable_database_is_named(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("CALLOUT_DATA_DIR", str(tmp_path))
    monkeypatch.setenv("DATABASE_URL", "postgresql+psycopg://callout@127.0.0.1:1/none")
    assert main(["migrate"]) == 1
    assert "DATABASE_URL" in capsys.readouterr().err


def test_every_setting_is_documented() -> None:
    page = (Path(__file__).parents[3] / "docs" / "settings.md").read_text()
    for setting in SETTINGS:
        assert f"`{setting.name}`" in page, setting.name
        assert setting.meaning in page, setting.name


S3 = {
    "CALLOUT_STORAGE": "s3",
    "CALLOUT_S3_BUCKET": "files",
    "CALLOUT_S3_ACCESS_KEY": "key",
    "CALLOUT_S3_SECRET_KEY": "SECRET-WORD",
}


@pytest.mark.parametrize(
    ("changes", "named"),
    [({"CALLOUT_STORAGE": "ftp"}, "CALLOUT_STORAGE"), ({"CALLOUT_S3_BUCKET": ""}, "CALLOUT_S3_BUCKET"),
     ({"CALLOUT_S3_BUCKET": "Not A Bucket"}, "CALLOUT_S3_BUCKET"), ({"CALLOUT_S3_ACCESS_KEY": ""}, "CALLOUT_S3_ACCESS_KEY"),
     ({"CALLOUT_S3_ENDPOINT": "minio:9000"}, "CALLOUT_S3_ENDPOINT"), ({"CALLOUT_S3_REGION": "somewhere else"}, "CALLOUT_S3_REGION"),
     ({"CALLOUT_S3_SECRET_KEY": "SECRET-WORD with blanks"}, "CALLOUT_S3_SECRET_KEY")],
)  # fmt: skip
def test_object_storage_is_checked_at_start(changes: dict[str, str], named: str) -> None:
    with pytest.raises(ConfigError) as refused:
        read_settings(S3 | changes)
    assert any(problem.startswith(named) for problem in refused.value.problems)
    assert "SECRET-WORD" not in str(refused.value)


def test_object_storage_without_its_part_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("importlib.util.find_spec", lambda _name: None)
    with pytest.raises(ConfigError, match=r"callout\[s3\]"):
        read_settings(S3)


def test_a_secret_is_not_in_what_settings_print() -> None:
    assert "SECRET-WORD" not in repr(read_settings(S3))
