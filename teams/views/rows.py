"""Mixins that find the row in the address, one for each noun.

A row that the person may not see is a 404. The number of a task and the first day of a period are unique only within an
action: the chosen one, which is shown at the short addresses, or that of the team in the address.
"""

from typing import TYPE_CHECKING, Any, Generic, TypeVar

from django.db.models import Manager, Model, QuerySet
from django.http import Http404
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, render
from django.utils.functional import cached_property

from governance.clock import end_of
from governance.lists.addresses import number_in
from governance.lists.requests import Request
from governance.lists.text import Text
from governance.people.models import User
from governance.people.permissions import require
from governance.records.models import AuditEvent

from ..models import (
    CloseOut,
    FirstStep,
    HelpRequest,
    Milestone,
    NextStep,
    ProgressReport,
    ReportingPeriod,
    SpecialAction,
    SpecialTeam,
    Task,
    TaskVersion,
    WallScreen,
)
from ..models.request import TaskRequest
from .day import AskedDay, day_in_address

if TYPE_CHECKING:
    from django.views.generic import TemplateView as _View
else:
    _View = object


Row = TypeVar("Row", bound=Model)
Asked = TypeVar("Asked", bound=TaskRequest)


class Page(_View):
    """The attributes of a view that the mixins here use."""

    request: Request


# The action ----------------------------------------------------------------------------------------------------------
def chosen_action(user: User) -> SpecialAction | None:
    """The action shown at the short addresses; None while there is none."""
    return SpecialAction.objects.visible_to(user).chosen()


def chosen_action_or_404(user: User) -> SpecialAction:
    """The same, for a page that requires one."""
    action = chosen_action(user)
    if action is None:
        raise Http404
    return action


def of_action(rows: QuerySet, path: str, action: SpecialAction | None) -> QuerySet:
    """`rows` whose `path` is `action`; all of them where it is the only action.

    With one action, as almost everywhere, a condition on another table would leave nothing out and keep the database
    from reading the rows in their own order: 43 ms instead of 0.1 for the first of 30,000 extensions.
    """
    if action is None:
        return rows.none()
    others = SpecialAction.objects.exclude(pk=action.pk)
    return rows.filter(**{path: action}) if others.exists() else rows


class ChosenActionMixin(Page):
    """A page about the chosen action that can be shown while there is none."""

    @cached_property
    def action(self) -> SpecialAction | None:
        return chosen_action(self.request.user)


class FiltersOfActionMixin(ChosenActionMixin):
    """A list about the chosen action; its filters offer what belongs to the action. Put before the FilterView."""

    def get_filterset_kwargs(self, filterset_class: Any) -> dict[str, Any]:
        kwargs: dict[str, Any] = super().get_filterset_kwargs(filterset_class)  # type: ignore[misc]  # of the FilterView
        return {**kwargs, "action": self.action}


class NeedsActionMixin(Page):
    """A page about the chosen action; 404 while there is none."""

    @cached_property
    def action(self) -> SpecialAction:
        return chosen_action_or_404(self.request.user)


class AwaitsActionMixin(NeedsActionMixin):
    """A page about the chosen action that says how to begin while there is none."""

    heading: Text = ""

    def dispatch(self, request: Request, *args: Any, **kwargs: Any) -> HttpResponseBase:
        """The page, or an explanation that there is nothing yet."""
        action = chosen_action(request.user)
        if action is None:
            return render(request, "teams/no_action.html", {"heading": self.heading})
        self.action = action
        return super().dispatch(request, *args, **kwargs)


class ActionMixin(Page):
    """A page about the action whose code is in the address."""

    @cached_property
    def action(self) -> SpecialAction:
        return get_object_or_404(SpecialAction.objects.visible_to(self.request.user), code=self.kwargs["code"])

    def row_of_action(self, rows: QuerySet[Row] | Manager[Row]) -> Row:
        """The one of `rows` in the address; 404 when it is another action's."""
        return get_object_or_404(rows.filter(action=self.action), pk=self.kwargs["pk"])


