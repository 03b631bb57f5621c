"""What waits for a person: each line says what, until when, and leads to where it is done (DESIGN 6, home)."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from assessments.models import AssessmentRound
from assessments.states import RoundState
from governance.lists.writing import long_date, short_date
from governance.people.models import User
from governance.people.roles import Role
from teams.models import (
    CloseOut,
    Extension,
    ProgressReport,
    ReportingPeriod,
    SpecialAction,
    SpecialTeam,
    Task,
    TeamMember,
)
from teams.standing import ReportStatus, reports_standing
from teams.states import ReportState, TaskState

DAYS_AHEAD = 5
"""An open period is brought up to the person from this many days before its report is due."""


@dataclass(frozen=True)
class Waiting:
    """One thing to do: how urgent (a lamp's tone), what, the small print, where, and the word on the button."""

    tone: str
    title: str
    note: str
    url: str
    action: str


def waiting_for(user: User, action: SpecialAction, *, now: datetime) -> list[Waiting]:
    """Everything that waits for `user`, the most urgent first; a bounded number of queries."""
    rooms = [_of_teams(user, action, now)]
    if user.has_role(Role.SPECIAL_OFFICE):
        rooms.append(_of_office(action, now))
    if user.has_role(Role.ASSESSMENT_CENTRE):
        rooms.append(_of_centre())
    order = {"red": 0, "yellow": 1, "blue": 2}
    return sorted((item for room in rooms for item in room), key=lambda item: order.get(item.tone, 3))


def _of_teams(user: User, action: SpecialAction, now: datetime) -> Iterator[Waiting]:
    memberships = list(TeamMember.objects.filter(user=user, left_on=None, team__action=action).select_related("team"))
    teams = [membership.team for membership in memberships]
    if not teams:
        return
    yield from _reports_owed(teams, action, now)
    assigned = Task.objects.filter(team__in=teams, state=TaskState.ASSIGNED).order_by("year", "number")
    for task in assigned:
        yield Waiting(
            "blue",
            _("Task %(task)s is assigned to your team") % {"task": task},
            _("Acknowledge it, so that the office knows it has arrived."),
            task.get_absolute_url(),
            _("Open"),
        )
    leads = [membership.team for membership in memberships if membership.part in ("head", "deputy")]
    tasks = Task.objects.filter(team__in=leads, state=TaskState.IN_PROGRESS, ongoing=False)
    for task in tasks.filter(percent=100).order_by("year", "number"):
        yield Waiting(
            "red" if task.red_from and task.red_from <= now.date() else "blue",
            _("Task %(task)s is at 100 %%") % {"task": task},
            _("Ask for close-out; until then it counts as open."),
            reverse("close_out_ask", args=[task.year, task.number]),
            _("Ask close-out"),
        )
    for task in tasks.filter(percent__lt=100, due_on__lt=now.date()).order_by("due_on"):
        days = (now.date() - task.due_on).days
        yield Waiting(
            "red",
            ngettext("Task %(task)s is overdue by %(days)d day", "Task %(task)s is overdue by %(days)d days", days)
            % {"task": task, "days": days},
            _("It was due on %(day)s; an extension can only be asked before that.") % {"day": long_date(task.due_on)},
            task.get_absolute_url(),
            _("Open"),
        )


def _reports_owed(teams: list[SpecialTeam], action: SpecialAction, now: datetime) -> Iterator[Waiting]:
    periods = list(
        ReportingPeriod.objects.filter(action=action, closed_at=None, starts_on__lte=now.date()).order_by("starts_on")
    )
    reports = {
        (report.team_id, report.period_id): report
        for report in ProgressReport.objects.filter(team__in=teams, period__in=periods)
    }
    for standing in reports_standing(periods, teams, at=now):
        for team in teams:
            status = standing.statuses.get(team.pk)
            if status not in (ReportStatus.OVERDUE, ReportStatus.RETURNED, ReportStatus.DUE):
                continue
            yield _report_owed(team, standing.period, status, reports.get((team.pk, standing.period.pk)), now)


def _report_owed(
    team: SpecialTeam, period: ReportingPeriod, status: ReportStatus, report: ProgressReport | None, now: datetime
) -> Waiting:
    url = reverse("report", args=[team.code, period.starts_on.isoformat()])
    names = {"team": team.short_name, "period": period}
    if report is not None and report.state == ReportState.RETURNED:
        late = report.is_overdue(now)
        return Waiting(
            "red" if late else "yellow",
            _("%(team)s: the report for %(period)s was returned for revision") % names,
            _("Submit it again by %(day)s.") % {"day": long_date(report.resubmit_by)},
            url,
            _("Revise"),
        )
    due = {"moment": long_date(period.due_at)}
    if status == ReportStatus.OVERDUE:
        days = max(1, (now.date() - period.due_at.date()).days)
        return Waiting(
            "red",
            ngettext(
                "%(team)s: the report for %(period)s is overdue by %(days)d day",
                "%(team)s: the report for %(period)s is overdue by %(days)d days",
                days,
            )
            % {**names, "days": days},
            _("It was due on %(moment)s.") % due,
            url,
            _("Go on filling in") if report else _("Fill in"),
        )
    return Waiting(
        "blue",
        _("%(team)s: the report for %(period)s") % names,
        _("Due on %(moment)s; it is prefilled with what you said last.") % due,
        url,
        _("Go on filling in") if report else _("Fill in"),
    )


def _of_office(action: SpecialAction, now: datetime) -> Iterator[Waiting]:
    waiting = ProgressReport.objects.filter(period__action=action, state=ReportState.SUBMITTED)
    reports = list(waiting.order_by("submitted_at").select_related("team"))
    if reports:
        oldest = reports[0]
        yield Waiting(
            "yellow" if (now - oldest.submitted_at).days >= 2 else "blue",
            ngettext("%(count)d report waits for review", "%(count)d reports wait for review", len(reports))
            % {"count": len(reports)},
            _("The oldest: %(team)s, submitted on %(day)s.")
            % {"team": oldest.team.short_name, "day": long_date(oldest.submitted_at)},
            reverse("review_queue"),
            _("Review"),
        )
    extensions = Extension.objects.waiting().filter(task__action=action).count()
    if extensions:
        yield Waiting(
            "blue",
            ngettext("%(count)d extension is asked for", "%(count)d extensions are asked for", extensions)
            % {"count": extensions},
            _("Decide before the due date passes."),
            reverse("decisions"),
            _("Decide"),
        )
    close_outs = CloseOut.objects.waiting().filter(task__action=action).count()
    if close_outs:
        yield Waiting(
            "blue",
            ngettext("%(count)d close-out waits for a check", "%(count)d close-outs wait for a check", close_outs)
            % {"count": close_outs},
            _("Who asked for it does not check it."),
            reverse("decisions"),
            _("Check"),
        )
    yield from _periods_of_office(action, now)


def _periods_of_office(action: SpecialAction, now: datetime) -> Iterator[Waiting]:
    teams = list(SpecialTeam.objects.filter(action=action).order_by("order"))
    periods = list(ReportingPeriod.objects.filter(action=action, closed_at=None, due_at__lt=now).order_by("starts_on"))
    for standing in reports_standing(periods, teams, at=now):
        late = [team for team in teams if standing.statuses.get(team.pk) == ReportStatus.OVERDUE]
        if late:
            yield Waiting(
                "red",
                ngettext(
                    "%(count)d team is overdue for %(period)s", "%(count)d teams are overdue for %(period)s", len(late)
                )
                % {"count": len(late), "period": standing.period},
                "、".join(team.short_name for team in late[:6]),
                reverse("report_matrix"),
                _("Who owes what"),
            )
        elif not standing.count(ReportStatus.WAITING):
            yield Waiting(
                "blue",
                _("The period %(period)s can be closed") % {"period": standing.period},
                _("Due since %(day)s; nothing submitted is undecided.") % {"day": short_date(standing.period.due_at)},
                reverse("period_list"),
                _("Close"),
            )


def _of_centre() -> Iterator[Waiting]:
    steps = {
        RoundState.PREPARING: _("Freeze the measures once its last period is closed."),
        RoundState.COLLECTING: _("Enter figures and events, then score."),
        RoundState.SCORING: _("Another person approves the result."),
        RoundState.APPROVED: _("Publish it."),
    }
    for item in AssessmentRound.objects.exclude(state=RoundState.PUBLISHED):
        yield Waiting(
            "blue",
            f"{item.title}：{item.get_state_display()}",
            steps[RoundState(item.state)],
            item.get_absolute_url(),
            _("Open"),
        )
