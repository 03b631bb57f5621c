"""What of a report is filled in and what is missing, in page order, for the bar and the margin of its form."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import NamedTuple

from django.utils.translation import gettext as _

from ..models import NextStep
from .report import ReportForm


@dataclass(frozen=True)
class Item:
    """A row or a line that has to be filled in: where it stands, and what is said there."""

    anchor: str
    """The id of its place on the page."""
    name: str
    said: str
    tone: str = ""
    """The colour of what is missing; empty where nothing is."""
    number: int | None = None
    """The number of its task."""

    @property
    def door(self) -> str:
        """The words that lead to it."""
        if self.number is None:
            return _("go to: %(name)s") % {"name": self.name}
        return _("go to task %(number)s") % {"number": self.number}


class Bar(NamedTuple):
    """The piece of the strip for one item, in percent of its width."""

    x: str
    width: str
    fill: str


@dataclass(frozen=True)
class Filled:
    """What a report has to say, item by item."""

    items: Sequence[Item]

    @classmethod
    def of(cls, form: ReportForm) -> "Filled":
        """What `form` holds as it is saved: no query beyond those of the form."""
        return cls([*_followed(form), *_rows(form), *_undated(form)])

    @property
    def owed(self) -> int:
        """How many there are."""
        return len(self.items)

    @property
    def done(self) -> int:
        """How many are filled in."""
        return sum(not item.tone for item in self.items)

    @property
    def first(self) -> Item | None:
        """The first that is missing; None where nothing is."""
        return next((item for item in self.items if item.tone), None)

    @property
    def bars(self) -> Iterator[Bar]:
        """A strip with a piece for each item."""
        fills = {"": "fill-pine", "yellow": "fill-yellow"}
        step = 100 / max(self.owed, 1)
        for place, item in enumerate(self.items):
            yield Bar(f"{place * step:.2f}", f"{step * 0.92:.2f}", fills.get(item.tone, "pace-track"))


def _followed(form: ReportForm) -> Iterator[Item]:
    for line in form.followed():
        step = line.line
        if isinstance(step, NextStep):
            lacks = step.lacks()
            said = step.get_outcome_display() if step.outcome else _("not said")
            yield Item(line.part, step.text, said, "red" if lacks else "")


def _rows(form: ReportForm) -> Iterator[Item]:
    for row in form.draft_rows:
        if not row.owed.is_owed:
            continue
        task = row.owed.task
        if "confirmed" in row.lacks or "confirmed_unfinished" in row.lacks:
            said, tone = _("to check"), "yellow"
        elif row.lacks:
            said, tone = _("not filled in"), "red"
        else:
            said, tone = (_("No change this period") if row.entry.no_change else row.now_words), ""
        yield Item(f"task-{task.pk}", f"{task.number} {row.owed.row.title}", said, tone, task.number)


def _undated(form: ReportForm) -> Iterator[Item]:
    for line in form.steps():
        if isinstance(line.line, NextStep) and line.line.due_on is None:
            yield Item(line.fields["due_on"].auto_id, line.line.text, _("no date"), "red")
