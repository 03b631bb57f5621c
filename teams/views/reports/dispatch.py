"""The weekly dispatch table as a page, in print and as a workbook."""

from dataclasses import dataclass
from datetime import timedelta
from typing import Any
from urllib.parse import urlencode

from django.core.paginator import Paginator
from django.http import Http404, StreamingHttpResponse
from django.http.response import HttpResponseBase
from django.utils.functional import cached_property
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.generic import TemplateView

from governance.clock import now, today
from governance.lists.requests import Request
from governance.lists.text import day_text
from governance.records.delivery import workbook_response
from governance.records.export_log import export_list

from ...models import ReportingPeriod, SpecialTeam
from ...reports.dispatch import (
    DispatchRow,
    DispatchTeam,
    Stretch,
    dispatch_chunks,
    dispatch_teams,
    said_with_mark,
    stretch_of_period,
    stretch_of_week,
)
from ..day import day_in_address
from ..rows import AwaitsActionMixin, period_of_action

TEAMS_SHOWN = 30
"""Teams on a page; print and workbook have all of them."""

PERIODS_OFFERED = 12


@dataclass(frozen=True)
class Shown:
    """A team and its rows with the text of their cells, as the template needs them."""

    entry: DispatchTeam
    rows: list[tuple[DispatchRow, str]]


class DispatchView(AwaitsActionMixin, TemplateView):
    """`?period=` (its first day) or `?week=` (any day of it); `?team=` a code; `?format=xlsx` the workbook."""

    template_name = "teams/dispatch.html"
    heading = gettext_lazy("Dispatch table")

    def get(self, request: Request, *args: Any, **kwargs: Any) -> HttpResponseBase:
        if request.GET.get("format") == "xlsx":
            return self.workbook()
        return super().get(request, *args, **kwargs)

    @cached_property
    def periods(self) -> list[ReportingPeriod]:
        """The last periods that have begun, newest first."""
        begun = ReportingPeriod.objects.visible_to(self.request.user).filter(action=self.action)
        return list(begun.filter(starts_on__lte=today()).order_by("-starts_on")[:PERIODS_OFFERED])

    @cached_property
    def stretch(self) -> Stretch:
        """The requested days; by default the last period that is over, or the week where there is none."""
        week, starts = self.request.GET.get("week"), self.request.GET.get("period")
        if week:
            return stretch_of_week(self.action, min(day_in_address(week), today()), today=today())
        if starts:
            period = period_of_action(self.action, starts, self.request.user)
            if period.starts_on > today():
                raise Http404
            return stretch_of_period(period, today=today())
        over = [period for period in self.periods if period.ends_on < today()] or self.periods
        if over:
            return stretch_of_period(over[0], today=today())
        return stretch_of_week(self.action, today(), today=today())

    @cached_property
    def teams(self) -> list[SpecialTeam]:
        """The teams that existed in these days, in document order."""
        teams = SpecialTeam.objects.visible_to(self.request.user).filter(action=self.action)
        return list(teams.existing_between(self.stretch.first, self.stretch.last).order_by("order"))

    @cached_property
    def chosen(self) -> list[SpecialTeam]:
        """The requested team, or all."""
        code = self.request.GET.get("team")
        return [team for team in self.teams if team.code == code] if code else self.teams

    def entries(self, teams: list[SpecialTeam]) -> list[DispatchTeam]:
        return dispatch_teams(self.action, self.stretch, teams, user=self.request.user, at=now())

    def workbook(self) -> StreamingHttpResponse:
        """The whole table in the officials' layout; the export is recorded in the audit log."""
        entries = self.entries(self.chosen)
        narrowed = {name: value for name in ("week", "period", "team") if (value := self.request.GET.get(name))}
        rows = sum(len(entry.rows) for entry in entries)
        export_list("dispatch", file_format="xlsx", rows=rows, narrowed=narrowed, by=self.request.user, at=now())
        name = _("Dispatch table %(days)s") % {"days": f"{self.stretch.first} – {self.stretch.last}"}
        return workbook_response(dispatch_chunks(self.action, self.stretch, entries), name=name)

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        page = Paginator(self.chosen, TEAMS_SHOWN).get_page(self.request.GET.get("page"))
        shown = [
            Shown(entry, [(row, said_with_mark(entry, row)) for row in entry.rows])
            for entry in self.entries(list(page.object_list))
        ]
        stretch = self.stretch
        return super().get_context_data(
            action=self.action,
            stretch=stretch,
            shown=shown,
            confided=any(not each.entry.readable for each in shown),
            page=page,
            periods=self.periods,
            teams=self.teams,
            team=self.request.GET.get("team", ""),
            week_before=self.address(week=day_text(stretch.first - timedelta(days=7)), period=None),
            week_after=self.address(week=day_text(stretch.last + timedelta(days=1)), period=None)
            if stretch.is_week and stretch.last < today()
            else "",
            workbook_url=self.address(format="xlsx"),
            **kwargs,
        )

    def address(self, **changes: str | None) -> str:
        """This page's address with `changes`."""
        query = {name: value for name, value in self.request.GET.items() if value and name != "page"} | changes
        kept = {name: value for name, value in query.items() if value}
        return f"{self.request.path}?{urlencode(kept)}" if kept else self.request.path
