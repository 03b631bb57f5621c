"""Key tasks: a task, its history, and what the office does with it."""

from collections.abc import Sequence
from datetime import date
from functools import cached_property
from typing import Any

from django.contrib import messages
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from django.views import View
from django.views.generic import FormView

from governance.clock import end_of, now, today
from governance.people.models import User
from governance.people.permissions import may, require
from governance.records.acting import ActingMixin

from ..assigning import acknowledge_task, assign_task, cancel_task, check_editable, edit_task
from ..forms.request import DecisionForm
from ..forms.task import CancelForm, EditTaskForm, NewTaskForm
from ..history import story
from ..keeping import milestones_in, milestones_of
from ..models import CloseOut, Extension, LampRule, SpecialAction, Task, TaskVersion
from ..models.team import reads_papers_of
from ..offers import offered
from ..sentences import due_note, lamp_sentence, outlook
from ..standing import TaskStanding
from .day import AskedDay, asked_day


def standings_of(rows: Sequence[Task | TaskVersion], on: date) -> list[TaskStanding]:
    """Rows of one page as they stood on `on`."""
    if rows and isinstance(rows[0], TaskVersion):
        return [TaskStanding(row.task, row, on, milestones_in(row)) for row in rows]
    milestones = milestones_of(rows)
    return [TaskStanding(row, row, on, milestones[row.pk]) for row in rows]


class OneTaskMixin:
    """A page about one task of the action, addressed by year and number."""

    request: HttpRequest
    kwargs: dict[str, Any]

    @cached_property
    def task(self) -> Task:
        """The task, or 404 for whoever may not see it."""
        rows = Task.objects.visible_to(self.request.user).select_related("action", "team", "stage", "lead_department")
        action = SpecialAction.objects.visible_to(self.request.user).chosen()
        return get_object_or_404(rows, action=action, year=self.kwargs["year"], number=self.kwargs["number"])

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """Every form about a task shows which."""
        return super().get_context_data(task=self.task, cancel_url=self.task.get_absolute_url(), **kwargs)


class TaskView(OneTaskMixin, View):
    """A task: how it stands and why, what it promises, what was asked, what this person can do.

    With `?on=` as known on that evening: what can be done and what was asked belong to today and are left out.
    """

    def get(self, request: HttpRequest, year: int, number: int) -> HttpResponse:
        """The page; 404 for a day on which nobody knew the task yet."""
        day = asked_day(request, today())
        if day.error:
            messages.error(request, day.error)
        standing = standings_of([self._row_on(day)], day.on)[0]
        rule = LampRule.objects.filter(action=self.task.action).order_by("-number").first()
        context = {
            "task": self.task,
            "row": standing.row,
            "day": day,
            "standing": standing,
            "sentence": lamp_sentence(standing, rule),
            "outlook": outlook(standing),
            "due_note": due_note(standing),
        }
        if not day.is_past:
            context |= self._of_today(day.on)
        return render(request, "teams/task.html", context, status=day.status)

    def _row_on(self, day: AskedDay) -> Task | TaskVersion:
        if not day.is_past:
            return self.task
        known = TaskVersion.objects.as_known_before(end_of(day.on)).filter(task=self.task)
        return get_object_or_404(known.select_related("task", "team", "stage", "lead_department"))

    def _of_today(self, on: date) -> dict[str, Any]:
        """Joint departments, what was asked (for those who may read it), what this person can do."""
        task, user = self.task, self.request.user
        extensions = list(_read(Extension.objects, user, task))
        close_outs = list(_read(CloseOut.objects, user, task))
        return {
            "joint": task.joint.select_related("department"),
            "extensions": extensions,
            "close_outs": close_outs,
            "reads_papers": reads_papers_of(user, task.team_id),
            "offered": offered(user, task, on=on, extensions=extensions),
            "open_extension": open_for(user, "decide_extension", extensions),
            "open_close_out": open_for(user, "decide_close_out", close_outs),
        }


def _read(rows: Any, user: User, task: Task) -> QuerySet:
    return rows.visible_to(user).filter(task=task).select_related("asked_by", "decided_by", "task")


def decision_form(rule: str, asked: Extension | CloseOut) -> DecisionForm:
    """The form that decides one request; its ids are its own, since a page may hold several."""
    return DecisionForm(auto_id=f"{rule}_{asked.pk}_%s")


