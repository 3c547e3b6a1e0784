"""Numbers of files: what a picture costs the worker, and what a file costs on a way that is cut ten times."""

from __future__ import annotations

import io
import random
import resource
import statistics
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

import requests
from PIL import Image

from media import sandbox, variants
from tests.faults import CuttingProxy
from tests.live import LiveServer
from tests.media.test_torn import SIZE, Phone

Say = Callable[..., None]


def _photo() -> bytes:
    """12 megapixels with as much detail as a camera's: some 5 MB."""
    noise = Image.effect_noise((1008, 756), 60).resize((4032, 3024), Image.Resampling.BICUBIC)
    turned = [noise, noise.transpose(Image.Transpose.FLIP_LEFT_RIGHT), noise.transpose(Image.Transpose.FLIP_TOP_BOTTOM)]
    out = io.BytesIO()
    Image.merge("RGB", turned).save(out, "JPEG", quality=90)
    return out.getvalue()


def _children_seconds() -> float:
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


def _cost(work: Callable[[], object], clock: Callable[[], float]) -> float:
    """Milliseconds of one core, the median of seven."""
    rounds = []
    for _ in range(7):
        begun = clock()
        work()
        rounds.append(clock() - begun)
    return statistics.median(rounds) * 1000


def picture_numbers(say: Say) -> None:
    """Inspect, decode and both variants, in this process and in one of its own."""
    data = _photo()
    bare = _cost(lambda: variants.picture(data), time.process_time)
    whole = _cost(lambda: sandbox.picture(data), _children_seconds)
    peer = f"with the start of its own process: {whole:.0f} ms"
    say("screen size and thumbnail of a 12-megapixel JPEG, of one core", bare, "ms", 300, peer)


def torn_numbers(say: Say) -> None:
    """Bytes that reached the server over ten cuts, against the file's own; the worst of five seeds."""
    with tempfile.TemporaryDirectory() as name:
        server = LiveServer(Path(name), anew=True).start()
        try:
            browser = requests.Session()
            login = {"login": "asha", "password": "callout-demo"}
            browser.post(f"{server.url}/api/v1/session", json=login, timeout=20).raise_for_status()
            cookie = "; ".join(f"{one.name}={one.value}" for one in browser.cookies)
            ratios = [_ratio(server.port, cookie, seed) for seed in range(5)]
        finally:
            server.stop()
    told = f"median {statistics.median(ratios):.4f}, best {min(ratios):.4f}"
    say("bytes sent for a file over ten cuts", max(ratios), "ratio", 1.1, told)


def _ratio(port: int, cookie: str, seed: int) -> float:
    chance = random.Random(seed)
    places = [0.01, 0.5, 0.99, *(chance.random() for _ in range(7))]
    proxy = CuttingProxy(port, [int(SIZE * one) for one in places], seed)
    try:
        Phone(proxy.port, cookie, chance.randbytes(SIZE)).send()
    finally:
        proxy.close()
    return proxy.sent / SIZE
