"""Progress reports as a flat list, beside the matrix."""

from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _
from django_filters.views import FilterView

from governance.lists.filters import counted
from governance.lists.views import Chip, LeanTableMixin, VisibleMixin
from governance.records.list_views import BulkMixin, ExportingMixin

from ...filters.report import HANDED_IN, STANDINGS, ReportFilter
from ...models import ProgressReport
from ...states import ReportState
from ...tables.report_list import ReportTable
from ..rows import FiltersOfActionMixin, of_action
from ..tasks.bulk import AcceptReports


class ReportListView(FiltersOfActionMixin, VisibleMixin, BulkMixin, ExportingMixin, LeanTableMixin, FilterView):
    """The reports of the action that the person may read, newest period first."""

    queryset = ProgressReport.objects.select_related("team", "period")
    table_class = ReportTable
    filterset_class = ReportFilter
    template_name = "teams/report_list.html"
    bulk_actions = (AcceptReports,)
    heading = _("Progress reports")
    empty_title = _("No report yet")
    empty_how = _("A report appears here as soon as someone in the team starts it; the matrix shows who has not.")

    def get_queryset(self) -> QuerySet:
        return of_action(super().get_queryset(), "team__action", self.action)

    def get_chips(self) -> list[Chip]:
        """Chips for all reports and each state, with counts: one query. What a search found has a chip while shown."""
        words = {state.value: state.label for state in ReportState}
        if self.request.GET.get("state") == HANDED_IN:
            words[HANDED_IN] = _("Submitted or accepted")
        return self.chips_of("state", words, counted(self.filterset.without("state"), STANDINGS))
