"""The demo can be taken out again, whole; a company of one's own cannot be moved by that command."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from pathlib import Path

import pytest
from sqlalchemy.orm import Session

from server.app import create_app
from server.cli import main
from server.core import commit
from server.core.acts import SYSTEM, Act
from server.core.config import read_settings
from server.core.db import db
from server.core.ids import new_id
from server.organisation import operations as organisation
from server.organisation.queries import the_organisation
from server.seed import company, demo
from tests import databases


def _in_app(folder: Path, work: Callable[[], object]) -> object:
    app = create_app(read_settings({"CALLOUT_DATA_DIR": str(folder), "CALLOUT_LOG_LEVEL": "error"}))
    with app.app_context():
        try:
            return work()
        finally:
            db.session.remove()
            db.engine.dispose()


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A data folder with a migrated database, which the commands use."""
    databases.sqlite(tmp_path)
    monkeypatch.setenv("CALLOUT_DATA_DIR", str(tmp_path))
    monkeypatch.delenv("DATABASE_URL", raising=False)
    return tmp_path


def test_nothing_of_it_is_left(folder: Path) -> None:
    def put_in() -> None:
        assert demo.seed("small")
        from flask import current_app

        current_app.extensions["callout.storage"].put(b"a picture of the demo")

    _in_app(folder, put_in)
    assert main(["remove-demo"]) == 1, "it asks first"
    assert main(["remove-demo", "--yes"]) == 0
    left = {path.name for path in folder.iterdir() if not path.name.startswith("demo-")}
    assert left <= {"keys"}
    (aside,) = folder.glob("demo-*")
    assert {"callout.db", "blobs"} <= {path.name for path in aside.iterdir()}
    assert main(["migrate"]) == 0
    assert _in_app(folder, lambda: the_organisation(db.session())) is None
    assert main(["remove-demo", "--yes"]) == 1, "an empty server is no demo either"


def test_an_own_company_is_not_moved(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    def found(session: Session) -> None:
        act = Act(session, SYSTEM, origin="cli", at=dt.datetime.now(dt.UTC))
        organisation.found(act, new_id(), dict(company.ORGANISATION))

    _in_app(folder, lambda: commit.transact(found))
    assert main(["remove-demo", "--yes"]) == 1
    assert "not the demo" in capsys.readouterr().err
    assert (folder / "callout.db").exists()
