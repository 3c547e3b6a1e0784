"""What is a picture and what only says so: a corpus of hostile files, and good ones that must pass."""

from __future__ import annotations

import io
import signal
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
from PIL import Image

from media import sandbox
from media.containers import Refused
from media.errors import FAULTS
from media.inspect import form
from media.sandbox import Interrupted, Limits
from tests.media import pictures
from tests.media.pictures import HOSTILE

SECRETS = (b"Secret", b"Exif", b"ICC_PROFILE", b"http://ns.adobe")


def verdict(data: bytes) -> str:
    try:
        sandbox.picture(data)
    except Refused as refused:
        return refused.code
    return "ok"


@pytest.mark.parametrize("name", HOSTILE)
def test_what_is_hostile_is_refused_with_its_reason(name: str) -> None:
    make, codes = HOSTILE[name]
    assert verdict(make()) in codes


def test_the_corpus_is_large_and_each_reason_has_its_sentences() -> None:
    sentences = {fault.code: (fault.en, fault.zh) for fault in FAULTS}
    assert len(HOSTILE) >= 40
    for _make, codes in HOSTILE.values():
        for code in codes - {"ok"}:
            assert all(sentences[code])


GOOD: dict[str, Callable[[], bytes]] = {
    "jpeg": pictures.jpeg, "progressive jpeg": pictures.progressive, "png": pictures.png, "signature": pictures.signature,
    "webp": pictures.webp, "heic": pictures.heic, "one point": lambda: pictures.jpeg(1, 1), "a line": lambda: pictures.png(5000, 1),
    "two pictures in one, as cameras do": lambda: pictures.jpeg() + bytes(40) + pictures.jpeg(40, 30),
    "a moving picture behind": lambda: pictures.jpeg() + pictures.bmff(b"mp42"),
    "Samsung's list behind": lambda: pictures.jpeg() + b"\0\0\x01\x0aImage_UTC_Data1700000000SEFH" + bytes(20) + b"SEFT",
    "59 megapixels": lambda: pictures.png_of(59_000, 1_000), "photoshop's words": lambda: pictures.with_segment(
        0xE1, b'http://ns.adobe.com/xap/1.0/\0<?xpacket begin=""?><x:xmpmeta xmlns:x="adobe:ns:meta/"/>'),
}  # fmt: skip


@pytest.mark.parametrize("name", GOOD)
def test_pictures_pass(name: str) -> None:
    found = sandbox.picture(GOOD[name]())
    for one, most in zip(found.variants, (1600, 320), strict=True):
        image = Image.open(io.BytesIO(one.data))
        assert image.size == (one.width, one.height)
        assert max(image.size) <= most
        assert not any(secret in one.data for secret in SECRETS)
        assert (dict(image.getexif()), image.info.get("comment"), image.info.get("icc_profile")) == ({}, None, None)


@pytest.mark.parametrize("orientation", range(1, 9))
def test_pictures_stand_upright_whatever_way_the_camera_was_held(orientation: int) -> None:
    """The corner that is red as one sees it is where it belongs, in both variants."""
    upright = Image.open(io.BytesIO(pictures.jpeg(800, 600)))
    turns = {2: 0, 3: 3, 4: 1, 5: 5, 6: 2, 7: 6, 8: 4}  # how the sensor saw it: the inverse of what EXIF asks for
    seen = upright.transpose(Image.Transpose(turns[orientation])) if orientation > 1 else upright
    out = io.BytesIO()
    seen.save(out, "JPEG", exif=pictures.exif(orientation), quality=90)
    found = sandbox.picture(out.getvalue())
    assert (found.width, found.height) == (800, 600)
    for one in found.variants:
        image = Image.open(io.BytesIO(one.data)).convert("RGB")
        red, green, _blue = image.getpixel((image.width // 10, image.height // 10))  # type: ignore[misc] # of three colours
        assert (image.width > image.height, red > 180, green < 80) == (True, True, True)


def test_ink_on_nothing_is_shown_on_white() -> None:
    screen = Image.open(io.BytesIO(sandbox.picture(pictures.signature()).variants[0].data)).convert("RGB")
    assert min(screen.getpixel((5, 5))) > 240  # type: ignore[arg-type] # of three colours


def test_memory_that_is_not_there_is_a_reason_and_no_crash() -> None:
    large = pictures.png_of(50_000, 1_000)
    with pytest.raises(Refused, match="picture_too_hard"):
        sandbox.picture(large, Limits(memory_bytes=90 << 20))


@pytest.mark.parametrize(
    ("deed", "code"),
    [("while True: pass", "picture_too_hard"), ("import time; time.sleep(60)", "picture_too_hard"),
     ("import os; os.kill(os.getpid(), 11)", "picture_too_hard"), ("raise SystemExit(3)", "picture_damaged"),
     ("print('no json')", "picture_damaged")],
)  # fmt: skip
def test_what_hangs_or_breaks_the_process_is_refused(monkeypatch: pytest.MonkeyPatch, deed: str, code: str) -> None:
    run = subprocess.run

    def instead(command: list[str], **options: object) -> object:
        limits = "import resource; resource.setrlimit(resource.RLIMIT_CPU, (1, 2)); resource.setrlimit(resource.RLIMIT_CORE, (0, 0))\n"
        return run([sys.executable, "-c", limits + deed], **options)  # type: ignore[call-overload] # handed on as they came

    monkeypatch.setattr(subprocess, "run", instead)
    with pytest.raises(Refused, match=code):
        sandbox.picture(pictures.jpeg(), Limits(wall_seconds=4))


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGKILL])
def test_a_process_that_was_ended_from_outside_says_nothing_of_the_picture(
    monkeypatch: pytest.MonkeyPatch, number: signal.Signals
) -> None:
    done = subprocess.CompletedProcess([], -number, b"", b"")
    monkeypatch.setattr(subprocess, "run", lambda *_command, **_options: done)
    with pytest.raises(Interrupted):
        sandbox.picture(pictures.jpeg())


def test_without_its_part_a_heic_is_refused_with_the_way_out(monkeypatch: pytest.MonkeyPatch) -> None:
    from media import variants

    data = pictures.heic()  # made while the part is still there
    monkeypatch.setitem(sys.modules, "pillow_heif", None)
    with pytest.raises(Refused, match="heic_unreadable"):
        variants.picture(data)
    assert form(data) == "heic"


def test_the_process_of_pictures_gets_no_secret(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    seen: dict[str, object] = {}

    def watched(_command: list[str], **options: object) -> object:
        seen.update(options)
        return subprocess.CompletedProcess([], 0, b'{"refused": "picture_damaged"}\n', b"")

    monkeypatch.setenv("DATABASE_URL", "postgresql://user:secret@host/db")
    monkeypatch.setattr(subprocess, "run", watched)
    assert verdict(pictures.jpeg()) == "picture_damaged"
    assert "secret" not in str(seen["env"])
