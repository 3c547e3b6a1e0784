"""Starting the server: one parent, the web processes (gunicorn) and one worker. Children are forked from one loaded program."""

from __future__ import annotations

import argparse
import contextlib
import errno
import os
import resource
import signal
import socket
import sys
import time
from collections.abc import Callable
from typing import Any

import structlog
from flask import Flask
from sqlalchemy import exc

from server.app import create_app
from server.cli import database, demo, lan
from server.core import keys
from server.core.config import Settings
from server.core.db import db
from server.core.errors import Problem
from server.notices import vapid

WANTED_FILES = 8192
RESTART_SECONDS = 1.0
ENDS = (signal.SIGTERM, signal.SIGINT)
log = structlog.get_logger("serve")


def _say(step: str) -> None:
    print(step, flush=True)


def _raise_file_limit() -> None:
    """Every open stream is a file: take what the system allows."""
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    wanted = min(WANTED_FILES, hard) if hard != resource.RLIM_INFINITY else WANTED_FILES
    if soft < wanted:
        resource.setrlimit(resource.RLIMIT_NOFILE, (wanted, hard))


def serve_web(app: Flask, settings: Settings, tls: lan.Tls | None = None) -> None:
    """Run gunicorn in this process until it is told to stop."""
    from gunicorn.app.base import BaseApplication

    options: dict[str, Any] = {
        "bind": f"{settings.host}:{settings.port}", "workers": settings.web_processes, "worker_class": "gthread",
        "threads": settings.threads, "worker_connections": settings.threads + 100, "timeout": 0, "graceful_timeout": 5,
        "keepalive": 15, "preload_app": True, "accesslog": None, "loglevel": "warning", "control_socket_disable": True,
        "forwarded_allow_ips": "127.0.0.1,::1", "limit_request_line": 8190,
    }  # fmt: skip
    if tls is not None:
        options |= {"certfile": str(tls.certificate), "keyfile": str(tls.key)}

    class Web(BaseApplication):  # type: ignore[misc] # gunicorn has no types
        def load_config(self) -> None:
            for name, value in options.items():
                if name in self.cfg.settings:
                    self.cfg.set(name, value)

        def load(self) -> Any:
            return _behind_proxies(app, settings)

    Web().run()


def _port_refused(settings: Settings) -> str | None:
    """Why nobody could listen there, as a sentence; asked before anything is begun, so that no second worker stays behind."""
    family = socket.AF_INET6 if ":" in settings.host else socket.AF_INET
    with socket.socket(family, socket.SOCK_STREAM) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((settings.host, settings.port))
        except OSError as error:
            here = f"{settings.host}:{settings.port}"
            if error.errno == errno.EADDRINUSE:
                return f"{here} is taken: Callout or another program runs there. Stop it, or choose another, such as PORT={settings.port + 1}."
            if error.errno == errno.EACCES:
                return f"{here} needs more rights. Choose a port above 1023 and put a proxy before it, or see docs/settings.md."
            return f"{here} is no address of this machine ({error.strerror}). Set CALLOUT_HOST to one, or leave it out."
    return None


def _refuse(settings: Settings) -> bool:
    why = _port_refused(settings)
    if why:
        print(f"Callout does not start: {why}", file=sys.stderr)
    return why is not None


def _behind_proxies(app: Flask, settings: Settings) -> Any:
    if settings.trusted_proxies:
        from werkzeug.middleware.proxy_fix import ProxyFix

        n = settings.trusted_proxies
        app.wsgi_app = ProxyFix(app.wsgi_app, x_for=n, x_proto=n, x_host=n)  # type: ignore[method-assign] # the way Flask documents it
    return app


def web_only(settings: Settings, _args: argparse.Namespace) -> int:
    """Verb web."""
    if _refuse(settings):
        return 2
    _raise_file_limit()
    app = create_app(settings)
    with app.app_context():
        _see_to_keys(settings)
    _forget_connections(app)
    serve_web(app, settings)
    return 0


def worker_only(settings: Settings, _args: argparse.Namespace) -> int:
    """Verb worker."""
    from server import worker

    app = create_app(settings)
    with app.app_context():
        _see_to_keys(settings)
        db.session.remove()
    worker.run(app)
    return 0


