"""Home lines for the people of a team: the report, their rows, the tasks, a new team's first steps."""

from collections import defaultdict
from collections.abc import Iterator, Sequence
from datetime import date, datetime
from functools import cached_property

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from governance.clock import day_of
from governance.lists.text import long_date, names_text, whole
from governance.people.models import CalendarDay, User
from governance.people.working_days import WorkingDays
from governance.records.models import Notice
from governance.registers.todo import TODO_SOURCES, TodoLine, TodoReader, tone_by

from ..debts.report_debts import filled_entries
from ..guards import owes_report
from ..models import (
    Extension,
    FirstStep,
    ProgressReport,
    ReportEntry,
    ReportingPeriod,
    SpecialAction,
    SpecialTeam,
    Task,
    TaskDepartment,
    TeamMember,
)
from ..notices import TeamNotice
from ..permissions import DRAFTERS, HEADS
from ..roster.beginnings import Beginning, FirstStepState
from ..states import ReportState, TaskState

WORKED_ON = (TaskState.ACKNOWLEDGED, TaskState.IN_PROGRESS)
"""The states in which the team works on a task."""


def team_lines(reader: TodoReader) -> Iterator[TodoLine]:
    """The lines for the reader's teams; one query for people who belong to none."""
    if reader.action is None:
        return
    desk = Desk(reader.user, reader.action, reader.now)
    for team, part in desk.parts:
        for period in desk.periods:
            if owes_report(team, period):
                yield from desk.of_report(team, part, period)
        if part in DRAFTERS:
            yield from desk.assigned(team)
            yield from _first_steps(team, reader.beginnings)
        if part in HEADS:
            yield from desk.of_tasks(team)


