"""How the files of pictures are built, walked from the first byte to the last without decoding anything. Pure.

A walk ends at the file's end or refuses: bytes that belong to no part of the picture are how one file is two. It answers the parts in
which text can stand, for a look at what they say.
"""

from __future__ import annotations

import re
import struct
import zlib
from collections.abc import Callable, Generator, Iterator


class Refused(Exception):
    """Not a picture that may be shown; `code` is a row of media.errors."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


TRUNCATED, DAMAGED, DOUBLE = "picture_truncated", "picture_damaged", "picture_double"
# in the coded data of a JPEG, FF stands before 00 and restart marks only
_NEXT_MARK = re.compile(rb"\xff[^\x00\xd0-\xd7\xff]")
_HEIC_BRANDS = (b"heic", b"heix", b"heim", b"heis", b"hevc", b"hevx", b"mif1", b"msf1")


def form_of(data: bytes) -> str | None:
    """jpeg, png, webp or heic by the first bytes, whatever name or type was said."""
    if data[:3] == b"\xff\xd8\xff":
        return "jpeg"
    if data[:8] == b"\x89PNG\r\n\x1a\n":
        return "png"
    if data[:4] == b"RIFF" and data[8:12] == b"WEBP":
        return "webp"
    brands = (data[8:12], *(data[at : at + 4] for at in range(16, min(64, _long(data, 0)), 4)))
    is_avif = data[8:12] in (b"avif", b"avis")
    return "heic" if data[4:8] == b"ftyp" and not is_avif and any(one in _HEIC_BRANDS for one in brands) else None


def _long(data: bytes, at: int) -> int:
    return int.from_bytes(data[at : at + 4], "big")


def _jpeg(data: bytes) -> Iterator[bytes]:
    at = 0
    while at < len(data):
        at = yield from _one_jpeg(data, at)
        rest = data[at:].lstrip(b"\0")
        if rest and not rest.startswith(
            b"\xff\xd8\xff"
        ):  # several pictures in one file (MPF, gain maps) are one another's
            yield from _camera_tail(data[at:], rest)
            return
        at = len(data) - len(rest)


def _one_jpeg(data: bytes, start: int) -> Generator[bytes, None, int]:
    """From its first mark to its last; the place behind it is the generator's value."""
    at = start + 2
    while True:
        while data[at : at + 2] == b"\xff\xff":
            at += 1
        if at + 2 > len(data):
            raise Refused(TRUNCATED)
        if data[at] != 0xFF:
            raise Refused(DAMAGED)
        mark = data[at + 1]
        at += 2
        if mark == 0xD9:
            return at
        if mark == 0x01 or 0xD0 <= mark <= 0xD7:
            continue
        length = struct.unpack(">H", data[at : at + 2])[0] if at + 2 <= len(data) else 0
        if length < 2 or at + length > len(data):
            raise Refused(TRUNCATED)
        if 0xE0 <= mark <= 0xEF or mark == 0xFE:
            yield data[at + 2 : at + length]
        at += length
        if mark == 0xDA:
            found = _NEXT_MARK.search(data, at)
            if found is None:
                raise Refused(TRUNCATED)
            at = found.start()


def _camera_tail(tail: bytes, rest: bytes) -> Iterator[bytes]:
    """What phones put behind a picture: a moving one (MP4), or Samsung's own list. Anything else is a second file."""
    film = tail.find(b"ftyp", 0, len(tail) - len(rest) + 5) - 4
    if film >= 0:
        yield from _boxes(tail[film:])
    elif rest.rstrip(b"\0").endswith(b"SEFT"):
        yield rest
    else:
        raise Refused(DOUBLE)


def _png(data: bytes) -> Iterator[bytes]:
    at, kind = 8, b""
    while kind != b"IEND":
        if at + 12 > len(data):
            raise Refused(TRUNCATED)
        length, kind = _long(data, at), data[at + 4 : at + 8]
        body = data[at + 8 : at + 8 + length]
        if at + 12 + length > len(data):
            raise Refused(TRUNCATED)
        if (at == 8) != (kind == b"IHDR") or zlib.crc32(kind + body) != _long(data, at + 8 + length):
            raise Refused(DAMAGED)
        if kind != b"IDAT":
            yield body
        at += 12 + length
    if data[at:].strip(b"\0"):
        raise Refused(DOUBLE)


def _webp(data: bytes) -> Iterator[bytes]:
    end = 8 + int.from_bytes(data[4:8], "little")
    if end > len(data):
        raise Refused(TRUNCATED)
    if data[end:].strip(b"\0"):
        raise Refused(DOUBLE)
    at = 12
    while at + 8 <= end:
        kind, length = data[at : at + 4], int.from_bytes(data[at + 4 : at + 8], "little")
        if at + 8 + length > end:
            raise Refused(DAMAGED)
        if kind not in (b"VP8 ", b"VP8L", b"ALPH", b"ANMF"):
            yield data[at + 8 : at + 8 + length]
        at += 8 + length + (length & 1)


def _boxes(data: bytes) -> Iterator[bytes]:
    """ISO base media: boxes that fill the file exactly."""
    at = 0
    while at < len(data):
        if not data[at:].strip(b"\0"):
            return
        length, kind, head = _long(data, at), data[at + 4 : at + 8], 8
        if length == 1:
            length, head = int.from_bytes(data[at + 8 : at + 16], "big"), 16
        if length == 0:
            length = len(data) - at
        if not re.fullmatch(rb"[ -~]{4}", kind) or length < head:
            raise Refused(DOUBLE if at else DAMAGED)
        if at + length > len(data):
            raise Refused(TRUNCATED)
        if kind != b"mdat":
            yield data[at + head : at + length]
        at += length


WALKS: dict[str, Callable[[bytes], Iterator[bytes]]] = {"jpeg": _jpeg, "png": _png, "webp": _webp, "heic": _boxes}
