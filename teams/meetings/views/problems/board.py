"""The board of problems."""

from collections.abc import Sequence
from typing import Any, ClassVar

from django.db.models import QuerySet
from django.utils.functional import cached_property
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy
from django_filters.views import FilterView

from governance.clock import today
from governance.lists.filters import counted
from governance.lists.text import Text
from governance.lists.views import Chip, LeanTableMixin, VisibleMixin
from governance.people.permissions import may
from governance.records.list_views import ExportingMixin
from teams.views.rows import FiltersOfActionMixin

from ...filters.problem import COMMON, EVERY, LIVE, LOOK_BACK, MINE, OVERDUE, REOPENED, ProblemFilter
from ...models import Problem
from ...permissions import drafts_somewhere
from ...problems.board import STAGES, Board, in_order, lead_sentence
from ...states import ProblemState
from ...tables.problem import ProblemTable

LOOK_BACKS = 5
"""Closed problems to be looked back on that stand below those in hand."""


class ProblemListView(FiltersOfActionMixin, VisibleMixin, ExportingMixin, LeanTableMixin, FilterView):
    """The problems of the action that the person may read, by who has to act next; those in hand by default."""

    queryset = Problem.objects.select_related(
        "lead", "owner", "merged_into", "entry__report__period", "matter__report__period", "item__meeting"
    ).prefetch_related("teams__team", "tasks", "merged")
    table_class = ProblemTable
    filterset_class = ProblemFilter
    template_name = "meetings/problem_list.html"
    heading = _("Prominent problems")
    shows: ClassVar[dict[str, Text]] = {
        LIVE: pgettext_lazy("problem", "In hand"),
        MINE: pgettext_lazy("problem", "Waiting for me"),
        COMMON: pgettext_lazy("problem", "Common"),
        REOPENED: pgettext_lazy("problem", "Reopened"),
        OVERDUE: pgettext_lazy("problem", "Overdue"),
        LOOK_BACK: pgettext_lazy("problem", "To look back on"),
        ProblemState.CLOSED_OUT: ProblemState.CLOSED_OUT.label,
        ProblemState.MERGED: ProblemState.MERGED.label,
        ProblemState.DROPPED: ProblemState.DROPPED.label,
        EVERY: _("All"),
    }

    def get_queryset(self) -> QuerySet:
        return in_order(super().get_queryset().filter(action=self.action), today())

    def is_fragment(self) -> bool:
        """The board is no table: it is always shown whole."""
        return False

    @cached_property
    def shown_kind(self) -> str:
        """What is shown; those in hand by default."""
        return self.request.GET.get("show") or LIVE

    def get_filterset_kwargs(self, filterset_class: type[ProblemFilter]) -> dict[str, Any]:
        """Show those in hand unless the address says otherwise."""
        asked = self.request.GET.copy()
        asked["show"] = self.shown_kind
        kwargs = super().get_filterset_kwargs(filterset_class)
        return {**kwargs, "data": asked, "user": self.request.user, "on": today()}

    @cached_property
    def counts(self) -> dict[str, int]:
        """How many problems there are of each kind, with the other filters: one query."""
        return counted(self.filterset.without("show"), self.filterset.standings())

    def chip(self, kind: str, word: Text) -> Chip:
        """The link to one kind."""
        lamp = "red" if kind == OVERDUE and self.counts[kind] else ""
        url = self.address(show=None if kind == LIVE else kind)
        return Chip(str(word), url, self.counts[kind], lamp=lamp, current=kind == self.shown_kind)

    def get_chips(self) -> list[Chip]:
        """Chips for those in hand and for every kind of which there are any."""
        return [
            self.chip(kind, word)
            for kind, word in self.shows.items()
            if self.counts[kind] or kind in (LIVE, EVERY, self.shown_kind)
        ]

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        context = super().get_context_data(**kwargs)
        user, on = self.request.user, today()
        board = Board(context["page"].object_list, user=user, on=on, below=self._look_backs())
        live = self.filterset.queryset.live().order_by("found_on", "number")
        return context | {
            "action": self.action,
            "scale": board.scale,
            "rows": board.rows(),
            "look_backs": board.rows_below(),
            "stages": [(self.chip(state, state.label), state in self._acting()) for state in STAGES],
            "total": self.counts[EVERY],
            "lead": lead_sentence(self.counts, live.first(), mine=self.counts[MINE], on=on),
            "first_to_analyse": self._first_to_analyse(),
            "may_raise": may(user, "analyse_problem") or drafts_somewhere(user, self.action),
        }

    def _look_backs(self) -> Sequence[Problem]:
        """The first of those to be looked back on, below the ones in hand."""
        if self.shown_kind != LIVE or self.is_printed:
            return ()
        rows = self.filterset.queryset.filter(look_again_on__isnull=False).order_by("look_again_on", "number")
        return list(rows.prefetch_related(None).prefetch_related("teams__team")[:LOOK_BACKS])

    def _acting(self) -> tuple[str, ...]:
        """The stages at which this person acts."""
        if may(self.request.user, "analyse_problem"):
            return ProblemState.RAISED, ProblemState.RESOLVED
        return (ProblemState.ANALYSED, ProblemState.RECTIFYING) if self.counts[MINE] else ()

    def _first_to_analyse(self) -> Problem | None:
        """The problem that the office analyses next: the one that was raised first."""
        if not may(self.request.user, "analyse_problem"):
            return None
        return self.filterset.queryset.filter(state=ProblemState.RAISED).order_by("raised_at", "pk").first()
