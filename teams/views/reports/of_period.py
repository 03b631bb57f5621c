"""Shared parts of the pages about one team's report for one period."""

from collections.abc import Callable

from django.urls import reverse
from django.utils.functional import cached_property
from django.utils.translation import gettext_lazy as _

from governance.clock import today
from governance.records.refusals import WrongState

from ...guards import check_drafting, check_submitting
from ...models import ReportingPeriod, SpecialTeam
from ..rows import ReportOfPeriodMixin

SUBMITTED_WORDS = _("Submitted. The special office will review it.")


class OfPeriodMixin(ReportOfPeriodMixin):
    """A page on which a team's report for a period is read or written."""

    @property
    def address(self) -> str:
        """The page's own address."""
        return reverse("report", args=[self.team.code, self.period.starts_on.isoformat()])

    @property
    def keep_key(self) -> str:
        """The key under which the browser keeps unsaved text."""
        return f"report-{self.team.code}-{self.period.starts_on.isoformat()}"

    @cached_property
    def closed_words(self) -> str:
        """Why it cannot be edited now; empty when it can."""
        return _refused(check_drafting, self.team, self.period)

    @cached_property
    def waits_words(self) -> str:
        """Why it cannot be submitted yet; empty when it can."""
        return _refused(check_submitting, self.team, self.period)


def _refused(check: Callable[..., None], team: SpecialTeam, period: ReportingPeriod) -> str:
    """The message with which `check` refuses it today; empty when it does not."""
    try:
        check(team, period, on=today())
    except WrongState as refusal:
        return str(refusal.message)
    return ""
