"""Pictures for the demonstration's evidence: drawn, not photographed, the same bytes each time."""

import io
from dataclasses import dataclass
from datetime import date

from PIL import Image, ImageDraw

from governance.formats.files import CheckedFile, check_file

SIZE = (1280, 960)
SKY, GROUND, WALL, ROOF, DOOR, TREE, PAPER, INK = (
    (196, 214, 224),
    (150, 140, 116),
    (226, 216, 196),
    (120, 66, 52),
    (92, 74, 58),
    (74, 120, 82),
    (247, 244, 236),
    (84, 92, 104),
)
TAKEN, MADE_BY = 0x0132, 0x013B
"""EXIF: the day that a camera notes, and whose picture it is."""


@dataclass(frozen=True)
class Picture:
    """A picture to draw: its file's name, what is on it, the day it was taken; `seed` moves things about."""

    name: str
    kind: str
    taken_on: date
    seed: int = 0


def drawn(picture: Picture) -> CheckedFile:
    """The picture as a phone would upload it, checked like any upload."""
    image = Image.new("RGB", SIZE, PAPER if picture.kind == "paper" else SKY)
    {"yard": _yard, "houses": _houses, "paper": _paper}[picture.kind](ImageDraw.Draw(image), picture.seed)
    exif = image.getexif()
    exif[TAKEN] = picture.taken_on.strftime("%Y:%m:%d 09:30:00")
    exif[MADE_BY] = "Vanguard"
    file = io.BytesIO()
    image.save(file, "JPEG", quality=80, exif=exif)
    return check_file(file, picture.name)


def _yard(draw: ImageDraw.ImageDraw, seed: int) -> None:
    """A farmyard: a house, a wall, beds that are green or bare."""
    draw.rectangle((0, 560, 1280, 960), fill=GROUND)
    draw.rectangle((180, 300, 760, 620), fill=WALL)
    draw.polygon([(140, 310), (470, 150), (800, 310)], fill=ROOF)
    draw.rectangle((420, 440, 520, 620), fill=DOOR)
    for bed in range(4):
        left = 120 + bed * 280 + seed * 9 % 40
        draw.rectangle((left, 700, left + 190, 860), fill=TREE if bed < seed % 5 else DOOR)


def _houses(draw: ImageDraw.ImageDraw, seed: int) -> None:
    """A compound of houses with windows."""
    draw.rectangle((0, 700, 1280, 960), fill=GROUND)
    for house in range(3):
        left = 90 + house * 390
        top = 180 + (seed * 37 + house * 53) % 120
        draw.rectangle((left, top, left + 300, 720), fill=WALL)
        for floor in range(top + 40, 660, 90):
            for window in range(3):
                draw.rectangle((left + 40 + window * 85, floor, left + 90 + window * 85, floor + 50), fill=INK)


def _paper(draw: ImageDraw.ImageDraw, seed: int) -> None:
    """A scanned paper: a head, lines, a seal."""
    draw.rectangle((380, 110, 900, 150), fill=ROOF)
    for line in range(14):
        draw.rectangle((160, 240 + line * 40, 1120 - (line * 97 + seed * 31) % 300, 252 + line * 40), fill=INK)
    draw.ellipse((860, 700, 1060, 900), outline=ROOF, width=10)
