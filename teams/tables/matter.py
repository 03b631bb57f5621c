"""The list of matters for coordination."""

from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from governance.clock import today
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
