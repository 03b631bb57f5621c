"""Progress reports as a flat list, beside the matrix."""

from typing import Any

from django.db.models import Q, QuerySet
from django.utils.translation import gettext_lazy as _
from django_filters.views import FilterView

from governance.lists.filters import counted
from governance.lists.views import Chip, LeanTableMixin, VisibleMixin
from governance.records.list_views import BulkMixin, ExportingMixin

from ...filters.report import ReportFilter
from ...models import ProgressReport
from ...states import ReportState
from ...tables.report_list import ReportTable
from ..rows import ChosenActionMixin, of_action
from ..tasks.bulk import AcceptReports


class ReportListView(ChosenActionMixin, VisibleMixin, BulkMixin, ExportingMixin, LeanTableMixin, FilterView):
    """The reports of the action that the person may read, newest period first."""

    queryset = ProgressReport.objects.select_related("team", "period")
    table_class = ReportTable
    filterset_class = ReportFilter
    template_name = "teams/report_list.html"
    bulk_actions = (AcceptReports,)
    heading = _("Progress reports")
    empty_title = _("No report yet")
    empty_how = _("A report stands here as soon as somebody of the team has begun it; the matrix shows who has not.")

    def get_queryset(self) -> QuerySet:
        return of_action(super().get_queryset(), "team__action", self.action)

    def get_filterset_kwargs(self, filterset_class: type[ReportFilter]) -> dict[str, Any]:
        """Offer the teams and periods of the action."""
        return {**super().get_filterset_kwargs(filterset_class), "action": self.action}

    def get_chips(self) -> list[Chip]:
        """Chips for all reports and each state, with counts: one query."""
        counts = counted(self.filterset.without("state"), {state.value: Q(state=state) for state in ReportState})
        return self.chips_of("state", {state.value: state.label for state in ReportState}, counts)
