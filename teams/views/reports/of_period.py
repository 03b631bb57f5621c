"""What the pages about one team's report for one period share."""

from collections.abc import Callable
from datetime import date
from typing import Any

from django.http import Http404
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils.functional import cached_property
from django.utils.translation import gettext_lazy as _

from governance.clock import today
from governance.lists.requests import Request
from governance.records.refusals import WrongState

from ...guards import check_drafting, check_submitting
from ...models import ProgressReport, ReportingPeriod, SpecialTeam

SUBMITTED_WORDS = _("Submitted. The special office reviews it.")


class OfPeriodMixin:
    """A page about one team's report for one period; 404 for whoever may not read the team's papers."""

    request: Request
    kwargs: dict[str, Any]

    @cached_property
    def team(self) -> SpecialTeam:
        """The team of the address."""
        teams = SpecialTeam.objects.with_papers_visible_to(self.request.user).select_related("action")
        return get_object_or_404(teams, code=self.kwargs["code"])

    @cached_property
    def period(self) -> ReportingPeriod:
        """The period of the address, by its first day."""
        try:
            starts_on = date.fromisoformat(self.kwargs["starts"])
        except ValueError as error:
            raise Http404 from error
        periods = ReportingPeriod.objects.visible_to(self.request.user)
        return get_object_or_404(periods, action=self.team.action_id, starts_on=starts_on)

    @cached_property
    def report(self) -> ProgressReport | None:
        """The report, where somebody has begun it."""
        reports = ProgressReport.objects.visible_to(self.request.user)
        report = reports.filter(team=self.team, period=self.period).first()
        if report is not None:
            report.team, report.period = self.team, self.period
        return report

    @property
    def address(self) -> str:
        """The page's own address."""
        return reverse("report", args=[self.team.code, self.period.starts_on.isoformat()])

    @property
    def keep_key(self) -> str:
        """The key under which the browser keeps what is typed."""
        return f"report-{self.team.code}-{self.period.starts_on.isoformat()}"

    @cached_property
    def closed_words(self) -> str:
        """Why nothing can be written now; empty when something can."""
        return _refused(check_drafting, self.team, self.period)

    @cached_property
    def waits_words(self) -> str:
        """Why it cannot be submitted yet; empty when it can."""
        return _refused(check_submitting, self.team, self.period)


def _refused(check: Callable[..., None], team: SpecialTeam, period: ReportingPeriod) -> str:
    """What `check` says against it today; empty when nothing."""
    try:
        check(team, period, on=today())
    except WrongState as refusal:
        return str(refusal.message)
    return ""
