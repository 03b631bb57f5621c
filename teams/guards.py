"""Checks shared by the verbs of teams and reports; each refusal and its sentence is defined here once."""

from datetime import date, datetime

from django.db.models import Model
from django.utils.translation import gettext_lazy as _

from governance.clock import day_of
from governance.lists.text import Text, day_text
from governance.people.models import User
from governance.people.permissions import require
from governance.records.models import Editable
from governance.records.refusals import Invalid, Stale, WrongState
from governance.records.verbs import locked

from .models import ProgressReport, ReportingPeriod, SpecialTeam, Task


class PeriodNotOpen(WrongState):
    """The period has not begun, has not reached its last day, or is closed."""


class ClockBehind(WrongState):
    """A change would be dated on a day before the last one of the same row: the clock was set back."""


class TaskOfAnotherTeam(Invalid):
    """A report may have rows only for its own team's tasks."""

    message = _("One of these tasks does not belong to this team. Reload the page.")


def moment_after(last: datetime | None, at: datetime, row: Model) -> datetime:
    """The moment of a change of `row` after `last`, that of its last change: never before it (docs/rules.md#moments).

    Within a day it is the later of the two, so that every evening still shows what was known then.

    Raises:
        ClockBehind: `at` is on an earlier day than `last`.
    """
    if last is None or last <= at:
        return at
    if day_of(at) < day_of(last):
        raise ClockBehind(
            _(
                "“%(row)s” was last changed on %(last)s, but the server's clock shows %(day)s, so it is "
                "slow. Nothing was saved; ask the administrator to correct the clock."
            )
            % {"row": row, "last": day_text(last), "day": day_text(at)}
        )
    return last


def require_report_rule(rule: str, by: User, subject: SpecialTeam | ProgressReport | Task, *, behalf: str) -> None:
    """Check `rule` for people who write for the team; with `behalf` the office enters a report received on paper.

    Raises:
        NotAllowed: the rule does not hold.
    """
    require("enter_report_on_paper" if behalf else rule, by, subject)


def check_drafting(team: SpecialTeam, period: ReportingPeriod, *, on: date) -> None:
    """Refuse unless the team can write its report for `period` on the day `on`.

    Raises:
        PeriodNotOpen: the team owes none, the period has not begun, or it is closed.
    """
    if not owes_report(team, period):
        if team.existed_on(period.ends_on):
            raise PeriodNotOpen(
                _("This period ended before the team was entered here on %(day)s, so no report is due for it.")
                % {"day": day_text(team.entered_on)}
            )
        raise PeriodNotOpen(
            _("The team did not exist on %(day)s, the last day of this period, so no report is due.")
            % {"day": day_text(period.ends_on)}
        )
    if on < period.starts_on:
        raise PeriodNotOpen(_("This period begins on %(day)s.") % {"day": day_text(period.starts_on)})
    if period.is_closed:
        raise PeriodNotOpen(
            _("This period was closed on %(day)s. Report in the current period.") % {"day": day_text(period.closed_at)}
        )


def check_editable(report: ProgressReport) -> None:
    """Refuse a report that is submitted or accepted.

    Raises:
        WrongState: it is neither a draft nor returned.
    """
    if not report.is_editable:
        raise WrongState(
            _("The report is now: %(state)s. It cannot be edited; wait for the office, or read its decision.")
            % {"state": report.get_state_display()}
        )


def check_writable(report: ProgressReport, *, on: date) -> None:
    """Refuse unless the team can edit the report on the day `on`.

    Raises:
        PeriodNotOpen: as `check_drafting`.
        WrongState: as `check_editable`.
    """
    check_drafting(report.team, report.period, on=on)
    check_editable(report)


def writable_report(report: ProgressReport, *, at: datetime) -> ProgressReport:
    """Lock a report that can be edited at `at`.

    Raises:
        PeriodNotOpen, WrongState: as `check_writable`.
    """
    report = locked(report, "team", "period")
    check_writable(report, on=day_of(at))
    return report


def decided_words(report: ProgressReport) -> Text:
    """The message for a report that no longer waits for the office."""
    return _("This report is no longer waiting for review: %s.") % report.get_state_display()


def owes_report(team: SpecialTeam, period: ReportingPeriod) -> bool:
    """Whether `team` existed on the period's last day, and was entered by then."""
    return team.action_id == period.action_id and team.owes_for(period.ends_on)


def open_team(team: SpecialTeam) -> SpecialTeam:
    """Lock a team that is not closed.

    Raises:
        WrongState: it is closed.
    """
    team = locked(team)
    check_team_open(team)
    return team


def check_team_open(team: SpecialTeam) -> None:
    """Refuse a team that is closed.

    Raises:
        WrongState: it is.
    """
    if team.closed_on is not None:
        raise WrongState(_("This team is closed and can no longer be changed."))


def check_submitting(team: SpecialTeam, period: ReportingPeriod, *, on: date) -> None:
    """Refuse unless the report can be submitted on the day `on`: it covers the tasks open on the period's last day.

    Raises:
        PeriodNotOpen: as `check_drafting`, or the last day is in the future.
    """
    check_drafting(team, period, on=on)
    if on < period.ends_on:
        raise PeriodNotOpen(
            _("This period runs until %(day)s. Save the draft now; you can submit it from that day on.")
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
    check_seen(report, seen)
    return report


def check_seen(row: Editable, seen: int | None) -> None:
    """Refuse a form that was opened on an earlier version.

    Raises:
        Stale: the row has changed since version `seen`.
    """
    check_version(row.version, seen)


def check_version(version: int, seen: int | None) -> None:
    """Refuse a form that was opened on another version, or on another number of rows that are only added to.

    Raises:
        Stale: `version` is not `seen`.
    """
    if seen is not None and seen != version:
        raise Stale(version=version)