def _see_to_keys(settings: Settings) -> None:
    """The keys of the database are announced before anybody asks. Nothing is lost without ours, and nothing that was sealed is opened here."""
    try:
        vapid.announced(settings.data_dir)
        lost = keys.missing(settings.data_dir)
    except (exc.SQLAlchemyError, Problem):
        return  # the health page says more of a database that does not answer
    if lost is not None:
        _say(f"intake key {lost} is not in {keys.folder(settings.data_dir)}: copy it from the server that has it")


def _forget_connections(app: Flask) -> None:
    """A forked child must not share its parent's database connections."""
    with app.app_context():
        db.session.remove()
        db.engine.dispose()


def run(settings: Settings, args: argparse.Namespace) -> int:
    """Verb run."""
    if _refuse(settings):
        return 2
    tls = None
    if args.lan:
        settings, tls = lan.prepare(settings)
    _say(f"data       {settings.data_dir}")
    _raise_file_limit()
    failed = database.migrate(settings, args)
    if failed:
        return failed
    _say("database   up to date")
    app = create_app(settings)
    ended = _seed(app, settings)
    if ended is not None:
        return ended
    with app.app_context():
        _say(demo.welcome(settings))
        _see_to_keys(settings)
    _forget_connections(app)
    sys.stdout.flush()
    return _supervise({"web": lambda: serve_web(app, settings, tls), "worker": lambda: _work(app)})


def _seed(app: Flask, settings: Settings) -> int | None:
    """Put the demo company in where none is, in a process of its own: what that takes of memory is given back before anything is served.

    None when that is done; the status to end with when it failed (1) or we were told to end meanwhile (0).
    """

    def put() -> None:
        with app.app_context():
            _say(f"company    {demo.seed_if_empty(settings)}")

    _forget_connections(app)
    status, is_told = _waited_for(put)
    if is_told:
        return 0
    return 1 if status else None


def _waited_for(child: Callable[[], None]) -> tuple[int, bool]:
    """A forked child's exit status, and whether we were told to end meanwhile: then it was told too, and stays behind nowhere."""
    running: list[int] = []
    told: list[int] = []

    def stop(number: int, _frame: Any) -> None:
        told.append(number)
        for pid in running:
            with contextlib.suppress(ProcessLookupError):  # it has just ended by itself
                os.kill(pid, signal.SIGTERM)

    before = {number: signal.signal(number, stop) for number in ENDS}
    try:
        running.append(_fork(child))
        if told:  # before its number was known
            os.kill(running[0], signal.SIGTERM)
        _pid, status = os.waitpid(running[0], 0)
        running.clear()
    finally:
        for number, answer in before.items():
            signal.signal(number, answer)
    return os.waitstatus_to_exitcode(status), bool(told)


def _work(app: Flask) -> None:
    from server import worker

    worker.run(app)


def _supervise(children: dict[str, Callable[[], None]]) -> int:
    """Fork each child, start it again when it dies, pass on the signal to stop."""
    running: dict[int, str] = {}
    stopping: list[int] = []

    def stop(number: int, _frame: Any) -> None:
        stopping.append(number)
        for pid in running:
            os.kill(pid, signal.SIGTERM)

    for number in ENDS:
        signal.signal(number, stop)

    def start(name: str) -> None:
        pid = _fork(children[name])
        running[pid] = name
        if stopping:  # told to stop while it was being begun: nobody else tells it
            os.kill(pid, signal.SIGTERM)

    for name in children:
        start(name)
    while running:
        try:
            pid, _status = os.wait()
        except InterruptedError:
            continue
        name = running.pop(pid, "")
        if name and not stopping:
            print(f"{name} ended unexpectedly and is started again", file=sys.stderr, flush=True)
            time.sleep(RESTART_SECONDS)
            if not stopping:
                start(name)
    return 0


def _fork(child: Callable[[], None]) -> int:
    # a signal between the fork and the line that gives the child its own answer to it would be lost to the child
    signal.pthread_sigmask(signal.SIG_BLOCK, ENDS)
    pid = os.fork()
    if pid:
        signal.pthread_sigmask(signal.SIG_UNBLOCK, ENDS)
        return pid
    status = 1
    try:
        for number in ENDS:
            signal.signal(number, signal.SIG_DFL)
        signal.pthread_sigmask(signal.SIG_UNBLOCK, ENDS)
        child()
        status = 0
    except Exception:
        log.exception("a process ended")
    except SystemExit as ended:
        status = ended.code if isinstance(ended.code, int) else 1
    except KeyboardInterrupt:
        status = 0
    finally:
        sys.stdout.flush()
        sys.stderr.flush()
        os._exit(status)
