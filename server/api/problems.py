"""The error catalogue as a page of its own, open to all: whoever writes a client needs it before he can log in."""

from __future__ import annotations

from flask import Response
from flask_smorest import Blueprint

from server.core.canonical import dumps
from server.core.http import describe_problems

ROUTES = Blueprint("problems", __name__, url_prefix="/api/v1/problems", description="What can go wrong, and what to do")


@ROUTES.route("", methods=["GET"])
@ROUTES.response(200)
def problems() -> Response:
    """The error catalogue: every code with status, retry and sentences."""
    return Response(dumps(describe_problems()), content_type="application/json")
