"""Links that an upper app shows beside the rows of a page of a lower one."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from governance.lists.text import Text
from governance.people.models import User
from governance.records.register import Register


@dataclass(frozen=True)
class RowLink:
    """A link beside a row; `is_action` shows it as a button."""

    label: Text
    url: str
    is_action: bool = False


LinkSource = Callable[[User, Any], Mapping[int, Sequence[RowLink]]]
"""Given the reader and what the page is about: the links by the id of the row, in a bounded number of queries."""

REVIEW_LINKS: Register[LinkSource] = Register()
"""For the rows of a report under review, by the id of the task."""

MATTER_LINKS: Register[LinkSource] = Register()
"""For a matter for coordination, by its id."""

REPORT_LINKS: Register[LinkSource] = Register()
"""For the form of a report, given the team, by the team's id: what waits for it elsewhere."""


def links_beside(register: Register[LinkSource], user: User, subject: Any) -> dict[int, list[RowLink]]:
    """All links of a register for the page of `subject`."""
    found: dict[int, list[RowLink]] = {}
    for source in register.values():
        for key, links in source(user, subject).items():
            found.setdefault(key, []).extend(links)
    return found
