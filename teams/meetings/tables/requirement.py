"""The table of requirements: the document, its clauses, what is answered."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from html import escape
from typing import Any

from django.utils.translation import gettext, ngettext, pgettext_lazy
from django.utils.translation import gettext_lazy as _

from governance.lists.columns import DateColumn, LeanColumn, LinkColumn, TextColumn
from governance.lists.marks import badge
from governance.lists.tables import LeanTable

from ..models import Clause, Requirement
from ..requirements.standing import ClauseStanding, standings_of


@dataclass(frozen=True)
class RequirementRow:
    """A requirement in the list, as of a day."""

    requirement: Requirement
    clauses: Sequence[ClauseStanding]
    on: date

    @property
    def source(self) -> str:
        """Who issued it, under which number."""
        return f"{self.requirement.issuer} · {self.requirement.document}"

    @property
    def level(self) -> str:
        return self.requirement.get_level_display()

    @property
    def unmatched(self) -> int:
        """Clauses that nobody has."""
        return sum(each.is_unmatched for each in self.clauses)

    @property
    def matched(self) -> str:
        """How many clauses have a team, of how many."""
        words = {"count": len(self.clauses) - self.unmatched, "all": len(self.clauses)}
        return gettext("%(count)s of %(all)s") % words

    @property
    def answered(self) -> str:
        """How many answers there are, of how many that are owed."""
        teams = [team for each in self.clauses for team in each.teams]
        return gettext("%(count)s of %(all)s") % {"count": sum(bool(each.first) for each in teams), "all": len(teams)}

    @property
    def outcome(self) -> tuple[str, str]:
        """What lacks, in a word, and its tone."""
        overdue = sum(len(each.overdue(self.on)) for each in self.clauses)
        if overdue:
            return ngettext("%(count)d overdue", "%(count)d overdue", overdue) % {"count": overdue}, "red"
        if self.unmatched:
            count = {"count": self.unmatched}
            return ngettext("%(count)d without a team", "%(count)d without a team", self.unmatched) % count, "yellow"
        if any(each.first is None for clause in self.clauses for each in clause.teams):
            return gettext("being answered"), "blue"
        return gettext("answered"), "green"

    def get_absolute_url(self) -> str:
        """The requirement's page."""
        return self.requirement.get_absolute_url()


def rows_of(requirements: Sequence[Requirement], on: date) -> list[RequirementRow]:
    """The requirements of one page with their clauses: three queries."""
    clauses = Clause.objects.filter(requirement__in=requirements).select_related("requirement", "team")
    found: dict[int, list[ClauseStanding]] = {each.pk: [] for each in requirements}
    for standing in standings_of(clauses.order_by("requirement", "number")):
        found[standing.clause.requirement_id].append(standing)
    return [RequirementRow(each, found[each.pk], on) for each in requirements]


class OutcomeColumn(LeanColumn):
    """What lacks of a requirement."""

    css = "cell-lamp"

    def text(self, value: tuple[str, str], record: Any) -> str:
        return value[0]

    def html(self, value: tuple[str, str], record: Any) -> str:
        return badge(escape(value[0]), value[1])


class RequirementTable(LeanTable):
    """Requirements, the last received first."""

    title = LinkColumn(_("Document"), accessor="requirement__title", caption="source", order_by="title")
    level = TextColumn(pgettext_lazy("requirement", "Level"), orderable=False)
    received_on = DateColumn(_("Received"), accessor="requirement__received_on", order_by="received_on")
    due_on = DateColumn(_("Due"), accessor="requirement__due_on", order_by="due_on")
    matched = TextColumn(_("Clauses with a team"), orderable=False)
    answered = TextColumn(_("Answers"), orderable=False)
    outcome = OutcomeColumn(_("State"), orderable=False)

    class Meta:
        order_by = "-received_on"
