"""`callout`: one command for the IT generalist. Every failure is a sentence and what to do, never a traceback."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Callable

from server.cli import database, demo, document, serve
from server.core.config import SETTINGS, ConfigError, Settings, read_settings

Verb = Callable[[Settings, argparse.Namespace], int]


def _settings_table(_settings: Settings, _args: argparse.Namespace) -> int:
    for setting in SETTINGS:
        print(f"{setting.name}={setting.default}\n    {setting.meaning}")
    return 0


VERBS: dict[str, tuple[Verb, str]] = {
    "run": (serve.run, "start everything: database, keys, demo, web server, worker"),
    "web": (serve.web_only, "start web processes only"),
    "worker": (serve.worker_only, "start one more worker"),
    "migrate": (database.migrate, "bring the database to this program's form"),
    "verify": (database.verify, "check the audit chain and the sync scopes"),
    "restored": (
        database.restored,
        "say that the database is a backup put back, so that phones send again what it lacks",
    ),
    "new-intake-key": (
        database.new_intake_key,
        "make another key for what phones seal, when the old one was lost or seen",
    ),
    "remove-demo": (demo.remove, "take the demo company out again"),
    "openapi": (document.openapi, "print the OpenAPI 3.1 document"),
    "settings": (_settings_table, "list every setting with its default and meaning"),
}


def main(argv: list[str] | None = None) -> int:
    """Entry of the console script; the exit status."""
    parser = argparse.ArgumentParser(prog="callout", description="Callout 到场: field service on your own server")
    verbs = parser.add_subparsers(dest="verb", required=True, metavar="VERB")
    for name, (_verb, meaning) in VERBS.items():
        sub = verbs.add_parser(name, help=meaning, description=meaning)
        if name == "run":
            sub.add_argument(
                "--lan", action="store_true", help="https for phones in this network, from an own certificate authority"
            )
        if name == "remove-demo":
            sub.add_argument("--yes", action="store_true", help="really do it")
    args = parser.parse_args(argv)
    try:
        settings = read_settings()
    except ConfigError as error:
        print("Callout does not start: the configuration is not usable.", file=sys.stderr)
        for problem in error.problems:
            print(f"  - {problem}", file=sys.stderr)
        return 2
    return VERBS[args.verb][0](settings, args)
