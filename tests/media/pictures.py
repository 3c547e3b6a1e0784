"""Pictures, good and hostile, made by code: no file of them is kept. `HOSTILE` names each with the code it is refused with."""

from __future__ import annotations

import io
import struct
import zipfile
import zlib
from collections.abc import Callable
from functools import cache

from PIL import Image, PngImagePlugin

HTML = b"<!DOCTYPE html><html><script>alert(1)</script></html>"
SVG = b'<?xml version="1.0"?><svg xmlns="http://www.w3.org/2000/svg" onload="alert(1)"/>'


def _scene(width: int, height: int) -> Image.Image:
    """Something with edges and gradients, red at its upper left."""
    image = Image.linear_gradient("L").resize((width, height)).convert("RGB")
    image.paste((220, 20, 20), (0, 0, width // 4, height // 4))
    return image


def _saved(image: Image.Image, form: str, **options: object) -> bytes:
    out = io.BytesIO()
    image.save(out, form, **options)
    return out.getvalue()


def exif(orientation: int = 1) -> Image.Exif:
    """What a camera writes: how it was held, which one it is, where it was."""
    made = Image.Exif()
    made[0x0112], made[0x010F] = orientation, "SecretCameraMaker"
    made.get_ifd(0x8825).update({1: "N", 2: (31.0, 14.0, 5.0), 3: "E", 4: (121.0, 28.0, 6.0)})
    return made


@cache
def jpeg(width: int = 400, height: int = 300, orientation: int = 1) -> bytes:
    return _saved(_scene(width, height), "JPEG", exif=exif(orientation), comment=b"SecretRemark", quality=90)


@cache
def progressive(width: int = 400, height: int = 300) -> bytes:
    return _saved(_scene(width, height), "JPEG", progressive=True)


@cache
def png(width: int = 400, height: int = 300) -> bytes:
    info = PngImagePlugin.PngInfo()
    info.add_text("Author", "SecretAuthor")
    return _saved(_scene(width, height), "PNG", pnginfo=info, exif=exif())


@cache
def signature() -> bytes:
    """Ink on nothing."""
    image = Image.new("RGBA", (600, 200), (0, 0, 0, 0))
    image.paste((10, 10, 60, 255), (50, 90, 550, 110))
    return _saved(image, "PNG")


@cache
def webp(width: int = 400, height: int = 300) -> bytes:
    return _saved(_scene(width, height), "WEBP", exif=exif())


@cache
def heic(width: int = 400, height: int = 300) -> bytes:
    import pillow_heif

    out = io.BytesIO()
    pillow_heif.from_pillow(_scene(width, height)).save(out, quality=60)
    return out.getvalue()


def archive() -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as file:
        file.writestr("META-INF/MANIFEST.MF", "Main-Class: Bad")
        file.writestr("Bad.class", b"\xca\xfe\xba\xbe")
    return out.getvalue()


def segment(mark: int, body: bytes) -> bytes:
    return struct.pack(">BBH", 0xFF, mark, len(body) + 2) + body


def with_segment(mark: int, body: bytes) -> bytes:
    """A JPEG with one more part right behind its beginning."""
    return jpeg()[:2] + segment(mark, body) + jpeg()[2:]


def chunk(kind: bytes, body: bytes) -> bytes:
    return struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body))


