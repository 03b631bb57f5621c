"""Occasions for notices, each used once, in steps: the day before, the day after, three and seven days overdue."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date

from django.utils.text import Truncator

from governance.people.models import User
from governance.records.register import Register

from ..models import HelpRequest
from .reader import DebtReader

OVER_STEPS = (1, 3, 7)
"""Days overdue at which a team or a department is reminded again."""

IN_A_NOTICE = 60
"""The most characters of a matter in a notice."""


@dataclass(frozen=True)
class Occasion:
    """Something that people are notified of once."""

    kind: str
    """The kind of the notice."""
    key: str
    url: str
    facts: dict[str, str]
    to: Sequence[User]
    due_on: date | None = None


REMINDERS: Register[Callable[[DebtReader], Iterator[Occasion]]] = Register()
"""Functions that read the occasions of a day, whether or not they were used before; each subject registers its own."""


def step_reached(days_over: int) -> int:
    """The last step of `OVER_STEPS` that `days_over` has reached; 0 before the first."""
    return max((step for step in OVER_STEPS if step <= days_over), default=0)


def able(people: Iterable[User]) -> list[User]:
    """The people who can sign in and read a notice, without duplicates."""
    return list({user.pk: user for user in people if user.is_active}.values())


def facts_of(**facts: object) -> dict[str, str]:
    """Facts as a notice stores them."""
    return {name: str(value) for name, value in facts.items()}


def shortened_matter(matter: HelpRequest) -> str:
    """A matter, shortened for use in a sentence."""
    return Truncator(matter.text.rstrip("。.；; ")).chars(IN_A_NOTICE)