class ScreenMixin(Page):
    """A page about a screen."""

    @cached_property
    def screen(self) -> WallScreen:
        """The screen in the address."""
        return get_object_or_404(WallScreen.objects.visible_to(self.request.user), pk=self.kwargs["pk"])


# Teams ---------------------------------------------------------------------------------------------------------------
def team_of_action(action: SpecialAction, code: str, user: User) -> SpecialTeam:
    return get_object_or_404(SpecialTeam.objects.visible_to(user), action=action, code=code)


class TeamMixin(Page):
    """A page about the team whose code is in the address."""

    @cached_property
    def team(self) -> SpecialTeam:
        return get_object_or_404(self.teams().select_related("action"), code=self.kwargs["code"])

    def teams(self) -> QuerySet[SpecialTeam]:
        """The teams that the person may see."""
        return SpecialTeam.objects.visible_to(self.request.user)

    def row_of_team(self, rows: QuerySet[Row] | Manager[Row]) -> Row:
        """The one of `rows` in the address; 404 when it is another team's."""
        return get_object_or_404(rows.filter(team=self.team), pk=self.kwargs["pk"])


class TeamPapersMixin(TeamMixin):
    """A page about a team's reports and evidence, for people who may read them."""

    def teams(self) -> QuerySet[SpecialTeam]:
        """The teams whose reports and evidence the person may read."""
        return SpecialTeam.objects.with_papers_visible_to(self.request.user)


class WorkPlanMixin(TeamPapersMixin):
    """A page about the work plan of a team."""

    @cached_property
    def plan(self) -> FirstStep:
        """The first step with the submitted plan."""
        steps = FirstStep.objects.filter(team=self.team, file__isnull=False).select_related("file")
        return _first_or_404(steps)


# Tasks ---------------------------------------------------------------------------------------------------------------
class TaskMixin(Page):
    """A page about a task of the chosen action, found by year and number."""

    @cached_property
    def task(self) -> Task:
        """The task in the address."""
        chosen = SpecialAction.objects.visible_to(self.request.user).chosen_key()
        rows = self.tasks().select_related("action", "team", "stage", "lead_department")
        return get_object_or_404(rows, action=chosen, year=self.kwargs["year"], number=self.kwargs["number"])

    def tasks(self) -> QuerySet[Task]:
        """The tasks that the person may see."""
        return Task.objects.visible_to(self.request.user)

    def task_on(self, day: AskedDay) -> Task | TaskVersion:
        """The task now, or as it was known on a past evening."""
        if not day.is_past:
            return self.task
        known = TaskVersion.objects.as_known_before(end_of(day.on)).filter(task=self.task)
        return get_object_or_404(known.select_related("task", "team", "stage", "lead_department"))


class TaskPapersMixin(TaskMixin):
    """A page about a task's evidence, for people who may read it."""

    def tasks(self) -> QuerySet[Task]:
        """The tasks of the teams whose evidence the person may read."""
        return super().tasks().filter(team__in=SpecialTeam.objects.with_papers_visible_to(self.request.user))


class MilestoneMixin(TaskMixin):
    """A page about a milestone of a task."""

    @cached_property
    def milestone(self) -> Milestone:
        """The milestone in the address; 404 when it is another task's."""
        rows = Milestone.objects.visible_to(self.request.user).select_related("replaced_by")
        return get_object_or_404(rows, task=self.task, pk=self.kwargs["pk"])


class LastCloseOutMixin(TaskPapersMixin):
    """A page about a task's waiting close-out, or its last one."""

    @cached_property
    def close_out(self) -> CloseOut:
        """The last close-out of the task; 404 where none was requested."""
        rows = CloseOut.objects.visible_to(self.request.user).filter(task=self.task)
        close_out = _first_or_404(rows.order_by("-number"))
        close_out.task = self.task
        return close_out


class RequestMixin(Generic[Asked], Page):
    """A page about one request of a kind."""

    model: type[Asked]

    @cached_property
    def asked(self) -> Asked:
        rows: QuerySet[Any] = self.model.objects.visible_to(self.request.user)
        asked: Asked = get_object_or_404(rows.select_related("task__team", "asked_by"), pk=self.kwargs["pk"])
        return asked


