"""Writes our templates as the files that are committed: `python -m teams.meetings.papers.originals.write`."""

from collections.abc import Callable, Mapping
from pathlib import Path

from . import after, assessment, before

ORIGINALS: Mapping[str, Callable[[], bytes]] = {
    "notice": before.notice,
    "sign_in": before.sign_in,
    "pack": before.pack,
    "script": before.script,
    "minutes": after.minutes,
    "press": after.press,
    "order": after.order,
    "circular": after.circular,
    "bulletin": after.bulletin,
    "publicity": assessment.publicity,
    "scores": assessment.scores,
    "letter": assessment.letter,
}
"""What lays out each of our templates, by the kind of its paper."""

FOLDER = Path(__file__).parent.parent / "templates"


def write() -> None:
    """Lay out and write each file."""
    for kind, lay_out in ORIGINALS.items():
        (FOLDER / f"{kind}.docx").write_bytes(lay_out())


if __name__ == "__main__":
    write()
