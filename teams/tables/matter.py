"""The list of matters for coordination, and how long departments keep them waiting."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from django.db.models import QuerySet
from django.utils.translation import gettext, ngettext, pgettext_lazy
from django.utils.translation import gettext_lazy as _

from governance.charts import AgeBar, DayScale
from governance.clock import day_of, today
from governance.lists.columns import DateColumn, LeanColumn, LinkColumn, TextColumn
from governance.lists.marks import badge
from governance.lists.tables import LeanTable
from governance.lists.text import overdue_text

from ..models import HelpRequest


class MatterStateColumn(LeanColumn):
    """The state of a matter today, in its colour."""

    css = "cell-lamp"

    def text(self, value: object, record: HelpRequest) -> str:
        return str(record.state_on(today()).label)

    def html(self, value: object, record: HelpRequest) -> str:
        return badge(self.text(value, record), record.state_on(today()).tone)


def overdue_note(matter: HelpRequest) -> tuple[str, str] | None:
    """How many days the answer is late; None for an answered matter, or one that is not late."""
    if matter.answered_at or matter.due_on is None or matter.due_on >= today():
        return None
    days = (today() - matter.due_on).days
    return overdue_text(days), "over"


class MatterTable(LeanTable):
    """Matters for coordination, last sent first."""

    text = LinkColumn(_("Matter"), caption="answer", orderable=False)
    team = TextColumn(_("Team"), accessor="report__team__short_name", order_by="report__team__order")
    to = TextColumn(_("Addressed to"), accessor="to__name", order_by="to__order", empty="—")
    owner = TextColumn(_("Who answers"), accessor="owner__name", orderable=False, empty="—")
    asked_at = DateColumn(_("Sent"), empty="—")
    due_on = DateColumn(_("Answer by"), note=overdue_note)
    answered_at = DateColumn(_("Answered"))
    answer = TextColumn(pgettext_lazy("decision", "Answer"), orderable=False, visible=False)
    standing = MatterStateColumn(_("State"), accessor="pk", orderable=False)

    class Meta:
        order_by = "-asked_at"


DEPARTMENTS_SHOWN = 10
"""Departments with a bar, the longest waiting first."""


@dataclass(frozen=True)
class DepartmentWait:
    """The matters that wait for one department, or for people named by the office where `code` is empty."""

    code: str
    name: str
    count: int
    days: int
    """Whole days that the oldest has waited."""
    overdue: int
    bar: AgeBar

    @property
    def words(self) -> str:
        """The numbers of the bar."""
        said = ngettext("longest %(days)d day", "longest %(days)d days", self.days) % {"days": self.days}
        if not self.overdue:
            return said
        return gettext("%(said)s, %(count)d overdue") % {"said": said, "count": self.overdue}


@dataclass(frozen=True)
class Waits:
    """How long matters wait, by department; `others` are departments without a bar."""

    rows: Sequence[DepartmentWait]
    others: int
    matters: int

    @property
    def sentence(self) -> str:
        """Who keeps others waiting longest."""
        first = self.rows[0]
        waiting = ngettext(
            "%(count)d matter waits for an answer", "%(count)d matters wait for an answer", self.matters
        ) % {"count": self.matters}
        longest = ngettext(
            "the oldest for %(days)d day: %(name)s", "the oldest for %(days)d days: %(name)s", first.days
        ) % {"days": first.days, "name": first.name}
        return gettext("%(waiting)s, %(longest)s.") % {"waiting": waiting, "longest": longest}


def waits_of(matters: "QuerySet[HelpRequest]", *, on: date) -> Waits | None:
    """The waiting ones of `matters` by department on the day `on`; None where none waits. One query."""
    found = list(HelpRequest.objects.filter(pk__in=matters.order_by().values("pk")).waiting_by_department(on))
    if not found:
        return None
    days = [(on - day_of(row["first"])).days for row in found]
    scale = DayScale.holding(days[0])
    rows = [
        DepartmentWait(
            row["to__code"] or "",
            row["to__name"] or gettext("people named by the office"),
            row["count"],
            waited,
            row["overdue"],
            scale.bar(waited),
        )
        for row, waited in zip(found[:DEPARTMENTS_SHOWN], days, strict=False)
    ]
    return Waits(rows, len(found) - len(rows), sum(row["count"] for row in found))
