"""What a file that calls itself a picture really is, judged by its content alone. Not: decoding it (variants), nor where that runs (sandbox).

A picture that is also something else (a page, an archive, a program) is refused: whoever gets the original shall not get two files.
"""

from __future__ import annotations

import re

from media.containers import DOUBLE, WALKS, Refused, form_of

UNKNOWN = "picture_unknown"
MIMES = {"jpeg": "image/jpeg", "png": "image/png", "webp": "image/webp", "heic": "image/heic"}
# what browsers and servers would carry out, where text can stand; XMP (`<x:xmpmeta`, `<?xpacket`) is not among it
_ACTIVE = re.compile(
    rb"<(script|html|!doctype\s+html|iframe|svg[\s>/]|body|object|embed|\?php)|javascript:", re.IGNORECASE
)
# each of five bytes and more: what cameras write of themselves is noise, and four of its bytes are an archive's mark once in some
# ten thousand photos
_ARCHIVE = re.compile(
    rb"PK\x03\x04[\x00-\x3f]\x00|PK\x05\x06\x00\x00|Rar!\x1a\x07|7z\xbc\xaf\x27\x1c|\x7fELF[\x01\x02][\x01\x02]|%PDF-"
)
_ARCHIVE_END = b"PK\x05\x06"
LAST_WORDS = 22 + 65_535  # as far from the end as the last record of a zip archive may begin


def form(data: bytes) -> str:
    """jpeg, png, webp or heic. Refused: picture_unknown, picture_truncated, picture_damaged, picture_double."""
    found = form_of(data)
    if found is None:
        raise Refused(UNKNOWN)
    for words in WALKS[found](data):
        if _ACTIVE.search(words) or _ARCHIVE.search(words):
            raise Refused(DOUBLE)
    if b"%PDF-" in data[:1024] or _ends_as_archive(data):
        raise Refused(DOUBLE)
    return found


def _ends_as_archive(data: bytes) -> bool:
    """Zip readers look from behind: an end record whose remark reaches exactly to the last byte makes an archive of any file."""
    at = data.rfind(_ARCHIVE_END, max(0, len(data) - LAST_WORDS))
    while at >= 0:
        if at + 22 + int.from_bytes(data[at + 20 : at + 22], "little") == len(data):
            return True
        at = data.rfind(_ARCHIVE_END, max(0, len(data) - LAST_WORDS), at)
    return False
