"""The lists of extensions and of close-outs: what was asked, of which task, and what became of it."""

from typing import Any, ClassVar

from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy
from django_filters.views import FilterView

from governance.lists.filters import counted
from governance.lists.views import Chip, LeanTableMixin, VisibleMixin
from governance.records.list_views import BulkMixin, ExportingMixin

from ...filters.request import CloseOutFilter, ExtensionFilter, RequestFilter
from ...models import CloseOut, Extension
from ...tables.request import CloseOutTable, ExtensionTable
from ..rows import ChosenActionMixin, of_action
from .bulk import AcceptCloseOuts, GrantExtensions, RefuseExtensions


class RequestListView(ChosenActionMixin, VisibleMixin, BulkMixin, ExportingMixin, LeanTableMixin, FilterView):
    """What was asked about the tasks of the action, chips by how it stands."""

    template_name = "teams/request_list.html"
    filterset_class: type[RequestFilter]
    standing_words: ClassVar[dict[str, Any]] = {}

    def get_queryset(self) -> Any:
        """Those of the action."""
        return of_action(super().get_queryset(), "task__action", self.action)

    def get_filterset_kwargs(self, filterset_class: type[RequestFilter]) -> dict[str, Any]:
        """The filter offers the teams of the action."""
        return {**super().get_filterset_kwargs(filterset_class), "action": self.action}

    def get_chips(self) -> list[Chip]:
        """All, and each standing with its count: one query."""
        counts = counted(self.filterset.without("state"), self.filterset_class.standings)
        return self.chips_of("state", self.standing_words, counts)


class ExtensionListView(RequestListView):
    """Extensions."""

    queryset = Extension.objects.select_related("task__team", "asked_by", "decided_by")
    table_class = ExtensionTable
    filterset_class = ExtensionFilter
    bulk_actions = (GrantExtensions, RefuseExtensions)
    heading = _("Extensions")
    empty_title = _("No extension has been asked for")
    empty_how = _("A head asks for more time on the page of the task, on the due day at the latest.")
    standing_words: ClassVar[dict[str, Any]] = {
        "waiting": _("Waiting"),
        "granted": _("Granted"),
        "refused": _("Refused"),
        "resting": pgettext_lazy("request", "Resting"),
    }


class CloseOutListView(RequestListView):
    """Close-outs."""

    queryset = CloseOut.objects.select_related("task__team", "asked_by", "decided_by")
    table_class = CloseOutTable
    filterset_class = CloseOutFilter
    bulk_actions = (AcceptCloseOuts,)
    heading = _("Close-outs")
    empty_title = _("No close-out has been asked for")
    empty_how = _("A head asks for it on the page of the task, once what was expected is achieved.")
    standing_words: ClassVar[dict[str, Any]] = {
        "waiting": _("Waiting"),
        "accepted": _("Confirmed"),
        "returned": _("Sent back"),
        "resting": pgettext_lazy("request", "Resting"),
    }
