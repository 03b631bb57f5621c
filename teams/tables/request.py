"""Lists of what was asked about tasks: extensions and close-outs."""

from collections.abc import Callable
from html import escape
from typing import Any

from django.utils.translation import gettext, pgettext
from django.utils.translation import gettext_lazy as _

from governance.lists.columns import CheckColumn, DateColumn, LeanColumn, LinkColumn, MomentColumn, TextColumn
from governance.lists.marks import badge
from governance.lists.tables import LeanTable

from ..models import CloseOut, Extension


class OutcomeColumn(LeanColumn):
    """How a request stands, by whom and why: yes, no, waiting, or resting with its task."""

    css = "cell-lamp"

    def __init__(self, label: str | None = None, *, words: Callable[[Any], tuple[str, str]], **kwargs: Any) -> None:
        super().__init__(label, **{"accessor": "pk", "orderable": False, **kwargs})
        self.words = words

    def text(self, value: Any, record: Any) -> str:
        return self.words(record)[0]

    def html(self, value: Any, record: Any) -> str:
        return badge(*self.words(record))


class DecisionColumn(LeanColumn):
    """Who decided, and with what words."""

    def text(self, value: Any, record: Any) -> str:
        return f"{value}: {record.answer}" if record.answer else str(value)

    def html(self, value: Any, record: Any) -> str:
        said = f'<span class="caption table-note">{escape(record.answer)}</span>' if record.answer else ""
        return escape(str(value)) + said


def extension_outcome(extension: Extension) -> tuple[str, str]:
    """The word and the tone of an extension's badge."""
    if extension.granted is not None:
        return (gettext("Granted"), "green") if extension.granted else (gettext("Refused"), "red")
    return (gettext("Waiting"), "blue") if extension.is_waiting else (pgettext("request", "Resting"), "grey")


def close_out_outcome(close_out: CloseOut) -> tuple[str, str]:
    """The word and the tone of a close-out's badge."""
    if close_out.accepted is not None:
        return (gettext("Confirmed"), "green") if close_out.accepted else (gettext("Sent back"), "yellow")
    return (gettext("Waiting"), "blue") if close_out.is_waiting else (pgettext("request", "Resting"), "grey")


def task_of(request: Extension | CloseOut) -> str:
    """The page of the task that is spoken of."""
    return request.task.get_absolute_url()


class ExtensionTable(LeanTable):
    """Extensions, what was asked last first."""

    check = CheckColumn(named="task")
    task = LinkColumn(_("Task"), url=task_of, caption="reason", order_by="task__title")
    reason = TextColumn(_("Reason"), orderable=False, visible=False)
    team = TextColumn(_("Team"), accessor="task__team__short_name", order_by="task__team__order")
    old_due_on = DateColumn(_("Due so far"))
    new_due_on = DateColumn(_("Asked until"))
    asked_by = TextColumn(_("Asked by"), orderable=False)
    asked_at = MomentColumn(_("Asked"))
    outcome = OutcomeColumn(_("State"), words=extension_outcome)
    decided_by = DecisionColumn(_("Decision"), orderable=False)

    class Meta:
        order_by = "-asked_at"


class CloseOutTable(LeanTable):
    """Close-outs, what was asked last first."""

    check = CheckColumn(named="task")
    task = LinkColumn(_("Task"), url=task_of, caption="statement", order_by="task__title")
    statement = TextColumn(_("What was achieved"), orderable=False, visible=False)
    team = TextColumn(_("Team"), accessor="task__team__short_name", order_by="task__team__order")
    due_on = DateColumn(_("Due then"), empty=_("ongoing"))
    asked_on = DateColumn(_("Asked on"))
    asked_by = TextColumn(_("Asked by"), orderable=False)
    outcome = OutcomeColumn(_("State"), words=close_out_outcome)
    decided_by = DecisionColumn(_("Decision"), orderable=False)
    decided_at = MomentColumn(_("Decided"))

    class Meta:
        order_by = "-asked_on"
