"""The reports of a period that the office can still enter for teams (docs/rules.md#reports-on-paper)."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from governance.people.models import User

from ..models import ProgressReport, ReportingPeriod, SpecialAction, SpecialTeam
from ..models.team import team_ids_of
from ..states import ReportState
from .status import ReportStatus, reports_standing

PERIODS_SHOWN = 8
"""The most open periods offered, latest first."""


@dataclass(frozen=True, slots=True)
class DeskRow:
    """A team that owes a report, its state, and why it cannot be entered here (empty when it can)."""

    team: SpecialTeam
    status: ReportStatus
    report: ProgressReport | None
    hindrance: str

    @property
    def is_draft(self) -> bool:
        """Whether there is a draft and no submission yet."""
        return self.report is not None and self.report.state == ReportState.DRAFT


def open_periods(action: SpecialAction | None, user: User, *, on: date) -> list[ReportingPeriod]:
    """The action's periods that have begun and still accept reports, latest first."""
    periods = ReportingPeriod.objects.visible_to(user).filter(action=action, starts_on__lte=on, closed_at=None)
    return list(periods.order_by("-starts_on")[:PERIODS_SHOWN])


def chosen_period(periods: Sequence[ReportingPeriod], asked: str, *, on: date) -> ReportingPeriod | None:
    """The period whose first day is `asked`; otherwise the earliest that is over, or the latest; None without any."""
    named = [period for period in periods if period.starts_on.isoformat() == asked]
    over = [period for period in periods if period.ends_on <= on]
    return next(iter([*named, *over[-1:], *periods[:1]]), None)


def desk_rows(period: ReportingPeriod, user: User, *, at: datetime) -> list[DeskRow]:
    """The teams that owe a report for `period`, in document order, in a constant number of queries."""
    teams = list(SpecialTeam.objects.visible_to(user).filter(action=period.action_id).order_by("order"))
    (standing,) = reports_standing([period], teams, at=at)
    reports = {report.team_id: report for report in ProgressReport.objects.visible_to(user).filter(period=period)}
    own = team_ids_of(user)
    return [
        DeskRow(
            team,
            standing.statuses[team.pk],
            reports.get(team.pk),
            hindrance=_hindrance(reports.get(team.pk), is_own=team.pk in own),
        )
        for team in teams
        if team.pk in standing.statuses
    ]


def _hindrance(report: ProgressReport | None, *, is_own: bool) -> str:
    if is_own:
        return "own"
    if report is not None and report.state in (ReportState.SUBMITTED, ReportState.ACCEPTED):
        return "in"
    return ""
