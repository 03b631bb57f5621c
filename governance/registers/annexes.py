"""Tables that an upper app lends to the papers of a lower one, such as the ranking of a published round."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Protocol

from governance.records.register import Register


@dataclass(frozen=True)
class AnnexBand:
    """Rows under a heading of their own; without a title there is one band alone."""

    title: str
    rows: Sequence[Sequence[str]]
    """Rank, team, base, bonus, deduction, total, grade, note: in Chinese, as printed."""


@dataclass(frozen=True)
class Annex:
    """A table for a circular, in Chinese like the paper; `sha256` is that of the text it is read from."""

    title: str
    bands: Sequence[AnnexBand]
    note: str
    sha256: str


class AnnexSource(Protocol):
    """Where annexes come from. It knows nobody's rights, so it offers and reads only what everybody may see."""

    def offered(self, action: Any) -> Sequence[tuple[str, str]]:
        """The annexes of a special action now: name and title, the newest first."""

    def read(self, action: Any, name: str, *, at: datetime) -> Annex | None:
        """One of them as it stood at `at`; None where everybody could not see it then."""


CIRCULAR_ANNEXES: Register[AnnexSource] = Register()
"""What a circular may have behind it."""


def annexes_offered(action: Any) -> list[tuple[str, str]]:
    """The annexes of all sources that a circular of `action` may have now: name and title."""
    return [offer for source in CIRCULAR_ANNEXES.values() for offer in source.offered(action)]


def annex_named(action: Any, name: str, *, at: datetime) -> Annex | None:
    """The annex with a name; None for a name that none has, or for what everybody could not see at `at`."""
    found = (source.read(action, name, at=at) for source in CIRCULAR_ANNEXES.values())
    return next((annex for annex in found if annex is not None), None)
