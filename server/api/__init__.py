"""The REST door: every command under one shape, reads of every screen, logins, and the OpenAPI 3.1 document of it all."""

from __future__ import annotations

from functools import cache
from typing import Any

from flask import Flask, jsonify, request
from flask_smorest import Api

from server.accounts import access
from server.api import board, commands, files, order, problems, push, reads, session, setup, tokens, tracking
from server.core.limits import LIMITER

OPEN = frozenset({"session", "setup", "problems", "tracking", "files"})


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
    app.config["PROPAGATE_EXCEPTIONS"] = False
    LIMITER.init_app(app)
    app.extensions["callout.limiter"] = LIMITER
    app.before_request(_require_someone)
    for blueprint in _blueprints():
        app.register_blueprint(blueprint)
    app.add_url_rule("/api/v1/openapi.json", view_func=lambda: jsonify(document()), endpoint="openapi")


def _blueprints() -> list[Any]:
    return [
        session.ROUTES, setup.ROUTES, problems.ROUTES, tracking.ROUTES, tokens.ROUTES, commands.routes(), reads.ROUTES,
        order.ROUTES, board.ROUTES, files.ROUTES, files.LINKED, push.ROUTES,
    ]  # fmt: skip


@cache
def document() -> dict[str, Any]:
    """The OpenAPI document, made when it is first asked for: most processes never are, and it costs a third of a second and much memory."""
    api = DocumentedApi(
        Flask("document"),
        spec_kwargs={
            "title": "Callout", "version": "1", "openapi_version": "3.1.0",
            "info": {"description": "Field service: every screen action has an address here."},
        },
    )  # fmt: skip
    api.spec.components.security_scheme("bearer", {"type": "http", "scheme": "bearer"})
    api.spec.components.security_scheme("cookie", {"type": "apiKey", "in": "cookie", "name": "callout"})
    for blueprint in _blueprints():
        api.register_blueprint(blueprint)
    made: dict[str, Any] = api.spec.to_dict()
    return made
