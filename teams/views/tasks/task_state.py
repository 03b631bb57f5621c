"""The state of a key task: acknowledged by its team; cancelled, suspended and resumed by the office."""

from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from django.views import View
from django.views.generic import FormView

from governance.clock import now, today
from governance.lists.requests import Request
from governance.lists.text import day_text
from governance.people.permissions import require
from governance.records.form_verbs import ActingMixin

from ...forms.task import ReasonForm, ResumeForm
from ...models import Task
from ...states import TASK_MOVES, TaskState, check_move
from ...tasks.assignment import acknowledge_task, cancel_task
from ...tasks.suspension import check_resuming, check_suspending, resume_task, suspend_task
from ..rows import TaskMixin
from .task import TaskFormMixin


class AcknowledgeView(TaskMixin, View):
    """The team acknowledges its task with one tap."""

    def post(self, request: Request, year: int, number: int) -> HttpResponse:
        acknowledge_task(self.task, by=request.user, at=now())
        messages.success(request, gettext("Acknowledged: the office sees that you have received the task."))
        return redirect(self.task)


class ConfirmedView(TaskFormMixin, ActingMixin, FormView):
    """An action of the office on a task, after a page has said what will happen."""

    template_name = "components/confirm.html"
    rule = ""

    def confirmation(self) -> dict[str, object]:
        """The text of the page: heading, consequences, action_label."""
        raise NotImplementedError

    def get(self, request: Request, *args: Any, **kwargs: Any) -> HttpResponse:
        """The form, for people who may do it."""
        require(self.rule, request.user, self.task)
        return super().get(request, *args, **kwargs)

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        require(self.rule, self.request.user, self.task)
        return super().get_context_data(
            caption=self.task.title, version=self.task.version, **self.confirmation(), **kwargs
        )


class CancelTaskView(ConfirmedView):
    """The office cancels a task."""

    form_class = ReasonForm
    rule = "cancel_task"
    done_message = _("The task is cancelled; its team has been notified.")

    def confirmation(self) -> dict[str, object]:
        """What cancelling means."""
        return {
            "heading": gettext("Cancel task %(number)s?") % {"number": self.task.number},
            "consequences": [
                gettext("The lamp turns grey; the task no longer counts in the progress."),
                gettext("A requested extension or close-out that has not been decided lapses."),
                gettext("Its history is kept. A cancelled task cannot be resumed."),
            ],
            "action_label": gettext("Cancel the task"),
            "cancel_label": gettext("Keep it"),
            "dangerous": True,
        }

    def check(self) -> None:
        check_move(self.task, TaskState.CANCELLED, TASK_MOVES)

    def act(self, form: ReasonForm) -> Task:
        return cancel_task(self.task, reason=form.cleaned_data["reason"], by=self.request.user, at=now())


class SuspendTaskView(ConfirmedView):
    """The office suspends a task."""

    form_class = ReasonForm
    rule = "suspend_task"
    done_message = _("The task is suspended; its team has been notified.")

    def confirmation(self) -> dict[str, object]:
        """What suspending means."""
        return {
            "heading": gettext("Suspend task %(number)s?") % {"number": self.task.number},
            "consequences": [
                gettext("The lamp turns grey: time does not count while the task is suspended."),
                gettext("No report is due on it, and a requested extension is put on hold."),
                gettext("It can be resumed, with a later due date if needed."),
            ],
            "action_label": gettext("Suspend the task"),
            "cancel_label": gettext("Do not suspend"),
        }

    def check(self) -> None:
        check_suspending(self.task)

    def act(self, form: ReasonForm) -> Task:
        return suspend_task(self.task, reason=form.cleaned_data["reason"], by=self.request.user, at=now())


class ResumeTaskView(ConfirmedView):
    """The office resumes a suspended task."""

    form_class = ResumeForm
    rule = "resume_task"
    done_message = _("The task is resumed; its team has been notified.")

    def get_form_kwargs(self) -> dict[str, Any]:
        """Only a task with a due date can get a new one."""
        return {**super().get_form_kwargs(), "task": self.task}

    def confirmation(self) -> dict[str, object]:
        """What it means, above all where the due day has passed in the meantime."""
        consequences = [
            gettext("It returns to its previous state; the lamp is calculated as of today."),
            gettext("Reports are due on it again, and requests on hold continue."),
        ]
        if self.task.due_on is not None and self.task.due_on < today():
            words = {"day": day_text(self.task.due_on)}
            consequences.append(
                gettext("It was due on %(day)s: without a later date it is overdue immediately.") % words
            )
        if self.task.milestones.filter(replaced_by=None, done_on=None, due_on__lt=today()).exists():
            consequences.append(gettext("Milestones in the past count as behind until they are replaced."))
        return {
            "heading": gettext("Resume task %(number)s?") % {"number": self.task.number},
            "consequences": consequences,
            "action_label": gettext("Resume the task"),
        }

    def check(self) -> None:
        check_resuming(self.task, on=today())

    def act(self, form: ResumeForm) -> Task:
        return resume_task(self.task, **form.cleaned_data, by=self.request.user, at=now())
