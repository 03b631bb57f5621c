"""The list of key tasks: rows are standings, of today or of a past evening."""

from django.utils.translation import gettext_lazy as _

from governance.lists.choice_columns import LampColumn
from governance.lists.columns import CheckColumn, DateColumn, LinkColumn, ProgressColumn, TextColumn
from governance.lists.tables import LeanTable

from ..rules.lamps import Lamp
from ..tasks.lamp_sentences import due_note


class TaskTable(LeanTable):
    """Key tasks by due date, ongoing ones last, unless sorted otherwise."""

    check = CheckColumn(accessor="task__pk", named="row__title")
    number = TextColumn(_("No."), accessor="task__number", order_by=("year", "number"))
    title = LinkColumn(
        _("Task"),
        accessor="row__title",
        order_by="title",
        url=lambda standing: standing.task.get_absolute_url(),
        caption="row__expected_result",
    )
    expected_result = TextColumn(_("Expected result"), accessor="row__expected_result", orderable=False, visible=False)
    team = TextColumn(_("Team"), accessor="row__team__name", order_by="team__order")
    lead = TextColumn(_("Lead department"), accessor="row__lead_department__name", order_by="lead_department__order")
    due = DateColumn(
        _("Due"), accessor="row__due_on", order_by="due_on", flag="ongoing", empty=_("ongoing"), note=due_note
    )
    percent = ProgressColumn(_("Progress"), accessor="row__percent", order_by="percent", planned="planned", lamp="lamp")
    lamp = LampColumn(_("Lamp"), choices=Lamp, word="reason_word", orderable=False, css="cell-lamp")

    class Meta:
        order_by = "due"
