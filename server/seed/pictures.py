"""Pictures of the demo: drawn, plainly called samples, never taken for photos. Not: their variants (the worker makes them)."""

from __future__ import annotations

import io
from typing import Any

from PIL import Image, ImageDraw, ImageFont

from media.storage.base import Storage
from server.seed.cases import Case
from server.seed.chance import dice

WIDTH, HEIGHT = 1280, 960
SKY, STEEL, DARK, RUST, GREEN = "#dfe8ee", "#8fa3b0", "#22303a", "#b4552d", "#3f8f5f"


def of_case(case: Case, storage: Storage) -> list[dict[str, Any]]:
    """Before, after and the signature: stored, and what attachment.add is to say of them."""
    drawn = [
        (photo(case, "before"), {"kind": "photo", "mime": "image/jpeg", "tag": "before", "name": f"{case.unit.serial}-before.jpg"}),
        (photo(case, "after"), {"kind": "photo", "mime": "image/jpeg", "tag": "after", "name": f"{case.unit.serial}-after.jpg"}),
        (signature(case), {"kind": "signature", "mime": "image/png", "name": "signature.png"}),
    ]  # fmt: skip
    return [{**told, "size": len(data), "sha256": storage.put(data)} for data, told in drawn]


def photo(case: Case, tag: str) -> bytes:
    """A JPEG of a machine as a drawing: rusty before, clean after."""
    chance = dice("photo", case.key, tag)
    image = Image.new("RGB", (WIDTH, HEIGHT), SKY)
    draw = ImageDraw.Draw(image)
    draw.rectangle((0, 700, WIDTH, HEIGHT), fill="#c3c9cc")
    draw.rectangle((220, 260, 1060, 720), fill=STEEL, outline=DARK, width=6)
    for row in range(8):
        draw.line((260, 320 + row * 46, 700, 320 + row * 46), fill=DARK, width=4)
    centre = (890, 480)
    draw.ellipse((centre[0] - 120, centre[1] - 120, centre[0] + 120, centre[1] + 120), fill=SKY, outline=DARK, width=6)
    for _ in range(28 if tag == "before" else 3):
        x, y, size = chance.randrange(240, 1000), chance.randrange(280, 690), chance.randrange(8, 34)
        draw.ellipse((x, y, x + size, y + size // 2), fill=RUST)
    lamp = RUST if tag == "before" else GREEN
    draw.ellipse((1000, 280, 1040, 320), fill=lamp, outline=DARK, width=3)
    _write(draw, (40, 40), f"SAMPLE DRAWING - not a photo - {tag}", 44)
    _write(draw, (40, 110), f"{case.unit.model}  {case.unit.serial}", 38)
    return _stored(image, "JPEG", quality=82)


def signature(case: Case) -> bytes:
    """A PNG of a wavy line, as somebody signs on glass."""
    chance = dice("signature", case.key)
    image = Image.new("RGB", (800, 300), "white")
    draw = ImageDraw.Draw(image)
    points = [(70 + step * 32, 160 + chance.randrange(-70, 70)) for step in range(20)]
    draw.line(points, fill=DARK, width=5, joint="curve")
    _write(draw, (20, 260), "sample signature", 22)
    return _stored(image, "PNG")


def _write(draw: ImageDraw.ImageDraw, place: tuple[int, int], text: str, size: int) -> None:
    draw.text(place, text, fill=DARK, font=ImageFont.load_default(size))


def _stored(image: Image.Image, kind: str, **options: Any) -> bytes:
    file = io.BytesIO()
    image.save(file, kind, **options)
    return file.getvalue()
