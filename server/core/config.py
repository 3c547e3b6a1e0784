"""Settings from the environment: each one documented, checked at start, a bad one named. Not: what admins set on screens."""

from __future__ import annotations

import importlib.util
import ipaddress
import os
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

Network = ipaddress.IPv4Network | ipaddress.IPv6Network


class ConfigError(Exception):
    """Start is refused: `problems` holds one sentence per bad setting."""

    def __init__(self, problems: list[str]) -> None:
        super().__init__("\n".join(problems))
        self.problems = problems


@dataclass(frozen=True)
class Setting:
    """One environment variable: its name, default, meaning and check."""

    name: str
    field: str
    default: str
    meaning: str
    parse: Callable[[str], Any]


def _whole(low: int, high: int) -> Callable[[str], int]:
    def parse(text: str) -> int:
        if not re.fullmatch(r"\d+", text) or not low <= int(text) <= high:
            raise ValueError(f"a whole number from {low} to {high}")
        return int(text)

    return parse


def _folder(text: str) -> Path:
    if not text:
        raise ValueError("a folder")
    return Path(text).expanduser().absolute()


def _one_of(*words: str) -> Callable[[str], str]:
    def parse(text: str) -> str:
        if text not in words:
            raise ValueError(" or ".join(words))
        return text

    return parse


def _database(text: str) -> str:
    if text and not re.match(r"(sqlite:///|postgresql\+psycopg://)", text):
        raise ValueError("sqlite:///file or postgresql+psycopg://user:password@host/name")
    return text


def _public_url(text: str) -> str:
    if not text:
        return ""
    parts = urlsplit(text)
    if parts.scheme not in ("http", "https") or not parts.netloc or parts.query or parts.fragment:
        raise ValueError("an address such as https://service.example.com")
    return text.rstrip("/")


def _host(text: str) -> str:
    if not re.fullmatch(r"[0-9A-Za-z.:\-]+", text):
        raise ValueError("a name or address to listen on, such as 127.0.0.1 or 0.0.0.0")
    return text


def _server(text: str) -> str:
    return _host(text) if text else ""


def _mail(text: str) -> str:
    if text and not re.fullmatch(r"[^@\s<>]+@[^@\s<>]+", text):
        raise ValueError("an e-mail address such as service@example.com")
    return text


def _networks(text: str) -> tuple[Network, ...]:
    try:
        return tuple(ipaddress.ip_network(one.strip()) for one in text.split(",") if one.strip())
    except ValueError:
        raise ValueError("networks with commas between them, such as 10.0.0.0/8,127.0.0.0/8") from None


def _any(text: str) -> str:
    return text


def _at_most(characters: int) -> Callable[[str], str]:
    """What does not fit into the protocol would be cut without a word."""

    def parse(text: str) -> str:
        if not text.isascii() or len(text) > characters:
            raise ValueError(f"at most {characters} plain characters, as SMPP has it")
        return text

    return parse


def _country(text: str) -> str:
    if not re.fullmatch(r"[1-9]\d{0,2}", text):
        raise ValueError("the figures of a country code, such as 86")
    return text


def _bucket(text: str) -> str:
    if text and not re.fullmatch(r"[a-z0-9][a-z0-9.\-]{1,61}[a-z0-9]", text):
        raise ValueError("a bucket's name: 3 to 63 small letters, digits, dots and hyphens")
    return text


def _region(text: str) -> str:
    if not re.fullmatch(r"[a-z0-9\-]{1,40}", text):
        raise ValueError("a region such as us-east-1")
    return text


def _secret(text: str) -> str:
    if not re.fullmatch(r"[!-~]*", text):
        raise ValueError("letters, digits and signs without blanks")
    return text


