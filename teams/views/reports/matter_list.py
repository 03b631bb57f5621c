"""The list of matters for coordination."""

from typing import Any, ClassVar

from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _
from django_filters.views import FilterView

from governance.clock import today
from governance.lists.filters import counted
from governance.lists.text import Text
from governance.lists.views import Chip, LeanTableMixin, VisibleMixin
from governance.records.list_views import ExportingMixin

from ...filters.matter import OWNERLESS, MatterFilter
from ...models import HelpRequest
from ...states import MatterState
from ...tables.matter import MatterTable, waits_of
from ..rows import FiltersOfActionMixin, of_action


class MatterListView(FiltersOfActionMixin, VisibleMixin, ExportingMixin, LeanTableMixin, FilterView):
    """The matters of the action that the person may read, last sent first; chips by state."""

    queryset = HelpRequest.objects.select_related("report__team", "to", "owner")
    table_class = MatterTable
    filterset_class = MatterFilter
    template_name = "teams/matter_list.html"
    heading = _("Matters for coordination")
    empty_title = _("No matters yet")
    empty_how = _(
        "In its report a team names what it cannot solve alone. It is listed here with who answers it and by when."
    )
    standing_words: ClassVar[dict[str, Text]] = {
        MatterState.WAITING: MatterState.WAITING.label,
        MatterState.OVERDUE: MatterState.OVERDUE.label,
        OWNERLESS: _("Nobody assigned"),
        MatterState.ANSWERED: MatterState.ANSWERED.label,
        MatterState.DRAFT: MatterState.DRAFT.label,
    }

    def get_queryset(self) -> QuerySet:
        return of_action(super().get_queryset(), "report__team__action", self.action)

    def get_filterset_kwargs(self, filterset_class: type[MatterFilter]) -> dict[str, Any]:
        """Count days from today."""
        return {**super().get_filterset_kwargs(filterset_class), "on": today()}

    def get_chips(self) -> list[Chip]:
        """Chips for all matters and each state, with counts: one query."""
        counts = counted(self.filterset.without("state"), self.filterset.standings())
        return self.chips_of("state", self.standing_words, counts)

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """A page shows how long departments keep them waiting; a fragment of the list does not."""
        waits = None if self.is_fragment() else waits_of(self.get_queryset(), on=today())
        return super().get_context_data(waits=waits, **kwargs)
