"""What is shown instead of the original: a picture for the screen and a small one, from one decode, turned upright, without a word of metadata.

Runs in a process of its own (picture_process): what is decoded here comes from strangers.
"""

from __future__ import annotations

import io
import warnings
from dataclasses import dataclass

from PIL import Image, ImageCms, ImageOps

from media.containers import DAMAGED, TRUNCATED, Refused
from media.inspect import MIMES, form

MOST_PIXELS = 60_000_000
SCREEN, THUMB = 1600, 320
TOO_LARGE, TOO_HARD, NO_HEIC = "picture_too_large", "picture_too_hard", "heic_unreadable"
WHITE = (255, 255, 255)


@dataclass(frozen=True)
class Variant:
    """One form of a picture. `name`: screen or thumb."""

    name: str
    mime: str
    width: int
    height: int
    data: bytes


@dataclass(frozen=True)
class Picture:
    """What was found: the true type, the size as one sees it, and the variants."""

    mime: str
    width: int
    height: int
    variants: tuple[Variant, ...]


def picture(data: bytes) -> Picture:
    """Inspect, decode once, make the variants. Refused with one of the codes of media.errors."""
    found = form(data)
    if found == "heic":
        _read_heic()
    Image.MAX_IMAGE_PIXELS = MOST_PIXELS
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("error", Image.DecompressionBombWarning)
            return _picture(data, found)
    except (Image.DecompressionBombWarning, Image.DecompressionBombError):
        raise Refused(TOO_LARGE) from None
    except MemoryError:
        raise Refused(TOO_HARD) from None
    except (OSError, ValueError, SyntaxError, EOFError, KeyError, IndexError, TypeError, RuntimeError) as error:
        raise Refused(TRUNCATED if "truncated" in str(error) else DAMAGED) from error


def _read_heic() -> None:
    try:
        import pillow_heif
    except ImportError:
        raise Refused(NO_HEIC) from None
    pillow_heif.register_heif_opener(thumbnails=False, decode_threads=1)


def _picture(data: bytes, found: str) -> Picture:
    image: Image.Image = Image.open(io.BytesIO(data), formats=["HEIF" if found == "heic" else found.upper()])
    width, height = image.size
    # a JPEG is decoded at an eighth, a quarter or half its size when that is enough
    image.draft("RGB", _fitted(width, height, SCREEN))
    image.load()
    small = _flat(image)
    small.thumbnail((SCREEN, SCREEN), Image.Resampling.BICUBIC, reducing_gap=2.0)
    small = _upright(_usual_colours(small))
    is_turned = (small.width > small.height) != (width > height) and width != height
    small.info.clear()  # PIL writes remarks and profiles that came with the original
    screen = _saved(small, "screen", "JPEG", quality=80)
    small.thumbnail((THUMB, THUMB), Image.Resampling.BICUBIC, reducing_gap=2.0)
    thumb = _saved(small, "thumb", "WEBP", quality=70, method=2)
    if is_turned:
        width, height = height, width
    return Picture(MIMES[found], width, height, (screen, thumb))


def _fitted(width: int, height: int, most: int) -> tuple[int, int]:
    share = min(1.0, most / max(width, height))
    return max(1, round(width * share)), max(1, round(height * share))


def _flat(image: Image.Image) -> Image.Image:
    """Three colours on white paper: a signature is drawn on nothing."""
    if image.mode.startswith("I;16"):
        image = Image.frombytes("L", image.size, image.tobytes()[1 if image.mode != "I;16B" else 0 :: 2])
    if image.mode == "RGB":
        return image
    if image.mode in ("RGBA", "LA", "PA") or "transparency" in image.info:
        drawn = image if image.mode == "RGBA" else image.convert("RGBA")
        paper = Image.new("RGB", image.size, WHITE)
        paper.paste(drawn, mask=drawn.getchannel("A"))
    else:
        paper = image.convert("RGB")
    paper.info = {name: image.info[name] for name in ("exif", "icc_profile") if name in image.info}
    return paper


def _usual_colours(image: Image.Image) -> Image.Image:
    """The profile goes with the metadata, so its colours are brought to sRGB first; a profile that is broken changes nothing."""
    profile = image.info.get("icc_profile")
    if not profile:
        return image
    try:
        source = ImageCms.ImageCmsProfile(io.BytesIO(profile))
        turned = ImageCms.profileToProfile(image, source, ImageCms.createProfile("sRGB"), outputMode="RGB")
    except (ImageCms.PyCMSError, OSError, ValueError, TypeError):
        return image
    return turned or image


def _upright(image: Image.Image) -> Image.Image:
    try:
        return ImageOps.exif_transpose(image)
    except (OSError, ValueError, SyntaxError, KeyError, TypeError):  # its EXIF is broken, not the picture
        return image


def _saved(image: Image.Image, name: str, form_name: str, **options: int) -> Variant:
    out = io.BytesIO()
    image.save(out, form_name, **options)
    return Variant(name, f"image/{form_name.lower()}", image.width, image.height, out.getvalue())
