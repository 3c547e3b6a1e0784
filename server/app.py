"""create_app(): the server as a table of contents."""

from __future__ import annotations

from flask import Flask

from server import health, install, pages
from server.accounts import access
from server.api import install as install_api
from server.core import db, http, logs
from server.core.config import Settings
from server.wiring import doors, start


def create_app(settings: Settings) -> Flask:
    """The whole server for these settings. The database must have been migrated (callout migrate)."""
    app = Flask("callout", static_folder=None)
    logs.install(settings.log_level, settings.log_format)
    settings.data_dir.mkdir(parents=True, exist_ok=True)
    db.install(app, settings.database, settings.database_wait_seconds)
    http.install(app, settings)
    access.install(app)
    start.catalogues(app)
    doors.install(app)
    install_api(app)
    health.install(app)
    install.install(app)
    pages.install(app)
    return app
