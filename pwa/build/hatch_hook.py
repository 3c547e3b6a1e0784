"""Puts the built front end into the wheel; editable installs work before the first build, a wheel without it is refused."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from hatchling.builders.hooks.plugin.interface import BuildHookInterface


class FrontEnd(BuildHookInterface):  # type: ignore[type-arg]
    """Adds pwa/dist to a normal wheel."""

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:
        dist = Path(self.root) / "pwa" / "dist"
        if version != "standard":
            return
        if not (dist / "engineer.html").is_file():
            raise RuntimeError(
                "The front end has not been built: run `make build` first, or `make wheel`, which does both."
            )
        build_data["force_include"][str(dist)] = "pwa/dist"
