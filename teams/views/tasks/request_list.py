"""The lists of extensions and of close-outs: the request, its task, and the decision."""

from typing import Any

from django.utils.translation import gettext_lazy as _
from django_filters.views import FilterView

from governance.lists.filters import counted
from governance.lists.views import Chip, LeanTableMixin, VisibleMixin
from governance.records.list_views import BulkMixin, ExportingMixin

from ...filters.request import RequestFilter
from ...models import CloseOut, Extension
from ...models.request import TaskRequest
from ...tables.request import CloseOutTable, ExtensionTable
from ..rows import FiltersOfActionMixin, of_action
from .bulk import AcceptCloseOuts, GrantExtensions, RefuseExtensions


class RequestListView(FiltersOfActionMixin, VisibleMixin, BulkMixin, ExportingMixin, LeanTableMixin, FilterView):
    """The requests about the tasks of the action; chips by state."""

    template_name = "teams/request_list.html"
    filterset_class = RequestFilter
    model: type[TaskRequest]

    def get_queryset(self) -> Any:
        rows = super().get_queryset().select_related("task__team", "asked_by", "decided_by")
        return of_action(rows, "task__action", self.action)

    def get_chips(self) -> list[Chip]:
        """Chips for all requests and each state, with counts: one query."""
        counts = counted(self.filterset.without("state"), self.model.standing_conditions())
        return self.chips_of("state", self.model.standing_labels(), counts)


class ExtensionListView(RequestListView):
    model = Extension
    table_class = ExtensionTable
    bulk_actions = (GrantExtensions, RefuseExtensions)
    heading = _("Extensions")
    empty_title = _("No extension has been requested")
    empty_how = _("A head requests more time on the page of the task, no later than the due date.")


class CloseOutListView(RequestListView):
    model = CloseOut
    table_class = CloseOutTable
    bulk_actions = (AcceptCloseOuts,)
    heading = _("Close-outs")
    empty_title = _("No close-out has been requested")
    empty_how = _("A head requests it on the page of the task once the expected result has been achieved.")
