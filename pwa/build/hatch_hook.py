"""Puts the built front end into the wheel when it is there; editable installs work before the first build."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from hatchling.builders.hooks.plugin.interface import BuildHookInterface


class FrontEnd(BuildHookInterface):  # type: ignore[type-arg]
    """Adds pwa/dist to a normal wheel."""

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:
        dist = Path(self.root) / "pwa" / "dist"
        if version == "standard" and dist.is_dir():
            build_data["force_include"][str(dist)] = "pwa/dist"
