"""Where figures and events come from, and single values, as text."""

from dataclasses import dataclass
from datetime import datetime

from ..engine.canonical import Data
from ..engine.methods.banded import Binary
from .methods import number_words
from .plans import answer_word, plain_word


@dataclass(frozen=True)
class Paper:
    """The source of a figure or an event: matter and level, document and basis, who supplied and who entered it."""

    matter: str
    level: str
    document: str
    basis: str
    department: str
    by: str
    at: datetime
    is_confirmed: bool
    """The department confirmed it; otherwise the centre entered it, for the department where one is named."""
    countersigned_by: str


def papers_of(source: Data | list[Data]) -> list[Paper]:
    """The sources of one figure, or of several events."""
    return [
        Paper(
            matter=one.get("matter", ""),
            level=plain_word(one.get("level", "")),
            document=one["document"],
            basis=one["basis"],
            department=name_in(one.get("department")),
            by=name_in(one["by"]),
            at=datetime.fromisoformat(one["at"]),
            is_confirmed="confirmation" in one,
            countersigned_by=name_in(one["countersigned"]["by"]) if "countersigned" in one else "",
        )
        for one in (source if isinstance(source, list) else [source])
    ]


def name_in(person: Data | None) -> str:
    """The name of a person or department in a document."""
    return person["name"] if person else ""


def value_words(value: str | None, method: str = "") -> str:
    """A value as people write it; a tier by its name, an answer as yes or no."""
    if value is None:
        return ""
    if method == Binary.name:
        return answer_word(value)
    try:
        return number_words(value)
    except ValueError:
        return plain_word(value)
