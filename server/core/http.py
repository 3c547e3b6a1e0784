"""How the server answers: problem+json for every failure, security headers on every route, the front end's files.

Not: routes of features (their views) and who is logged in (accounts).
"""

from __future__ import annotations

import json
import math
import uuid
from typing import Any
from urllib.parse import urlsplit

import structlog
from flask import Flask, Response, current_app, g, request
from marshmallow import ValidationError
from sqlalchemy import exc
from werkzeug.exceptions import HTTPException

from server.core import commit, locales
from server.core.canonical import dumps
from server.core.config import Settings
from server.core.errors import CATALOGUE, Problem, messages
from sync.wire import depth as json_depth
from sync.wire import is_text

log = structlog.get_logger("http")
MOST_DEPTH = 32
MOST_BODY = 1 << 20
UNSAFE = frozenset({"POST", "PUT", "PATCH", "DELETE"})
CSP = (
    "default-src 'self'; script-src 'self'; style-src 'self'; img-src 'self' blob: data:; connect-src 'self'; "
    "worker-src 'self'; manifest-src 'self'; object-src 'none'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'"
)
# for one worker of ours alone, which reads codes in pictures: it may compile wasm, no page may (docs/decisions)
CSP_OF_READER = CSP.replace("script-src 'self'", "script-src 'self' 'wasm-unsafe-eval'")
HEADERS = {
    "Content-Security-Policy": CSP,
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "no-referrer",
    "Permissions-Policy": "camera=(self), geolocation=(self), microphone=(self), payment=(), usb=()",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
}
BY_STATUS = {
    400: "body_malformed", 404: "not_found", 405: "method_not_allowed", 413: "body_too_large",
    415: "unsupported_media_type", 422: "input_invalid", 429: "too_many_requests",
}  # fmt: skip


def settings() -> Settings:
    """The settings of the running app."""
    found: Settings = current_app.extensions["callout.settings"]
    return found


def locale() -> str:
    """The language of this request: the user's own, else the browser's."""
    actor = g.get("actor")
    accepted = request.headers.get("Accept-Language", "")
    # our own screens say which language they show right now
    shown = locales.named(accepted) if "Sync-App" in request.headers else None
    preferred = shown or request.args.get("locale") or (actor.locale if actor is not None else None)
    return locales.choose(accepted, preferred)


def problem_response(problem: Problem) -> Response:
    """A problem+json reply in the language of the request."""
    body = dumps(problem.as_json(locale()))
    reply = Response(body, status=problem.kind.status, content_type="application/problem+json")
    reply.headers.update(problem.headers)
    if problem.kind.retry == "later" and "Retry-After" not in reply.headers:
        reply.headers["Retry-After"] = "5"
    reply.headers["Cache-Control"] = "no-store"
    return reply


def read_json(body: bytes) -> Any:
    """Parsed JSON of a body, its depth checked first; NaN and Infinity are not JSON, NUL and half characters no text."""
    if body.count(b"[") + body.count(b"{") > MOST_DEPTH and json_depth(body) > MOST_DEPTH:
        raise Problem("body_too_deep")
    try:
        data = json.loads(body, parse_constant=_no_constant, parse_float=_finite)
    except (ValueError, RecursionError):
        raise Problem("body_malformed") from None
    if not is_text(data):
        raise Problem("body_malformed")
    return data


def _finite(text: str) -> float:
    value = float(text)
    if not math.isfinite(value):
        raise ValueError(text)
    return value


def _no_constant(name: str) -> Any:
    raise ValueError(name)


def install(app: Flask, config: Settings) -> None:
    """Error handlers, checks before and headers after every request."""
    app.extensions["callout.settings"] = config
    app.config["MAX_CONTENT_LENGTH"] = 8 << 20
    app.before_request(_check_request)
    app.after_request(_finish_reply)
    app.register_error_handler(Problem, problem_response)
    app.register_error_handler(HTTPException, _from_http)
    app.register_error_handler(ValidationError, _from_validation)
    app.register_error_handler(exc.SQLAlchemyError, _from_database)
    app.register_error_handler(Exception, _unexpected)


def _check_request() -> None:
    if request.method in UNSAFE:
        _check_origin()
    if "\x00" in request.path or any("\x00" in value for value in request.args.values()):
        raise Problem("not_found" if "\x00" in request.path else "body_malformed")
    is_json = request.mimetype == "application/json" or request.mimetype.endswith("+json")
    if is_json and not request.path.startswith("/sync/") and request.content_length:
        if request.content_length > MOST_BODY:
            raise Problem("body_too_large")
        read_json(request.get_data(cache=True))


def _check_origin() -> None:
    """A browser names the page a write comes from: another site's is refused. Programs send no Origin."""
    origin = request.headers.get("Origin")
    if origin is None:
        if request.headers.get("Sec-Fetch-Site") in ("cross-site", "same-site"):
            raise Problem("origin_refused")
        return
    allowed = {request.host_url.rstrip("/")}
    if settings().public_url:
        parts = urlsplit(settings().public_url)
        allowed.add(f"{parts.scheme}://{parts.netloc}")
    if origin not in allowed:
        raise Problem("origin_refused")


def _finish_reply(reply: Response) -> Response:
    for name, value in HEADERS.items():
        reply.headers.setdefault(name, value)
    if request.is_secure:
        reply.headers.setdefault("Strict-Transport-Security", "max-age=31536000")
    reply.headers.setdefault("Cache-Control", "no-store")
    return reply


def _from_http(error: HTTPException) -> Response:
    data = getattr(error, "data", None) or {}
    fields = data.get("messages") or {}
    code = BY_STATUS.get(error.code or 500)
    if code is None:
        if error.response is not None or (error.code or 500) < 400:
            return error.get_response()  # type: ignore[return-value] # werkzeug names its own base class of Flask's Response
        return _unexpected(error)
    headers = {k: v for k, v in error.get_headers() if k in ("Allow", "Retry-After")}
    return problem_response(Problem(code, fields=fields, headers=headers, wanted="application/json"))


def _from_validation(error: ValidationError) -> Response:
    return problem_response(Problem("input_invalid", fields=messages(error)))


def _from_database(error: exc.SQLAlchemyError) -> Response:
    problem = commit.as_problem(error)
    return problem_response(problem) if isinstance(problem, Problem) else _unexpected(error)


def _unexpected(error: Exception) -> Response:
    reference = uuid.uuid4().hex[:8]
    log.error("unexpected failure", reference=reference, path=request.path, exc_info=error)
    return problem_response(Problem("internal", reference=reference))


def describe_problems() -> dict[str, dict[str, Any]]:
    """The error catalogue as data: for its own page and for clients."""
    return {
        code: {"status": kind.status, "retry": kind.retry, "sentence": dict(kind.sentence)}
        for code, kind in sorted(CATALOGUE.items())
    }
