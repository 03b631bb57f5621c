"""The office's forms for key tasks: a new one, and changes to one."""

from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.http import urlencode
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from django.views.generic import FormView

from governance.clock import now, today
from governance.lists.requests import Request
from governance.lists.text import title_text
from governance.people.models import Department
from governance.people.permissions import require
from governance.records.columns import longest
from governance.records.form_verbs import ActingMixin

from ...forms.task import EditTaskForm, NewTaskForm
from ...models import NextStep, Source, SpecialTeam, Task, TeamDepartment
from ...tasks.assignment import assign_task, check_task_editable, edit_task
from ..rows import FromNextStepMixin
from .task import TaskFormMixin

LONGEST_TITLE = longest(Task, "title")


class NewTaskView(FromNextStepMixin, ActingMixin, FormView):
    """The office assigns a task, possibly from a team's next step (`?from_step=`) or for `?team=`."""

    form_class = NewTaskForm
    template_name = "teams/task_form.html"

    def get(self, request: Request, *args: Any, **kwargs: Any) -> HttpResponse:
        """The form; a step that became a task already redirects to it."""
        require("assign_task", request.user)
        if self.step is not None and self.step.task is not None:
            messages.warning(request, gettext("This next step has already become this task."))
            return redirect(self.step.task)
        return super().get(request, *args, **kwargs)

    def get_form_kwargs(self) -> dict[str, Any]:
        """The action whose teams are offered, and the initial values from the address."""
        require("assign_task", self.request.user)
        initial = proposed_by(self.step) if self.step else self._proposed_team()
        return {**super().get_form_kwargs(), "action": self.action, "on": today(), "initial": initial}

    def _proposed_team(self) -> dict[str, Any]:
        team = self.action.teams.filter(code=self.request.GET.get("team", "")).first()
        return {"team": team, "lead_department": lead_of(team)} if team else {}

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        return super().get_context_data(step=self.step, **kwargs)

    def act(self, form: NewTaskForm) -> Task | str:
        """Assign; go to the task, or on to another one for the same team."""
        team = form.cleaned_data["team"]
        task = assign_task(team, **form.values(), by=self.request.user, at=now(), from_step=self.step)
        messages.success(
            self.request,
            gettext("Task %(number)s of %(year)s is assigned; its team has been notified.")
            % {"number": task.number, "year": task.year},
        )
        return f"{reverse('task_new')}?{urlencode({'team': team.code})}" if "again" in self.request.POST else task


def proposed_by(step: NextStep) -> dict[str, Any]:
    """The initial values that a next step gives to its task; a text too long for a title is the office's to shorten."""
    team = step.report.team
    return {
        "team": team,
        "lead_department": lead_of(team),
        "title": title_text(step.text, LONGEST_TITLE),
        "expected_result": step.text if len(step.text) > LONGEST_TITLE else "",
        "due_on": step.due_on,
        "source": Source.OWN,
    }


def lead_of(team: SpecialTeam) -> Department | None:
    """The department that leads a team now."""
    return TeamDepartment.objects.current().lead_by_team([team]).get(team.pk)


class EditTaskView(TaskFormMixin, ActingMixin, FormView):
    """The office changes a task's text."""

    form_class = EditTaskForm
    template_name = "teams/task_form.html"
    done_message = _("Saved.")

    def check(self) -> None:
        require("edit_task", self.request.user, self.task)
        check_task_editable(self.task)

    def get_form_kwargs(self) -> dict[str, Any]:
        require("edit_task", self.request.user, self.task)
        joint = [row.department for row in self.task.joint.select_related("department")]
        return {**super().get_form_kwargs(), "task": self.task, "on": today(), "initial": {"joint": joint}}

    def act(self, form: EditTaskForm) -> Task:
        return edit_task(
            self.task,
            form.changes(),
            joint=form.cleaned_data["joint"],
            seen=form.cleaned_data["version"],
            confirmed=form.cleaned_data["confirmed"],
            by=self.request.user,
            at=now(),
        )