SETTINGS = (
    Setting("CALLOUT_DATA_DIR", "data_dir", "./var", "Folder of the database, keys and files. Logs go to standard error.", _folder),
    Setting("DATABASE_URL", "database_url", "", "PostgreSQL, or another SQLite file. Empty: SQLite in the data folder.", _database),
    Setting("PORT", "port", "8000", "Port of the web server.", _whole(1, 65535)),
    Setting("CALLOUT_HOST", "host", "127.0.0.1", "Address the web server listens on.", _host),
    Setting("CALLOUT_PUBLIC_URL", "public_url", "", "How customers and phones reach this server; begins every link in a notice.", _public_url),
    Setting("DEMO", "demo", "1", "1: an empty server starts with the demo company. small: with a few of its people and ten orders. "
            "0: the first page asks for yours.", _one_of("1", "small", "0")),
    Setting("CALLOUT_LOG_LEVEL", "log_level", "info", "How much is logged.", _one_of("debug", "info", "warning", "error")),
    Setting("CALLOUT_LOG_FORMAT", "log_format", "text", "text for people, json for log collectors.", _one_of("text", "json")),
    Setting("CALLOUT_THREADS", "threads", "480", "Requests and open streams one web process serves at once.", _whole(16, 4000)),
    Setting("CALLOUT_MAX_STREAMS", "max_streams", "400", "Open live streams one web process keeps; above, 503.", _whole(1, 3900)),
    Setting("CALLOUT_WEB_PROCESSES", "web_processes", "1", "Web processes of `callout run`.", _whole(1, 64)),
    Setting("CALLOUT_TRUSTED_PROXIES", "trusted_proxies", "0", "Reverse proxies in front whose X-Forwarded-* headers are believed.", _whole(0, 5)),
    Setting("CALLOUT_SESSION_DAYS", "session_days", "90", "Days a login on a phone or screen lasts without use.", _whole(1, 400)),
    Setting("CALLOUT_DATABASE_WAIT_SECONDS", "database_wait_seconds", "15", "Wait for a locked database, then 503.", _whole(1, 120)),
    Setting("CALLOUT_PUSH_CONTACT", "push_contact", "", "E-mail address that push services may write to. Empty: the public address.", _mail),
    Setting("CALLOUT_PUSH_NETWORKS", "push_networks", "", "Networks of your own push service, such as 10.0.0.0/8; others must be public.", _networks),
    Setting("CALLOUT_SMTP_HOST", "smtp_host", "", "Mail server. Empty: no mail is sent.", _server),
    Setting("CALLOUT_SMTP_PORT", "smtp_port", "587", "Its port: 587 with starttls, 465 with tls.", _whole(1, 65535)),
    Setting("CALLOUT_SMTP_SECURITY", "smtp_security", "starttls", "How the way to it is protected.", _one_of("starttls", "tls", "none")),
    Setting("CALLOUT_SMTP_LOGIN", "smtp_login", "", "Login there. Empty: without one.", _any),
    Setting("CALLOUT_SMTP_PASSWORD", "smtp_password", "", "Its password.", _any),
    Setting("CALLOUT_SMTP_FROM", "smtp_from", "", "Address that mail comes from.", _mail),
    Setting("CALLOUT_SMPP_HOST", "smpp_host", "", "SMS carrier that speaks SMPP 3.4. Empty: no SMS is sent.", _server),
    Setting("CALLOUT_SMPP_PORT", "smpp_port", "2775", "Its port.", _whole(1, 65535)),
    Setting("CALLOUT_SMPP_LOGIN", "smpp_login", "", "The system_id that it gave you.", _at_most(15)),
    Setting("CALLOUT_SMPP_PASSWORD", "smpp_password", "", "Its password.", _at_most(8)),
    Setting("CALLOUT_SMPP_SENDER", "smpp_sender", "", "Number or name that an SMS comes from. Empty: the carrier's choice.", _at_most(20)),
    Setting("CALLOUT_PHONE_COUNTRY", "phone_country", "86", "Country code of telephone numbers that are written without one.", _country),
    Setting("CALLOUT_STORAGE", "storage", "local", "Where files lie: local, in the data folder, or s3, object storage.", _one_of("local", "s3")),
    Setting("CALLOUT_S3_BUCKET", "s3_bucket", "", "Bucket for files; it must be there.", _bucket),
    Setting("CALLOUT_S3_ENDPOINT", "s3_endpoint", "", "Address of an object storage other than Amazon's.", _public_url),
    Setting("CALLOUT_S3_REGION", "s3_region", "us-east-1", "Region of the bucket.", _region),
    Setting("CALLOUT_S3_ACCESS_KEY", "s3_access_key", "", "Key to the bucket. Empty: the role of the machine.", _secret),
    Setting("CALLOUT_S3_SECRET_KEY", "s3_secret_key", "", "Its secret; never printed or logged.", _secret),
)  # fmt: skip


SECRET = frozenset({"CALLOUT_S3_ACCESS_KEY", "CALLOUT_S3_SECRET_KEY", "CALLOUT_SMTP_PASSWORD", "CALLOUT_SMPP_PASSWORD"})


