"""The migrations make exactly the tables that the program declares, on both databases; an older database comes up to the same."""

from __future__ import annotations

from alembic.autogenerate import compare_metadata
from alembic.runtime.migration import MigrationContext
from flask import Flask

from server import migrate
from server.core.db import Base, db


def test_nothing_differs_between_migrations_and_models(app: Flask) -> None:
    with app.app_context(), db.engine.connect() as connection:
        context = MigrationContext.configure(connection, opts={"compare_type": True})
        assert compare_metadata(context, Base.metadata) == []
        assert migrate.present_revision(connection) == migrate.head_revision()
