"""The list of problems as it is exported and printed."""

from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from governance.clock import today
from governance.lists.choice_columns import ChoiceColumn
from governance.lists.columns import DateColumn, LeanColumn, LinkColumn, NumberColumn, TextColumn, YesNoColumn
from governance.lists.tables import LeanTable
from governance.lists.text import names_text

from ..models import Problem
from ..states import ProblemState


class TeamsColumn(LeanColumn):
    """The teams that have the problem."""

    def text(self, value: object, record: Problem) -> str:
        return names_text(row.team.short_name for row in record.teams.all())


class AgeColumn(LeanColumn):
    """Days since it was found, while it is worked on."""

    css = "num"

    def text(self, value: object, record: Problem) -> str:
        return str(record.age(today())) if record.is_live else ""


class ProblemTable(LeanTable):
    """Problems, in the order of the board."""

    number = NumberColumn(_("Number"), orderable=False)
    title = LinkColumn(_("Problem"), orderable=False)
    teams = TeamsColumn(_("Special teams"), accessor="pk", orderable=False)
    lead = TextColumn(_("Lead team"), accessor="lead__short_name", orderable=False)
    owner = TextColumn(_("Owner"), accessor="owner__name", orderable=False)
    found_by = ChoiceColumn(_("Found by"), choices=Problem.FoundBy, orderable=False)
    found_on = DateColumn(_("Found on"), orderable=False)
    age = AgeColumn(_("Days"), accessor="pk", orderable=False)
    severity = ChoiceColumn(pgettext_lazy("problem", "Severity"), choices=Problem.Severity, orderable=False)
    common = YesNoColumn(_("Common"), orderable=False)
    state = ChoiceColumn(_("State"), choices=ProblemState, orderable=False)
    first_due_on = DateColumn(_("Due as first set"), orderable=False)
    due_on = DateColumn(_("Due"), orderable=False)
    cause = TextColumn(_("Cause"), orderable=False)
    solved_when = TextColumn(_("Solved when"), orderable=False)