@dataclass(frozen=True)
class Settings:
    """The checked settings of one process."""

    data_dir: Path
    database_url: str
    port: int
    host: str
    public_url: str
    demo: str
    log_level: str
    log_format: str
    threads: int
    max_streams: int
    web_processes: int
    trusted_proxies: int
    session_days: int
    database_wait_seconds: int
    push_contact: str
    push_networks: tuple[Network, ...]
    smtp_host: str
    smtp_port: int
    smtp_security: str
    smtp_login: str
    smtp_password: str = field(repr=False)
    smtp_from: str
    smpp_host: str
    smpp_port: int
    smpp_login: str
    smpp_password: str = field(repr=False)
    smpp_sender: str
    phone_country: str
    storage: str
    s3_bucket: str
    s3_endpoint: str
    s3_region: str
    s3_access_key: str = field(repr=False)
    s3_secret_key: str = field(repr=False)

    @property
    def database(self) -> str:
        """The address SQLAlchemy opens."""
        return self.database_url or f"sqlite:///{self.data_dir / 'callout.db'}"

    @property
    def base_url(self) -> str:
        """The address that begins every link."""
        here = "localhost" if self.host in ("0.0.0.0", "127.0.0.1") else self.host  # noqa: S104 - compared, not bound
        return self.public_url or f"http://{here}:{self.port}"


def read_settings(environment: Mapping[str, str] | None = None) -> Settings:
    """Settings from the environment; ConfigError names every bad one at once."""
    source = os.environ if environment is None else environment
    values: dict[str, Any] = {}
    problems = []
    for setting in SETTINGS:
        text = source.get(setting.name, setting.default).strip()
        try:
            values[setting.field] = setting.parse(text)
        except ValueError as wanted:
            problems.append(
                f"{setting.name}={_shown(setting.name, text)} is not usable: it must be {wanted}. {setting.meaning}"
            )
    problems += _unknown(source)
    if not problems and values["max_streams"] >= values["threads"]:
        problems.append(
            "CALLOUT_MAX_STREAMS must be smaller than CALLOUT_THREADS: a pool full of streams answers nobody."
        )
    if not problems:
        problems = [*_lacking(values), *(_s3_faults(values) if values["storage"] == "s3" else ())]
    if problems:
        raise ConfigError(problems)
    return Settings(**values)


def _s3_faults(values: Mapping[str, Any]) -> list[str]:
    faults = []
    if not values["s3_bucket"]:
        faults.append("CALLOUT_S3_BUCKET is missing: CALLOUT_STORAGE=s3 needs a bucket.")
    if bool(values["s3_access_key"]) != bool(values["s3_secret_key"]):
        faults.append("CALLOUT_S3_ACCESS_KEY and CALLOUT_S3_SECRET_KEY go together: set both, or neither.")
    if importlib.util.find_spec("boto3") is None:
        faults.append("CALLOUT_STORAGE=s3 needs the part for object storage: pip install 'callout[s3]'.")
    return faults


def _shown(name: str, text: str) -> str:
    """A database address may hold a password, a key is one: they are never printed."""
    is_secret = name in SECRET or (name == "DATABASE_URL" and "@" in text)
    return "…" if is_secret else repr(text)


def _lacking(values: Mapping[str, Any]) -> list[str]:
    """Settings that are only half of something."""
    halves = (
        ("smtp_host", "smtp_from", "CALLOUT_SMTP_HOST needs CALLOUT_SMTP_FROM: mail must come from somebody."),
        ("smtp_login", "smtp_password", "CALLOUT_SMTP_LOGIN needs CALLOUT_SMTP_PASSWORD."),
        ("smpp_host", "smpp_login", "CALLOUT_SMPP_HOST needs CALLOUT_SMPP_LOGIN: the carrier asks who you are."),
        ("smpp_login", "smpp_password", "CALLOUT_SMPP_LOGIN needs CALLOUT_SMPP_PASSWORD."),
    )
    return [sentence for one, other, sentence in halves if values[one] and not values[other]]


def _unknown(source: Mapping[str, str]) -> list[str]:
    known = {setting.name for setting in SETTINGS}
    return [
        f"{name} is not a setting of Callout: a typing mistake? Known: {', '.join(sorted(known))}."
        for name in sorted(source)
        if name.startswith("CALLOUT_") and name not in known
    ]