def open_for(user: User, rule: str, rows: Sequence[Extension] | Sequence[CloseOut]) -> dict[str, Any] | None:
    """The one of `rows` that this person can decide now, with the form to do it."""
    asked = next((row for row in rows if row.is_waiting and may(user, rule, row)), None)
    return {"asked": asked, "form": decision_form(rule, asked)} if asked else None


class TaskHistoryView(OneTaskMixin, View):
    """The versions of a task told as a story, the newest first."""

    def get(self, request: HttpRequest, year: int, number: int) -> HttpResponse:
        """What changed, who, when, why, and on which days the lamp turned."""
        rows = TaskVersion.objects.visible_to(request.user).filter(task=self.task)
        versions = list(rows.select_related("team", "stage", "lead_department", "by").order_by("number"))
        told = story(versions, until=today(), confided=reads_papers_of(request.user, self.task.team_id))
        return render(request, "teams/task_history.html", {"task": self.task, "story": told[::-1]})


class AcknowledgeView(OneTaskMixin, View):
    """One tap: the team has taken note."""

    def post(self, request: HttpRequest, year: int, number: int) -> HttpResponse:
        """Acknowledge and go back to the task."""
        acknowledge_task(self.task, by=request.user, at=now())
        messages.success(request, gettext("Acknowledged: the office sees that the task has arrived."))
        return redirect(self.task)


class NewTaskView(ActingMixin, FormView):
    """The office assigns a task."""

    form_class = NewTaskForm
    template_name = "teams/task_form.html"
    done_message = _("The task is assigned; its team has been told.")

    def get_form_kwargs(self) -> dict[str, Any]:
        """The action whose teams may be chosen, and the team that the address proposes."""
        require("assign_task", self.request.user)
        action = SpecialAction.objects.visible_to(self.request.user).chosen()
        if action is None:
            raise Http404
        team = action.teams.filter(code=self.request.GET.get("team", "")).first()
        return {**super().get_form_kwargs(), "action": action, "on": today(), "initial": {"team": team}}

    def act(self, form: NewTaskForm) -> Task:
        """Assign."""
        return assign_task(form.cleaned_data["team"], form.facts(), by=self.request.user, at=now())


class EditTaskView(OneTaskMixin, ActingMixin, FormView):
    """The office changes what a task says."""

    form_class = EditTaskForm
    template_name = "teams/task_form.html"
    done_message = _("Saved.")

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        """The form, unless the task is at an end: nobody fills in what cannot be saved."""
        require("edit_task", request.user, self.task)
        check_editable(self.task)
        return super().get(request, *args, **kwargs)

    def get_form_kwargs(self) -> dict[str, Any]:
        """The task as it stands."""
        require("edit_task", self.request.user, self.task)
        joint = [row.department for row in self.task.joint.select_related("department")]
        return {**super().get_form_kwargs(), "task": self.task, "on": today(), "initial": {"joint": joint}}

    def act(self, form: EditTaskForm) -> Task:
        """Edit, unless somebody else did meanwhile."""
        return edit_task(
            self.task,
            form.changes(),
            joint=form.cleaned_data["joint"],
            seen=form.cleaned_data["version"],
            by=self.request.user,
            at=now(),
        )


class CancelTaskView(OneTaskMixin, ActingMixin, FormView):
    """The office cancels a task, after it was told what will happen."""

    form_class = CancelForm
    template_name = "components/confirm.html"
    done_message = _("The task is cancelled; its team has been told.")

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """What cancelling means."""
        require("cancel_task", self.request.user, self.task)
        return super().get_context_data(
            heading=gettext("Cancel task %(number)s?") % {"number": self.task.number},
            caption=self.task.title,
            consequences=[
                gettext("The lamp turns grey; the task no longer counts in the pace."),
                gettext("An extension or close-out that was asked and not decided lapses."),
                gettext("Its history stays, and it cannot be taken up again."),
            ],
            action_label=gettext("Cancel the task"),
            cancel_label=gettext("Keep it"),
            dangerous=True,
            **kwargs,
        )

    def act(self, form: CancelForm) -> Task:
        """Cancel."""
        return cancel_task(self.task, reason=form.cleaned_data["reason"], by=self.request.user, at=now())
