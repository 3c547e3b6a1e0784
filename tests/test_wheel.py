"""One file for a server: the wheel holds everything, and runs in an empty environment and an empty folder, without network."""

from __future__ import annotations

import os
import re
import signal
import subprocess
import sys
import sysconfig
import time
import urllib.request
import venv
import zipfile
from collections.abc import Iterator
from pathlib import Path

import pytest
import requests

from sync.testing import FakeDevice
from tests.journeys.test_several_processes import Line
from tests.live import ROOT, free_port

DATA = (".json", ".mako", ".typ", ".html")  # beside Python, whatever its folder


def said(*command: str | Path, folder: Path | None = None) -> str:
    """What a command prints."""
    return subprocess.run(command, cwd=folder, check=True, capture_output=True, text=True).stdout


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """As `make wheel` builds it, with what is installed here instead of an environment of its own."""
    folder = tmp_path_factory.mktemp("wheel")
    command: list[str | Path] = [
        sys.executable,
        "-m",
        "pip",
        "wheel",
        "--quiet",
        "--no-index",
        "--no-deps",
        "--no-build-isolation",
        "-w",
        folder,
        ROOT,
    ]
    subprocess.run(command, check=True, capture_output=True)
    (made,) = folder.glob("callout-*.whl")
    return made


def test_the_wheel_holds_everything_that_is_read_at_run_time(wheel: Path) -> None:
    with zipfile.ZipFile(wheel) as file:
        names = set(file.namelist())
    tracked = said("git", "ls-files", "server", "sync", "media", "migrations", folder=ROOT)
    wanted = {name for name in tracked.splitlines() if name.endswith((".py", *DATA))}
    dist = ROOT / "pwa" / "dist"
    wanted |= {f"pwa/dist/{path.relative_to(dist)}" for path in dist.rglob("*") if path.is_file()}
    assert wanted - names == set()
    assert {"pwa/dist/engineer.html", "pwa/dist/board.html", "pwa/dist/portal.html", "pwa/dist/app/sw.js"} <= names
    assert not any(name.startswith(("tests/", "tools/", "docs/")) or "node_modules" in name for name in names)


@pytest.fixture
def installed(wheel: Path, tmp_path: Path) -> Path:
    """`callout` of an environment that holds the wheel alone; what it depends on is looked for after it, where it is here."""
    place = tmp_path / "environment"
    venv.create(place, with_pip=True)  # its own pip: another one would take away what it finds beside itself
    python = place / "bin" / "python"
    target = said(python, "-c", "import sysconfig; print(sysconfig.get_path('purelib'))")
    said(python, "-m", "pip", "install", "--quiet", "--no-index", "--no-deps", wheel)
    parts = Path(target.strip())
    (parts / "dependencies.pth").write_text(sysconfig.get_path("purelib") + "\n")  # its own .pth files are not followed
    return place / "bin" / "callout"


@pytest.fixture
def url(installed: Path, tmp_path: Path) -> Iterator[str]:
    """`callout run` in an empty folder."""
    folder, port = tmp_path / "empty", free_port()
    folder.mkdir()
    environment = {name: os.environ[name] for name in ("PATH", "HOME", "LANG") if name in os.environ}
    where = said(installed.parent / "python", "-c", "import server; print(server.__file__)", folder=folder)
    assert where.startswith(str(installed.parents[1])), where
    with (tmp_path / "log").open("wb") as log:
        made = subprocess.Popen(
            [installed, "run"], cwd=folder, env=environment | {"PORT": str(port), "DEMO": "small"}, stdout=log,
            stderr=log, start_new_session=True,
        )  # fmt: skip
    try:
        wait_for(f"http://127.0.0.1:{port}/health/ready", tmp_path / "log")
        yield f"http://127.0.0.1:{port}"
    finally:
        os.killpg(made.pid, signal.SIGTERM)
        made.wait(20)
    assert (folder / "var" / "callout.db").exists()


def wait_for(address: str, log: Path) -> None:
    for _ in range(600):
        try:
            with urllib.request.urlopen(address, timeout=2):  # noqa: S310 - our own address
                return
        except OSError:
            time.sleep(0.1)
    raise AssertionError(log.read_text())


class One:
    """The only server there is."""

    def __init__(self, url: str) -> None:
        self.url = url


@pytest.mark.prove
def test_it_runs_in_an_empty_environment(url: str) -> None:
    page = requests.get(f"{url}/app/", timeout=10)
    assert page.status_code == 200
    for asset in re.findall(r'(?:src|href)="(/assets/[^"]+)"', page.text):
        assert requests.get(url + asset, timeout=10).status_code == 200
    assert requests.get(f"{url}/install", timeout=10).status_code == 200
    session = requests.Session()
    told = {"login": "ben", "password": "callout-demo"}
    assert session.post(f"{url}/api/v1/session", json=told, timeout=10).status_code == 200
    ben = FakeDevice(Line(One(url), session))
    assert ben.hello()["user"]["name"].startswith("Ben")
    ben.pull()
    assert ben.ids("visit")
