"""The tables of requests about tasks: extensions and close-outs."""

from html import escape

from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from governance.lists.columns import CheckColumn, DateColumn, LeanColumn, LinkColumn, MomentColumn, TextColumn
from governance.lists.marks import badge
from governance.lists.tables import LeanTable
from governance.people.models import User

from ..models.request import Standing, TaskRequest


class StandingColumn(LeanColumn):
    """The state of a request: granted or refused, waiting, or paused with its task."""

    css = "cell-lamp"

    def text(self, value: Standing, record: TaskRequest) -> str:
        return str(value.label)

    def html(self, value: Standing, record: TaskRequest) -> str:
        return badge(str(value.label), value.tone)


class DecisionColumn(LeanColumn):
    """Who decided, and the text of the decision."""

    def text(self, value: User, record: TaskRequest) -> str:
        return gettext(": ").join((str(value), record.answer)) if record.answer else str(value)

    def html(self, value: User, record: TaskRequest) -> str:
        said = f'<span class="caption table-note">{escape(record.answer)}</span>' if record.answer else ""
        return escape(str(value)) + said


def task_of(request: TaskRequest) -> str:
    """The page of the request's task."""
    return request.task.get_absolute_url()


class RequestTable(LeanTable):
    """The columns shared by both kinds; each adds the team's text and its days."""

    check = CheckColumn(named="task")
    task = LinkColumn(_("Task"), url=task_of, caption="said", order_by="task__title")
    team = TextColumn(_("Team"), accessor="task__team__short_name", order_by="task__team__order")
    asked_by = TextColumn(_("Requested by"), orderable=False)
    outcome = StandingColumn(_("State"), accessor="standing", orderable=False)
    decided_by = DecisionColumn(_("Decision"), orderable=False)


class ExtensionTable(RequestTable):
    """Extensions, last requested first."""

    reason = TextColumn(_("Reason"), orderable=False, visible=False)
    old_due_on = DateColumn(_("Current due date"))
    new_due_on = DateColumn(_("Requested until"))
    asked_at = MomentColumn(_("Requested"))

    class Meta:
        order_by = "-asked_at"
        sequence = ("check", "task", "reason", "team", "old_due_on", "new_due_on", "asked_by", "asked_at", "...")


class CloseOutTable(RequestTable):
    """Close-outs, last requested first."""

    statement = TextColumn(_("What was achieved"), orderable=False, visible=False)
    due_on = DateColumn(_("Due date then"), empty=_("ongoing"))
    asked_on = DateColumn(_("Requested on"))
    decided_at = MomentColumn(_("Decided"))

    class Meta:
        order_by = "-asked_on"
        sequence = ("check", "task", "statement", "team", "due_on", "asked_on", "...", "decided_at")
