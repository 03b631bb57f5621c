"""Which team owes which report: teams in rows, periods in columns; and the teams behind a figure of the wall chart."""

from collections.abc import Collection
from datetime import date, timedelta

from django.core.paginator import Paginator
from django.db.models import QuerySet
from django.http import HttpResponse
from django.shortcuts import render
from django.utils.translation import pgettext_lazy
from django.views import View

from governance.clock import end_of, now, today
from governance.lists.addresses import day_in, number_in
from governance.lists.requests import Request
from governance.people.permissions import may

from ...models import ProgressReport, ReportingPeriod, SpecialTeam
from ...reports.matrix import matrix_of, teams_standing
from ...reports.status import SUBMITTED, ReportStatus
from ...words import REPORT_STATUS_WORDS
from ..day import asked_day
from ..rows import ChosenActionMixin

PERIODS_SHOWN = 6
TEAMS_SHOWN = 50
SENT = "submitted"
STATUSES: dict[str, Collection[ReportStatus]] = {
    SENT: SUBMITTED,
    **{status.value: (status,) for status in ReportStatus},
}
"""The values of `?status=`: one state of a report, or all that were submitted."""
STATUS_WORDS = REPORT_STATUS_WORDS | {SENT: pgettext_lazy("reports", "Submitted")}


class ReportMatrixView(ChosenActionMixin, View):
    """The state of each report, teams in rows, periods in columns. Only their readers see drafts.

    `?period=` (its first day) with `?status=` shows the teams behind a figure of the wall chart, as known on the
    evening of `?on=`, of one working group with `?group=`.
    """

    def get(self, request: Request) -> HttpResponse:
        """The latest periods, those until `?until=`, or one period with the teams in the requested state."""
        periods = ReportingPeriod.objects.visible_to(request.user).filter(action=self.action)
        teams = SpecialTeam.objects.visible_to(request.user).filter(action=self.action).order_by("order")
        asked = self.asked(periods)
        context = self.of_status(asked, teams) if asked else self.of_all(periods, teams)
        context |= {
            "waiting": self.waiting(),
            "may_keep": may(request.user, "generate_periods"),
            "may_read_burden": may(request.user, "read_burden"),
        }
        return render(request, "teams/report_matrix.html", context)

    def of_all(self, periods: QuerySet[ReportingPeriod], teams: QuerySet[SpecialTeam]) -> dict[str, object]:
        """All teams over the latest periods, or those until a day."""
        until = self.until(today())
        shown = list(periods.filter(starts_on__lte=until).order_by("-starts_on")[: PERIODS_SHOWN + 1])
        earlier = shown.pop() if len(shown) > PERIODS_SHOWN else None
        page = Paginator(teams, TEAMS_SHOWN).get_page(self.request.GET.get("page"))
        matrix = matrix_of(shown[::-1], list(page.object_list), user=self.request.user, at=now())
        return {"matrix": matrix, "page": page, "earlier": earlier, "is_latest": until == today()}

    def of_status(self, period: ReportingPeriod, teams: QuerySet[SpecialTeam]) -> dict[str, object]:
        """The teams whose report for `period` has the requested state, or had it on a past evening."""
        day, status = asked_day(self.request, today()), self.request.GET["status"]
        at = end_of(day.on) - timedelta(microseconds=1) if day.is_past else now()
        found = teams_standing(period, self.of_group(teams), STATUSES[status], at=at)
        page = Paginator(found, TEAMS_SHOWN).get_page(self.request.GET.get("page"))
        matrix = matrix_of([period], list(page.object_list), user=self.request.user, at=at, looks_back=day.is_past)
        return {"matrix": matrix, "page": page, "asked": period, "status": STATUS_WORDS[status], "day": day}

    def asked(self, periods: QuerySet[ReportingPeriod]) -> ReportingPeriod | None:
        """The one period in the address, if it is valid."""
        if self.request.GET.get("status") not in STATUSES:
            return None
        try:
            return periods.filter(starts_on=day_in(self.request.GET.get("period", ""))).first()
        except ValueError:
            return None

    def of_group(self, teams: QuerySet[SpecialTeam]) -> list[SpecialTeam]:
        """The teams of the requested working group."""
        group = number_in(self.request.GET.get("group", ""))
        return list(teams if group is None else teams.filter(group=group))

    def until(self, latest: date) -> date:
        """The day in the address, or `latest`."""
        try:
            return min(day_in(self.request.GET.get("until", "")), latest)
        except ValueError:
            return latest

    def waiting(self) -> int | None:
        """How many reports wait for the office; None for people who do not review."""
        if not may(self.request.user, "review_reports"):
            return None
        return ProgressReport.objects.visible_to(self.request.user).waiting().count()
