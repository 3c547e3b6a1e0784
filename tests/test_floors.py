"""The house: imports go down only (docs/architecture.md). Walks every import of server, sync and media."""

from __future__ import annotations

import ast
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
# lower floors first; inside one floor a name may import only those to its left
FLOORS: tuple[tuple[str, ...], ...] = (
    ("core",),
    ("expressions",),
    ("*/engine",),
    ("permissions", "organisation", "accounts", "audit", "conflicts", "attachments", "notices"),
    ("forms", "flows", "rules"),
    ("customers", "engineers", "assets", "inventory", "knowledge"),
    ("work_orders", "scheduling", "sla"),
    ("dispatch", "portal", "reports", "integrations"),
    ("reactions", "wiring", "models", "migrate", "health", "worker", "seed", "api", "install", "pages", "app", "cli"),
)
PURE = frozenset({"flask", "sqlalchemy", "datetime.now", "requests", "flask_sqlalchemy"})
LIBRARIES = {
    "sync": frozenset({"flask", "sqlalchemy", "marshmallow", "cryptography", "sync"}),
    "media": frozenset(
        {"flask", "werkzeug", "sqlalchemy", "marshmallow", "PIL", "pillow_heif", "boto3", "botocore", "media"}
    ),
}


def _imports(path: Path) -> set[str]:
    found: set[str] = set()
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module and node.level == 0:
            found |= {f"{node.module}.{alias.name}" for alias in node.names} | {node.module}
    return found


def _place(parts: tuple[str, ...]) -> tuple[int, int] | None:
    """(floor, position) of a module below server, None for one that has no place."""
    if len(parts) > 1 and parts[1] == "engine":
        return (2, 0)
    for floor, names in enumerate(FLOORS):
        if parts and parts[0] in names:
            return (floor, names.index(parts[0]))
    return None


SERVER = sorted(path for path in (ROOT / "server").rglob("*.py") if path != ROOT / "server" / "__init__.py")


def _faults(path: Path) -> list[str]:
    own_parts = path.relative_to(ROOT / "server").with_suffix("").parts
    own = _place(own_parts)
    if own is None:
        return ["has no floor"]
    faults = []
    for name in sorted(_imports(path)):
        top, *rest = name.split(".")
        if top != "server" or not rest:
            continue
        other = _place(tuple(rest))
        is_same = rest[0] == own_parts[0]
        if own == (2, 0):
            is_same = rest[:2] == list(own_parts[:2])
            if not is_same and rest[0] != "expressions":
                faults.append(f"an engine imports {name}")
            continue
        if other is None or is_same:
            continue
        if other[0] > own[0] or (other[0] == own[0] and other[1] >= own[1]):
            faults.append(f"imports {name}, which is not below it")
    return faults


@pytest.mark.parametrize("path", SERVER, ids=lambda path: str(path.relative_to(ROOT)))
def test_imports_go_down_only(path: Path) -> None:
    assert _faults(path) == []


@pytest.mark.parametrize("library", sorted(LIBRARIES))
def test_the_libraries_know_nothing_of_the_business(library: str) -> None:
    import sys

    for path in sorted((ROOT / library).rglob("*.py")):
        tops = {name.split(".")[0] for name in _imports(path)}
        strangers = tops - LIBRARIES[library] - sys.stdlib_module_names
        assert strangers == set(), f"{path.relative_to(ROOT)} imports {sorted(strangers)}"


def test_engines_are_pure() -> None:
    for path in SERVER:
        if "engine" in path.parts:
            assert {name.split(".")[0] for name in _imports(path)}.isdisjoint(PURE), path


def test_the_walk_can_fail(tmp_path: Path) -> None:
    bad = tmp_path / "bad.py"
    bad.write_text("from server.work_orders.models import Visit\nimport server.wiring\n")
    assert "server.work_orders.models.Visit" in _imports(bad)
    low, high = _place(("customers", "operations")), _place(("work_orders", "models"))
    assert low is not None and high is not None and low < high


def test_names_that_refuse_nothing_are_refused() -> None:
    banned = {"utils", "helpers", "common", "manager", "service", "util", "misc"}
    for folder in ("server", "sync", "media", "pwa/src"):
        for path in (ROOT / folder).rglob("*"):
            assert path.stem.lower() not in banned, path