def png_of(width: int, height: int, rows: bytes | None = None) -> bytes:
    """A PNG that says this size; its points are black unless `rows` holds others."""
    head = struct.pack(">IIBBBBB", width, height, 1, 0, 0, 0, 0)
    packer = zlib.compressobj(1)
    data = (
        rows
        if rows is not None
        else b"".join(packer.compress(b"\0" * (1 + -(-width // 8))) for _ in range(height)) + packer.flush()
    )
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + chunk(b"IDAT", data) + chunk(b"IEND", b"")


def with_chunk(kind: bytes, body: bytes) -> bytes:
    """A PNG with one more part behind its head."""
    return png()[:33] + chunk(kind, body) + png()[33:]


def sized(data: bytes, width: int, height: int) -> bytes:
    """A JPEG whose frame says another size."""
    at = next(data.index(mark) for mark in (b"\xff\xc0", b"\xff\xc2") if mark in data)
    return data[: at + 5] + struct.pack(">HH", height, width) + data[at + 9 :]


def webp_with(kind: bytes, body: bytes) -> bytes:
    more = kind + struct.pack("<I", len(body)) + body + b"\0" * (len(body) & 1)
    data = webp() + more
    return data[:4] + struct.pack("<I", len(data) - 8) + data[8:]


def bmff(brand: bytes) -> bytes:
    return (
        struct.pack(">I", 24)
        + b"ftyp"
        + brand
        + b"\0\0\0\0"
        + brand
        + b"mif0"
        + struct.pack(">I", 16)
        + b"mdat"
        + b"\0" * 8
    )


def hidden_archive() -> bytes:
    """An archive inside a part, whose end record reaches over the rest of the picture by its remark."""
    zipped = archive()
    rest = len(jpeg()) - 2
    return with_segment(0xFE, zipped[:-2] + struct.pack("<H", rest))


def scattered_archive() -> bytes:
    """The end record alone, split from the archive so that no part shows more than its own four bytes."""
    rest = len(png()) - 33 + 12
    end = b"PK\x05\x06" + b"\0" * 16 + struct.pack("<H", rest - 8 + 0)
    body = end
    made = with_chunk(b"prVt", body)
    at = made.index(b"PK\x05\x06")
    return made[: at + 20] + struct.pack("<H", len(made) - at - 22) + made[at + 22 :]


UNKNOWN, TRUNCATED, DAMAGED = "picture_unknown", "picture_truncated", "picture_damaged"
DOUBLE, TOO_LARGE = "picture_double", "picture_too_large"
HOSTILE: dict[str, tuple[Callable[[], bytes], frozenset[str]]] = {
    name: (make, frozenset(codes.split())) for name, make, codes in (
        ("svg", lambda: SVG, UNKNOWN),
        ("svg without a prologue", lambda: SVG[21:], UNKNOWN),
        ("html", lambda: HTML, UNKNOWN),
        ("html with a byte order mark", lambda: b"\xef\xbb\xbf" + HTML, UNKNOWN),
        ("html before a jpeg", lambda: HTML + jpeg(), UNKNOWN),
        ("a blank before a jpeg", lambda: b"\n" + jpeg(), UNKNOWN),
        ("text", lambda: b"hello", UNKNOWN),
        ("one byte", lambda: b"\xff", UNKNOWN),
        ("zeros", lambda: bytes(5000), UNKNOWN),
        ("gif", lambda: _saved(_scene(20, 20), "GIF"), UNKNOWN),
        ("gifar: a gif that is an archive", lambda: _saved(_scene(20, 20), "GIF") + archive(), UNKNOWN),
        ("bmp", lambda: _saved(_scene(20, 20), "BMP"), UNKNOWN),
        ("tiff", lambda: _saved(_scene(20, 20), "TIFF"), UNKNOWN),
        ("icon", lambda: _saved(_scene(16, 16), "ICO"), UNKNOWN),
        ("eps", lambda: b"%!PS-Adobe-3.0 EPSF-3.0\n%%BoundingBox: 0 0 9 9\n(%pipe%id) (w) file", UNKNOWN),
        ("pdf", lambda: b"%PDF-1.7\n1 0 obj<</OpenAction<</S/JavaScript>>>>", UNKNOWN),
        ("archive", archive, UNKNOWN),
        ("program", lambda: b"\x7fELF" + bytes(100), UNKNOWN),
        ("film", lambda: bmff(b"isom"), UNKNOWN),
        ("avif", lambda: bmff(b"avif"), UNKNOWN),
        ("jpeg cut in its picture", lambda: jpeg()[: len(jpeg()) * 2 // 3], TRUNCATED),
        ("jpeg cut in its head", lambda: jpeg()[:100], TRUNCATED),
        ("jpeg of three bytes", lambda: b"\xff\xd8\xff", TRUNCATED),
        ("jpeg without a picture", lambda: b"\xff\xd8\xff\xd9" * 3, DAMAGED),
        ("jpeg with a broken head", lambda: jpeg()[:2] + b"\xff\xdb\x00\x43" + b"\xff" * 65 + jpeg()[2:100] + b"\xff\xd9",
         f"{DAMAGED} {TRUNCATED} {DOUBLE}"),
        ("png cut in its picture", lambda: png()[: len(png()) // 2], TRUNCATED),
        ("png without its end", lambda: png()[:-12], TRUNCATED),
        ("png with a flipped bit", lambda: png()[:60] + bytes([png()[60] ^ 1]) + png()[61:], f"{DAMAGED} {TRUNCATED}"),
        ("png whose points do not unpack", lambda: png_of(100, 100, b"not deflated"), f"{DAMAGED} {TRUNCATED}"),
        ("png with too few points", lambda: png_of(100, 100, zlib.compress(b"\0" * 20)), f"{DAMAGED} {TRUNCATED}"),
        ("webp cut", lambda: webp()[:-50], TRUNCATED),
        ("webp with noise for points", lambda: webp()[:30] + b"\xaa" * (len(webp()) - 30), f"{DAMAGED} {TRUNCATED}"),
        ("heic cut", lambda: heic()[:-50], TRUNCATED),
        ("heic with nothing in it", lambda: bmff(b"heic"), DAMAGED),
        ("bomb: png of 400 megapixels", lambda: png_of(20_000, 20_000), TOO_LARGE),
        ("bomb: png that says 400 megapixels", lambda: png_of(20_000, 20_000, zlib.compress(b"\0")), TOO_LARGE),
        ("bomb: png of 61 megapixels", lambda: png_of(61_000, 1_000), TOO_LARGE),
        ("bomb: jpeg that says 400 megapixels", lambda: sized(jpeg(), 20_000, 20_000), TOO_LARGE),
        ("bomb: progressive jpeg of 65,500 a side", lambda: sized(progressive(), 65_500, 65_500), TOO_LARGE),
        ("bomb: a text that unpacks to 200 MB", lambda: with_chunk(b"zTXt", b"k\0\0" + zlib.compress(bytes(200_000_000), 9)), DAMAGED),
        ("bomb: a profile that unpacks to 200 MB", lambda: with_chunk(b"iCCP", b"k\0\0" + zlib.compress(bytes(200_000_000), 9)), f"{DAMAGED} ok"),
        ("jpeg with a page behind", lambda: jpeg() + HTML, DOUBLE),
        ("jpeg with a page in its remark", lambda: with_segment(0xFE, b"--><html><script>alert(1)</script>"), DOUBLE),
        ("jpeg with a page in its EXIF", lambda: with_segment(0xE1, b"Exif\0\0<ScRiPt>alert(1)</ScRiPt>"), DOUBLE),
        ("jpeg with a drawing in its remark", lambda: with_segment(0xFE, SVG), DOUBLE),
        ("jpeg with a server page in its remark", lambda: with_segment(0xFE, b"<?php system($_GET[0]); ?>"), DOUBLE),
        ("jpeg with an archive behind", lambda: jpeg() + archive(), DOUBLE),
        ("jpeg with an archive in a part", hidden_archive, DOUBLE),
        ("jpeg with a document in a part", lambda: with_segment(0xFE, b"%PDF-1.7 obj"), DOUBLE),
        ("jpeg with a program behind", lambda: jpeg() + b"\x7fELF\x02\x01" + bytes(64), DOUBLE),
        ("jpeg, a second one, a page", lambda: jpeg() * 2 + HTML, DOUBLE),
        ("jpeg with a page before Samsung's mark", lambda: jpeg() + HTML + b"SEFT", DOUBLE),
        ("png with an archive behind", lambda: png() + archive(), DOUBLE),
        ("png with a page behind", lambda: png() + HTML, DOUBLE),
        ("png with a page in its text", lambda: with_chunk(b"tEXt", b"Title\0" + HTML), DOUBLE),
        ("png with an archive's end in a part", scattered_archive, DOUBLE),
        ("webp with an archive behind", lambda: webp() + archive(), DOUBLE),
        ("webp with a page as a part", lambda: webp_with(b"XMP ", HTML), DOUBLE),
        ("heic with an archive behind", lambda: heic() + archive(), f"{DOUBLE} {TRUNCATED}"),
        ("heic with a page in a free box", lambda: heic() + struct.pack(">I", 8 + len(HTML)) + b"free" + HTML, DOUBLE),
    )
}  # fmt: skip
