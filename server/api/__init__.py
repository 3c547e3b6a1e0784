"""The REST door: every command under one shape, reads of every screen, logins, and the OpenAPI 3.1 document of it all."""

from __future__ import annotations

from typing import Any

from flask import Flask, request
from flask_smorest import Api

from server.accounts import access
from server.api import board, commands, files, order, problems, push, reads, session, setup, tokens, tracking
from server.core.limits import LIMITER

DOCUMENT = {
    "API_TITLE": "Callout",
    "API_VERSION": "1",
    "OPENAPI_VERSION": "3.1.0",
    "OPENAPI_URL_PREFIX": "/api/v1",
    "OPENAPI_JSON_PATH": "openapi.json",
    "PROPAGATE_EXCEPTIONS": False,
}


OPEN = frozenset({"session", "setup", "problems", "tracking", "files", "api-docs"})


def _require_someone() -> None:
    """Closed unless said otherwise: who is asked before what, so that a stranger learns nothing from a shape."""
    if request.path.startswith("/api/v1/") and request.blueprint is not None and request.blueprint not in OPEN:
        access.actor()


class DocumentedApi(Api):  # type: ignore[misc] # smorest has no types
    """smorest without its own error pages: our handlers answer problem+json and keep Allow on 405."""

    def _register_error_handlers(self) -> None:
        return None


def install(app: Flask) -> None:
    """Mount everything under /api/v1."""
    app.config.update(DOCUMENT)
    LIMITER.init_app(app)
    app.extensions["callout.limiter"] = LIMITER
    api = DocumentedApi(
        app, spec_kwargs={"info": {"description": "Field service: every screen action has an address here."}}
    )
    api.spec.components.security_scheme("bearer", {"type": "http", "scheme": "bearer"})
    api.spec.components.security_scheme("cookie", {"type": "apiKey", "in": "cookie", "name": "callout"})
    app.before_request(_require_someone)
    blueprints: list[Any] = [
        session.ROUTES, setup.ROUTES, problems.ROUTES, tracking.ROUTES, tokens.ROUTES, commands.routes(), reads.ROUTES,
        order.ROUTES, board.ROUTES, files.ROUTES, files.LINKED, push.ROUTES,
    ]  # fmt: skip
    for blueprint in blueprints:
        api.register_blueprint(blueprint)
    app.extensions["callout.api"] = api


def document(app: Flask) -> dict[str, Any]:
    """The OpenAPI document of this app."""
    made: dict[str, Any] = app.extensions["callout.api"].spec.to_dict()
    return made
