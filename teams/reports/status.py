"""The state of a period's reports at a moment: accepted, waiting, returned, overdue or due."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from django.db.models import OuterRef, Subquery

from governance.clock import day_of
from governance.lists.text import Text

from ..models import PeriodDue, ReportDecision, ReportingPeriod, ReportSubmission, SpecialTeam
from ..words import REPORT_STATUS_WORDS


class ReportStatus(StrEnum):
    """The state of a team's report for a period; each status has a colour."""

    tone: str

    def __new__(cls, code: str, tone: str) -> "ReportStatus":
        member = str.__new__(cls, code)
        member._value_ = code
        member.tone = tone
        return member

    ACCEPTED = "accepted", "green"
    WAITING = "waiting", "blue"
    RETURNED = "returned", "yellow"
    OVERDUE = "overdue", "red"
    """Never sent, and its due moment is over: what "teams overdue" counts, everywhere."""
    RETURNED_OVERDUE = "returned-overdue", "red"
    """Returned, and its day is over."""
    DUE = "due", "grey"

    @property
    def words(self) -> Text:
        """The status in words, translated when they are shown."""
        return REPORT_STATUS_WORDS[self]

    @property
    def label(self) -> str:
        """The status in the reader's language."""
        return str(self.words)


SUBMITTED = (ReportStatus.ACCEPTED, ReportStatus.WAITING, ReportStatus.RETURNED, ReportStatus.RETURNED_OVERDUE)
"""The team has sent it, whatever was decided."""
SENT_BACK = (ReportStatus.RETURNED, ReportStatus.RETURNED_OVERDUE)
"""It was returned and has not been sent again."""


@dataclass(frozen=True)
class PeriodStanding:
    """The reports of one period at a moment, by team id."""

    period: ReportingPeriod
    due_at: datetime
    """When the reports were due, as known at that moment."""
    statuses: dict[int, ReportStatus]

    def count(self, *statuses: ReportStatus) -> int:
        """How many teams have this status."""
        return sum(status in statuses for status in self.statuses.values())

    @property
    def submitted(self) -> int:
        """Teams that have submitted, whatever was decided."""
        return self.count(*SUBMITTED)


def reports_standing(
    periods: Sequence[ReportingPeriod], teams: Sequence[SpecialTeam], *, at: datetime
) -> list[PeriodStanding]:
    """The state of each team's report for each period at `at`, from what was recorded by then: three queries.

    Only teams that owe a report for the period (`SpecialTeam.owes_for`). A returned report past its date is
    apart from one that was never sent. A due moment moved later changes nothing for moments before that.
    """
    due = PeriodDue.objects.known(periods, at=at)
    latest = (
        ReportSubmission.objects.standing(at__lte=at)
        .filter(report=OuterRef("report"), at__lte=at)
        .order_by("-number")
        .values("number")[:1]
    )
    kept = ReportSubmission.objects.filter(
        report__period__in=[period.pk for period in periods],
        report__team__in=[team.pk for team in teams],
        at__lte=at,
        number=Subquery(latest),
    )
    # What a report says is not asked here, and it is long.
    submissions = {
        (submission.report.period_id, submission.report.team_id): submission
        for submission in kept.select_related("report").defer("document").order_by()
    }
    decisions = {
        decision.submission_id: decision
        for decision in ReportDecision.objects.standing(at__lte=at)
        .filter(submission__in=[submission.pk for submission in submissions.values()], at__lte=at)
        .order_by()
    }
    found = []
    for period in periods:
        statuses = {}
        for team in teams:
            if not team.owes_for(period.ends_on):
                continue
            submission = submissions.get((period.pk, team.pk))
            decision = decisions.get(submission.pk) if submission else None
            statuses[team.pk] = _status(due[period.pk], submission, decision, at)
        found.append(PeriodStanding(period, due[period.pk], statuses))
    return found


def _status(
    due_at: datetime, submission: ReportSubmission | None, decision: ReportDecision | None, at: datetime
) -> ReportStatus:
    if submission is None:
        return ReportStatus.OVERDUE if at > due_at else ReportStatus.DUE
    if decision is None:
        return ReportStatus.WAITING
    if decision.accepted:
        return ReportStatus.ACCEPTED
    is_late = decision.resubmit_by is not None and day_of(at) > decision.resubmit_by
    return ReportStatus.RETURNED_OVERDUE if is_late else ReportStatus.RETURNED
