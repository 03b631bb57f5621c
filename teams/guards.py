"""What verbs of teams and reports ask before they write: each refusal and its sentence stands here once."""

from datetime import date, datetime

from django.utils.translation import gettext_lazy as _

from governance.clock import day_of
from governance.lists.text import day_text
from governance.records.refusals import Stale, WrongState
from governance.records.verbs import locked

from .models import ProgressReport, ReportingPeriod, SpecialTeam
from .states import ReportState

EDITABLE_STATES = (ReportState.DRAFT, ReportState.RETURNED)


class PeriodNotOpen(WrongState):
    """The period has not begun, has not reached its last day, or is closed."""


def check_drafting(team: SpecialTeam, period: ReportingPeriod, *, on: date) -> None:
    """Refuse unless the team can write its report for `period` on the day `on`.

    Raises:
        PeriodNotOpen: the team owes none, the period has not begun, or it is closed.
    """
    if not owes_report(team, period):
        raise PeriodNotOpen(
            _("The team did not exist on %(day)s, the last day of this period; it owes no report.")
            % {"day": day_text(period.ends_on)}
        )
    if on < period.starts_on:
        raise PeriodNotOpen(
            _("This period is not open yet: it begins on %(day)s.") % {"day": day_text(period.starts_on)}
        )
    if period.is_closed:
        raise PeriodNotOpen(
            _("This period was closed on %(day)s and takes no more reports. Report in the current period.")
            % {"day": day_text(period.closed_at)}
        )


def check_editable(report: ProgressReport) -> None:
    """Refuse while the report lies at the office or when it is accepted.

    Raises:
        WrongState: it is neither a draft nor returned.
    """
    if report.state not in EDITABLE_STATES:
        raise WrongState(
            _("The report is now: %(state)s. It cannot be edited; wait for the office, or look at what it decided.")
            % {"state": report.get_state_display()}
        )


def writable_report(report: ProgressReport, *, at: datetime) -> ProgressReport:
    """Lock a report that can be written at `at`.

    Raises:
        PeriodNotOpen: as `check_drafting`.
        WrongState: as `check_editable`.
    """
    report = locked(report, "team", "period")
    check_drafting(report.team, report.period, on=day_of(at))
    check_editable(report)
    return report


def owes_report(team: SpecialTeam, period: ReportingPeriod) -> bool:
    """Whether `team` existed on the period's last day."""
    return (
        team.action_id == period.action_id
        and team.established_on <= period.ends_on
        and (team.closed_on is None or team.closed_on >= period.ends_on)
    )


def open_team(team: SpecialTeam) -> SpecialTeam:
    """Lock a team that is not closed.

    Raises:
        WrongState: it is closed.
    """
    team = locked(team)
    if team.closed_on is not None:
        raise WrongState(_("This team is closed; nothing about it changes any more."))
    return team


def check_submitting(team: SpecialTeam, period: ReportingPeriod, *, on: date) -> None:
    """Refuse unless the report can be submitted on the day `on`: it speaks of the tasks open on the period's last day.

    Raises:
        PeriodNotOpen: as `check_drafting`, or the last day is still to come.
    """
    check_drafting(team, period, on=on)
    if on < period.ends_on:
        raise PeriodNotOpen(
            _("This period runs until %(day)s. Save the draft now; it can be submitted from that day on.")
            % {"day": day_text(period.ends_on)}
        )


def locked_report(report: ProgressReport, seen: int | None) -> ProgressReport:
    """Lock period and report, in this order, and read both again; closing locks the period too.

    Raises:
        Stale: the report has changed since version `seen`.
    """
    period = locked(ReportingPeriod(pk=report.period_id))
    report = locked(report, "team")
    report.period = period
    if seen is not None and seen != report.version:
        raise Stale(version=report.version)
    return report
