"""The state of a period's reports at a moment: accepted, waiting, returned, overdue or due."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from django.db.models import OuterRef, Subquery

from governance.clock import day_of

from ..models import ReportDecision, ReportingPeriod, ReportSubmission, SpecialTeam
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
    DUE = "due", "grey"

    @property
    def label(self) -> str:
        """The status in the reader's language."""
        return str(REPORT_STATUS_WORDS[self])


@dataclass(frozen=True)
class PeriodStanding:
    """The reports of one period at a moment, by team id."""

    period: ReportingPeriod
    statuses: dict[int, ReportStatus]

    def count(self, *statuses: ReportStatus) -> int:
        """How many teams have this status."""
        return sum(status in statuses for status in self.statuses.values())

    @property
    def submitted(self) -> int:
        """Teams that have submitted, whatever was decided."""
        return self.count(ReportStatus.ACCEPTED, ReportStatus.WAITING, ReportStatus.RETURNED)


def reports_standing(
    periods: Sequence[ReportingPeriod], teams: Sequence[SpecialTeam], *, at: datetime
) -> list[PeriodStanding]:
    """The state of each team's report for each period at `at`, from submissions and decisions by then: two queries.

    A team owes a report for every period on whose last day it exists. A returned report past its date is overdue again.
    """
    latest = (
        ReportSubmission.objects.filter(report=OuterRef("report"), at__lte=at).order_by("-number").values("number")[:1]
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
        for decision in ReportDecision.objects.filter(
            submission__in=[submission.pk for submission in submissions.values()], at__lte=at
        ).order_by()
    }
    found = []
    for period in periods:
        statuses = {}
        for team in teams:
            if not team.existed_on(period.ends_on):
                continue
            submission = submissions.get((period.pk, team.pk))
            decision = decisions.get(submission.pk) if submission else None
            statuses[team.pk] = _status(period, submission, decision, at)
        found.append(PeriodStanding(period, statuses))
    return found


def _status(
    period: ReportingPeriod, submission: ReportSubmission | None, decision: ReportDecision | None, at: datetime
) -> ReportStatus:
    if submission is None:
        return ReportStatus.OVERDUE if at > period.due_at else ReportStatus.DUE
    if decision is None:
        return ReportStatus.WAITING
    if decision.accepted:
        return ReportStatus.ACCEPTED
    is_late = decision.resubmit_by is not None and day_of(at) > decision.resubmit_by
    return ReportStatus.OVERDUE if is_late else ReportStatus.RETURNED