class Desk:
    """What one person's lines are read from, each table once for all their teams."""

    def __init__(self, user: User, action: SpecialAction, now: datetime) -> None:
        self.user = user
        self.action = action
        self.now = now
        self.on = day_of(now)

    @cached_property
    def parts(self) -> list[tuple[SpecialTeam, str]]:
        """The teams, with the person's part in each."""
        members = TeamMember.objects.current().filter(user=self.user, team__action=self.action)
        return [(member.team, member.part) for member in members.select_related("team").order_by("team__order")]

    @cached_property
    def teams(self) -> list[SpecialTeam]:
        return [team for team, _part in self.parts]

    @cached_property
    def periods(self) -> list[ReportingPeriod]:
        """Periods that have begun and are not closed."""
        begun = ReportingPeriod.objects.filter(action=self.action, closed_at=None, starts_on__lte=self.on)
        return list(begun.order_by("starts_on"))

    @cached_property
    def reports(self) -> dict[tuple[int, int], ProgressReport]:
        """The teams' reports for these periods, by (team id, period id)."""
        found = ProgressReport.objects.filter(team__in=self.teams, period__in=self.periods)
        return {(report.team_id, report.period_id): report for report in found}

    @cached_property
    def handed_over(self) -> frozenset[str]:
        """Occasions on which the liaison told this person that a draft is complete."""
        told = Notice.objects.filter(to=self.user, kind=TeamNotice.REPORT_READY)
        drafts = [_ready_key(report) for report in self.reports.values() if report.state == ReportState.DRAFT]
        return frozenset(told.filter(key__in=drafts).values_list("key", flat=True))

    @cached_property
    def tasks(self) -> dict[int, list[Task]]:
        """The teams' open tasks by team id."""
        found: dict[int, list[Task]] = defaultdict(list)
        for task in Task.objects.open().filter(team__in=self.teams).order_by("year", "number"):
            found[task.team_id].append(task)
        return found

    @cached_property
    def own_tasks(self) -> frozenset[int]:
        """Ids of the open tasks that the person's department leads or joins."""
        if self.user.department_id is None:
            return frozenset()
        tasks = [task for found in self.tasks.values() for task in found]
        joint = TaskDepartment.objects.filter(task__in=tasks, department=self.user.department_id)
        led = {task.pk for task in tasks if task.lead_department_id == self.user.department_id}
        return frozenset(led | set(joint.values_list("task_id", flat=True)))

    @cached_property
    def filled(self) -> frozenset[tuple[int, int]]:
        """(report id, task id) of the rows that are not empty."""
        entries = filled_entries(ReportEntry.objects.filter(report__in=list(self.reports.values())))
        return frozenset(entries.values_list("report_id", "task_id"))

    @cached_property
    def working_days(self) -> WorkingDays:
        """The county's calendar."""
        return CalendarDay.objects.working_days()

    @cached_property
    def extending(self) -> frozenset[int]:
        """Ids of the tasks with an open request for an extension."""
        asked = Extension.objects.undecided().filter(task__team__in=self.teams)
        return frozenset(asked.values_list("task_id", flat=True))

    # Lines -----------------------------------------------------------------------------------------------------------
    def of_report(self, team: SpecialTeam, part: str, period: ReportingPeriod) -> Iterator[TodoLine]:
        """What this person has to do about one report; nothing once it is submitted."""
        report = self.reports.get((team.pk, period.pk))
        if report is not None and report.state in (ReportState.SUBMITTED, ReportState.ACCEPTED):
            return
        if part not in DRAFTERS:
            yield from self.own_rows(team, period, report)
        elif report is not None and report.state == ReportState.RETURNED:
            yield self.returned(team, period, report)
        else:
            yield self.draft(team, part, period, report)

    def own_rows(self, team: SpecialTeam, period: ReportingPeriod, report: ProgressReport | None) -> Iterator[TodoLine]:
        """The empty rows of a member's department."""
        empty = [
            task.number
            for task in self.tasks.get(team.pk, ())
            if task.pk in self.own_tasks and (report is None or (report.pk, task.pk) not in self.filled)
        ]
        if not empty:
            return
        due_on = day_of(period.due_at)
        yield TodoLine(
            "red" if self.now > period.due_at else tone_by(due_on, self.on),
            ngettext(
                "%(team)s: %(count)d of your rows for %(period)s is empty",
                "%(team)s: %(count)d of your rows for %(period)s are empty",
                len(empty),
            )
            % {"team": team.short_name, "count": len(empty), "period": period},
            _("Tasks %(numbers)s; the report is due on %(moment)s.")
            % {"numbers": names_text(empty), "moment": long_date(period.due_at)},
            _report_url(team, period),
            _("Fill in"),
            due_on,
        )

    def returned(self, team: SpecialTeam, period: ReportingPeriod, report: ProgressReport) -> TodoLine:
        """A returned report."""
        return TodoLine(
            "red" if report.resubmit_by and report.resubmit_by < self.on else "yellow",
            _("%(team)s: the report for %(period)s was returned for revision")
            % {"team": team.short_name, "period": period},
            _("Submit it again by %(day)s.") % {"day": long_date(report.resubmit_by)},
            _report_url(team, period),
            _("Revise"),
            report.resubmit_by,
        )

    def draft(self, team: SpecialTeam, part: str, period: ReportingPeriod, report: ProgressReport | None) -> TodoLine:
        """A report that is not submitted: for the head once it is complete, for the others while it is written."""
        names, due_on = {"team": team.short_name, "period": period}, day_of(period.due_at)
        late = self.now > period.due_at
        if report is not None and part in HEADS and _ready_key(report) in self.handed_over:
            return TodoLine(
                "red" if late else "yellow",
                _("%(team)s: the report for %(period)s is complete and ready to submit") % names,
                _("Due on %(moment)s.") % {"moment": long_date(period.due_at)},
                reverse("report_approve", args=[team.code, period.starts_on.isoformat()]),
                _("View"),
                due_on,
            )
        if late:
            days = max(1, (self.on - due_on).days)
            title = ngettext(
                "%(team)s: the report for %(period)s is %(days)d day overdue",
                "%(team)s: the report for %(period)s is %(days)d days overdue",
                days,
            ) % {**names, "days": days}
        else:
            title = _("%(team)s: the report for %(period)s") % names
        return TodoLine(
            "red" if late else tone_by(due_on, self.on),
            title,
            self.draft_note(team, period, report),
            _report_url(team, period),
            _("Continue the report") if report else _("Fill in"),
            due_on,
        )

    def draft_note(self, team: SpecialTeam, period: ReportingPeriod, report: ProgressReport | None) -> str:
        """The due date and how complete it is; the head's note, if it was sent back with one."""
        moment = {"moment": long_date(period.due_at)}
        if report is None:
            if self.now > period.due_at:
                return _("It was due on %(moment)s.") % moment
            return _("Due on %(moment)s; it already contains what you reported last time.") % moment
        if report.word_back:
            return _("The head writes: %(word)s") % {"word": report.word_back}
        tasks = self.tasks.get(team.pk, ())
        filled = {"filled": sum((report.pk, task.pk) in self.filled for task in tasks), "all": len(tasks)}
        if self.now > period.due_at:
            return _("It was due on %(moment)s; %(filled)d of %(all)d rows are filled in.") % {**moment, **filled}
        return _("Due on %(moment)s; %(filled)d of %(all)d rows are filled in.") % {**moment, **filled}

    def assigned(self, team: SpecialTeam) -> Iterator[TodoLine]:
        """Tasks to acknowledge."""
        for task in self.tasks.get(team.pk, ()):
            if task.state == TaskState.ASSIGNED:
                yield TodoLine(
                    "blue",
                    _("Task %(task)s has been assigned to your team") % {"task": task},
                    _("Acknowledge it so that the office knows you have received it."),
                    task.get_absolute_url(),
                    _("Open"),
                )

    def of_tasks(self, team: SpecialTeam) -> Iterator[TodoLine]:
        """Tasks that are done and still open, overdue, far behind, or due soon."""
        for task in self.tasks.get(team.pk, ()):
            if task.state in WORKED_ON:
                yield from self.of_task(task)

    def of_task(self, task: Task) -> Iterator[TodoLine]:
        """What the head has to do about a task in progress."""
        names = {"task": task}
        is_red = task.red_from is not None and task.red_from <= self.on
        if task.percent >= 100 and not task.ongoing:
            yield TodoLine(
                "red" if is_red else "blue",
                _("Task %(task)s is at 100%%") % names,
                _("Request close-out; until then the task counts as open."),
                reverse("close_out_ask", args=[task.year, task.number]),
                _("Request close-out"),
                task.due_on,
            )
        elif task.due_on is not None and task.due_on < self.on:
            days = (self.on - task.due_on).days
            yield TodoLine(
                "red",
                ngettext("Task %(task)s is %(days)d day overdue", "Task %(task)s is %(days)d days overdue", days)
                % {**names, "days": days},
                _("It was due on %(day)s. An extension can no longer be requested.") % {"day": long_date(task.due_on)},
                task.get_absolute_url(),
                _("Open"),
                task.due_on,
            )
        elif is_red:
            yield TodoLine(
                "red",
                _("Task %(task)s is far behind plan") % names,
                _("Progress is %(percent)s%%. In the next report, say what is being done about it.")
                % {"percent": whole(task.percent)},
                task.get_absolute_url(),
                _("Open"),
                task.due_on,
            )
        elif task.due_on and task.blue_from and task.blue_from <= self.on and task.pk not in self.extending:
            yield self.due_soon(task, task.due_on)

    def due_soon(self, task: Task, due_on: date) -> TodoLine:
        """A task that is due soon: the last days on which an extension can be requested."""
        days = self.working_days.count_between(self.on, due_on)
        return TodoLine(
            "yellow" if days <= 1 else "blue",
            _("Task %(task)s is due on %(day)s") % {"task": task, "day": long_date(task.due_on)},
            _("Progress is %(percent)s%%. If it cannot be done in time, request an extension by that day.")
            % {"percent": whole(task.percent)},
            reverse("extension_ask", args=[task.year, task.number]),
            _("Request extension"),
            task.due_on,
        )


def _first_steps(team: SpecialTeam, beginnings: Sequence[Beginning]) -> Iterator[TodoLine]:
    """The open first steps of a new team; its report has a line of its own."""
    for step in (step for each in beginnings if each.team == team for step in first_steps_open(each)):
        yield TodoLine(
            "red" if step.days_late else tone_by(step.row.due_on, step.on),
            _("%(team)s, first steps: %(step)s") % {"team": team.short_name, "step": step.label},
            _("Due on %(moment)s.") % {"moment": long_date(step.row.due_on)},
            team.get_absolute_url(),
            _("Open"),
            step.row.due_on,
        )


def first_steps_open(beginning: Beginning) -> list[FirstStepState]:
    """The first steps of a new team that are not done, except the report."""
    return [step for step in beginning.steps if not step.done_on and step.row.kind != FirstStep.Kind.REPORT]


def _ready_key(report: ProgressReport) -> str:
    """The occasion on which this version of a draft was handed over (`hand_over_report`)."""
    return f"report-{report.pk}-ready-{report.version}"


def _report_url(team: SpecialTeam, period: ReportingPeriod) -> str:
    return reverse("report", args=[team.code, period.starts_on.isoformat()])


TODO_SOURCES.register("teams", team_lines)