def change_of_tasks(user: User, pk: int) -> AuditEvent:
    """A change of several tasks that this person made."""
    return get_object_or_404(AuditEvent.objects.done_by(user, "change_tasks"), pk=pk)


# Periods and reports -------------------------------------------------------------------------------------------------
def period_of_action(action: SpecialAction | int, starts: str, user: User) -> ReportingPeriod:
    """The period of an action by its first day, as written in an address."""
    periods = ReportingPeriod.objects.visible_to(user)
    return get_object_or_404(periods, action=action, starts_on=day_in_address(starts))


class PeriodMixin(Page):
    """A page on which the office changes a period."""

    @cached_property
    def period(self) -> ReportingPeriod:
        """The period in the address, for people who may change periods."""
        require("close_period", self.request.user)
        periods = ReportingPeriod.objects.visible_to(self.request.user).select_related("action")
        return get_object_or_404(periods, pk=self.kwargs["pk"])


class ReportOfPeriodMixin(TeamPapersMixin):
    """A page about a team's report for a period, whether or not it exists yet."""

    @cached_property
    def period(self) -> ReportingPeriod:
        """The period in the address, by its first day."""
        return period_of_action(self.team.action_id, self.kwargs["starts"], self.request.user)

    @cached_property
    def report(self) -> ProgressReport | None:
        """The report, if it exists."""
        reports = ProgressReport.objects.visible_to(self.request.user)
        report = reports.filter(team=self.team, period=self.period).first()
        if report is not None:
            report.team, report.period = self.team, self.period
        return report


class RowOfReportMixin(ReportOfPeriodMixin):
    """A page about a task's row of a team's report, whether or not it exists yet."""

    @cached_property
    def task(self) -> Task:
        """The task in the address, which names its team."""
        rows = Task.objects.visible_to(self.request.user).filter(team__in=self.teams()).select_related("team")
        number = {name: self.kwargs[name] for name in ("year", "number")}
        return get_object_or_404(rows, team__code=self.kwargs["code"], **number)

    @cached_property
    def team(self) -> SpecialTeam:
        return self.task.team


class BegunReportMixin(Page):
    """A page about an existing report of a team for a period."""

    @cached_property
    def report(self) -> ProgressReport:
        reports = ProgressReport.objects.visible_to(self.request.user).select_related("team", "period")
        starts_on = day_in_address(self.kwargs["starts"])
        return get_object_or_404(reports, team__code=self.kwargs["code"], period__starts_on=starts_on)


class ReviewedReportMixin(Page):
    """A page on which the office reviews a report."""

    @cached_property
    def report(self) -> ProgressReport:
        """The report in the address, for people who review."""
        require("review_reports", self.request.user)
        reports = ProgressReport.objects.visible_to(self.request.user).select_related("team", "period__action")
        return get_object_or_404(reports, pk=self.kwargs["pk"])


class MatterMixin(Page):
    """A page about a matter for coordination."""

    @cached_property
    def matter(self) -> HelpRequest:
        matters = HelpRequest.objects.visible_to(self.request.user)
        related = matters.select_related("report__team", "report__period", "to", "owner__department", "answered_by")
        return get_object_or_404(related, pk=self.kwargs["pk"])


class FromNextStepMixin(NeedsActionMixin):
    """A page that may start from a next step of a report: `?from_step=`."""

    @cached_property
    def step(self) -> NextStep | None:
        """The next step in the address, of a team of the chosen action; None where none is named."""
        asked = self.request.GET.get("from_step")
        if not asked:
            return None
        rows = NextStep.objects.visible_to(self.request.user).select_related("report__team", "report__period", "task")
        return get_object_or_404(rows.filter(report__team__action=self.action), pk=number_in(asked))


def _first_or_404(rows: QuerySet[Row]) -> Row:
    """The first of `rows`, or 404."""
    row = rows.first()
    if row is None:
        raise Http404
    return row
