"""The list of teams."""

from collections.abc import Sequence
from typing import Any

from django.db.models import Count, Q, QuerySet
from django.utils.translation import gettext_lazy as _
from django_filters.views import FilterView

from governance.clock import today
from governance.lists.views import Chip, LeanTableMixin, VisibleMixin
from governance.people.permissions import may
from governance.records.list_views import ExportingMixin

from ...filters.team import EITHER, TeamFilter
from ...models import SpecialTeam
from ...tables.team import TeamRow, TeamTable, rows_of
from ..rows import FiltersOfActionMixin


class TeamListView(FiltersOfActionMixin, VisibleMixin, ExportingMixin, LeanTableMixin, FilterView):
    """The teams of the action, in document order: people, progress, problems."""

    table_class = TeamTable
    filterset_class = TeamFilter
    queryset = SpecialTeam.objects.select_related("action", "group")
    template_name = "teams/team_list.html"
    heading = _("Special teams")
    empty_title = _("No teams yet")
    empty_how = _("The special office sets up a team with its code, names and lead department.")

    def get_queryset(self) -> QuerySet:
        """Active teams, or closed ones, or both."""
        teams = super().get_queryset().filter(action=self.action)
        closed = self.request.GET.get("closed")
        return teams if closed == EITHER else teams.filter(closed_on__isnull=not closed)

    def shown(self, rows: Sequence[SpecialTeam]) -> list[TeamRow]:
        return rows_of(rows, today())

    def get_chips(self) -> list[Chip]:
        """Chips for active and closed teams with counts; none while no team is closed."""
        counts = SpecialTeam.objects.filter(action=self.action).aggregate(
            working=Count("pk", filter=Q(closed_on=None)), closed=Count("pk", filter=Q(closed_on__isnull=False))
        )
        if not counts["closed"]:
            return []
        closed = self.request.GET.get("closed", "")
        both, everything = sum(counts.values()), closed == EITHER
        return [
            Chip(str(_("All")), self.address(closed=EITHER), both, current=everything),
            Chip(str(_("Active")), self.address(closed=None), counts["working"], current=not closed),
            Chip(str(_("Closed")), self.address(closed="1"), counts["closed"], current=bool(closed) and not everything),
        ]

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        may_keep = may(self.request.user, "keep_teams")
        return super().get_context_data(action=self.action, may_keep=may_keep, **kwargs)
