"""Uploaded pictures are decoded and written anew: the pixels stay, everything else in the file is dropped.

That includes the place where a photo was taken, the model and number of the phone, comments, and anything appended
or hidden that another program would interpret.
"""

import io
import threading
from dataclasses import dataclass
from datetime import date, datetime
from math import sqrt
from typing import IO

from PIL import Image, ImageChops, ImageOps

from .faults import CellReason, ContentFault, gettext_noop

TOO_MANY_PIXELS = CellReason(
    "too_many_pixels",
    gettext_noop("“%(name)s” has more than %(limit)s million pixels. Make it smaller and choose it again."),
)
ANIMATED = CellReason(
    "animated", gettext_noop("“%(name)s” is animated. Evidence must be a still picture: save one frame of it.")
)
PICTURE_DAMAGED = CellReason(
    "picture_damaged", gettext_noop("The picture “%(name)s” is damaged or incomplete. Take or save it again.")
)

_FORMATS = ("JPEG", "PNG", "WEBP", "GIF")
_ONE_AT_A_TIME = threading.Lock()
"""A large picture takes some hundred megabytes while it is decoded: one in each process, the others wait."""

_MULTI_PICTURE = "MPO"
_COMPARED, _ALIKE = (32, 32), 32
"""Two pictures are compared at this size; how far, of 255, the grey of a place may differ."""

_EXIF, _TAKEN, _CHANGED = 0x8769, 0x9003, 0x0132
_EARLIEST = 2000


@dataclass(frozen=True, slots=True)
class PictureLimits:
    """How many million pixels are decoded and at most stored; the sides of what is stored; the small picture's side.

    A stored picture is `longest` pixels long, or `narrowest` wide where it is longer than that shape: a screenshot of
    1080 x 20000 stays as it is, since its text could not be read otherwise.
    """

    megapixels: int = 64
    stored_megapixels: int = 25
    longest: int = 2560
    narrowest: int = 1440
    small: int = 480

    def stored(self, size: tuple[int, int]) -> tuple[int, int]:
        """The width and height, in pixels, at which a picture of `size` is stored."""
        fits = sqrt(self.stored_megapixels * 1_000_000 / (size[0] * size[1]))
        scale = min(1, fits, max(self.longest / max(size), self.narrowest / min(size)))
        return max(1, round(size[0] * scale)), max(1, round(size[1] * scale))


PICTURE_LIMITS = PictureLimits()

TALLEST = 2
"""The small picture of a long screenshot shows its top, at most so many times as high as wide."""


@dataclass(frozen=True, slots=True)
class Picture:
    """A picture written anew, its small version (JPEG), and the date that the camera recorded."""

    content: bytes
    media_type: str
    extension: str
    thumbnail: bytes
    taken_on: date | None


def picture_from(source: IO[bytes], *, limits: PictureLimits = PICTURE_LIMITS) -> Picture:
    """Decode a JPEG, PNG, WebP or GIF, turn it upright, and write it as PNG if it was PNG, otherwise as JPEG.

    Raises:
        ContentFault: TOO_MANY_PIXELS, ANIMATED, PICTURE_DAMAGED.
    """
    try:
        with _ONE_AT_A_TIME, Image.open(source, formats=_FORMATS) as image:
            _check(image, limits)
            taken_on = _taken_on(image)
            was_png = image.format == "PNG"
            kept = _pixels(_smaller(image, limits))
    except ContentFault:
        raise
    except (Image.DecompressionBombError, Image.DecompressionBombWarning) as error:
        raise ContentFault(TOO_MANY_PIXELS, limit=limits.megapixels) from error
    except Exception as error:  # a decoder raises whatever it stumbles over
        raise ContentFault(PICTURE_DAMAGED) from error
    small = kept.crop((0, 0, kept.width, min(kept.height, TALLEST * kept.width)))
    small.thumbnail((limits.small, limits.small), Image.Resampling.LANCZOS)
    thumbnail = _written(small, "JPEG", quality=80, optimize=True)
    if was_png:
        return Picture(_written(kept, "PNG", compress_level=6), "image/png", "png", thumbnail, taken_on)
    return Picture(_written(kept, "JPEG", quality=85, optimize=True), "image/jpeg", "jpg", thumbnail, taken_on)


def _check(image: Image.Image, limits: PictureLimits) -> None:
    """Refuse a picture by its header, before anything is decoded."""
    width, height = image.size
    if width * height > limits.megapixels * 1_000_000:
        raise ContentFault(TOO_MANY_PIXELS, limit=limits.megapixels)
    if image.format != _MULTI_PICTURE and getattr(image, "n_frames", 1) > 1:
        raise ContentFault(ANIMATED)


def _smaller(image: Image.Image, limits: PictureLimits) -> Image.Image:
    """The picture upright and at the size at which it is stored; unusual colour modes are converted first."""
    image.draft("RGB", limits.stored(image.size))
    if image.mode.startswith("I;16"):
        image = image.point(lambda value: value / 256).convert("L")
    elif image.mode in ("1", "P"):
        image = image.convert("RGBA" if "transparency" in image.info else "RGB")
    upright = ImageOps.exif_transpose(image)
    upright.thumbnail(limits.stored(upright.size), Image.Resampling.LANCZOS)
    return upright


def _pixels(image: Image.Image) -> Image.Image:
    """The pixels alone, on white where the picture is transparent, in a new picture without the old one's data."""
    if image.mode in ("RGBA", "LA", "PA", "La", "RGBa") or "transparency" in image.info:
        image = image.convert("RGBA")
        kept = Image.new("RGB", image.size, "white")
        kept.paste(image, mask=image.getchannel("A"))
        return kept
    kept = Image.new("RGB", image.size)
    kept.paste(image.convert("RGB"))
    return kept


def _written(image: Image.Image, form: str, **options: int) -> bytes:
    out = io.BytesIO()
    image.save(out, form, **options)
    return out.getvalue()


def _taken_on(image: Image.Image) -> date | None:
    """The date that the camera recorded, if it is a possible one."""
    try:
        exif = image.getexif()
        noted = exif.get_ifd(_EXIF).get(_TAKEN) or exif.get(_CHANGED)
        day = datetime.strptime(str(noted).strip("\x00 ")[:10], "%Y:%m:%d").date()  # noqa: DTZ007 (a day has no zone)
    except Exception:  # a note that cannot be read names no day
        return None
    return day if day.year >= _EARLIEST else None


def shows(small: IO[bytes], picture: IO[bytes]) -> bool:
    """Whether a small picture shows what a picture shows, whichever version of the encoder made it."""
    try:
        with Image.open(small, formats=_FORMATS) as one, Image.open(picture, formats=_FORMATS) as other:
            grey = [_pixels(image).convert("L").resize(_COMPARED, Image.Resampling.BOX) for image in (one, other)]
    except Exception:  # a decoder raises whatever it stumbles over
        return False
    return max(ImageChops.difference(*grey).tobytes()) <= _ALIKE
