"""The milestones of a task: added as a block, marked as done, replaced."""

from typing import Any

from django.http import HttpResponse
from django.utils.translation import gettext_lazy as _
from django.views.generic import FormView

from governance.clock import now, today
from governance.people.permissions import require
from governance.records.dry_runs import told
from governance.records.form_verbs import ActingMixin

from ...forms.milestone import CompleteMilestoneForm, PastedStepsForm, ReplaceMilestoneForm
from ...models import Task
from ...rules.pasted_milestones import PastedStep
from ...tasks.milestones import (
    add_milestones,
    check_completable,
    check_in_force,
    check_milestones_open,
    complete_milestone,
    replace_milestone,
)
from ..rows import MilestoneMixin
from .task import TaskFormMixin


class AddMilestonesView(TaskFormMixin, ActingMixin, FormView):
    """Milestones pasted or typed line by line: shown as they were read, then added, all or none."""

    form_class = PastedStepsForm
    template_name = "teams/milestones_add.html"
    done_message = _("The milestones are set; planned progress and lamp follow them.")

    def check(self) -> None:
        require("plan_milestones", self.request.user, self.task)
        check_milestones_open(self.task)

    def get_form_kwargs(self) -> dict[str, Any]:
        """The task, whose year applies to days without one."""
        require("plan_milestones", self.request.user, self.task)
        return {**super().get_form_kwargs(), "task": self.task}

    def form_valid(self, form: PastedStepsForm) -> HttpResponse:
        """Show what was read; add it after confirmation if every line is valid."""
        faulty = any(line.fault for line in form.lines)
        if self.request.POST.get("do") == "lay" and not faulty:
            return super().form_valid(form)
        context = self.get_context_data(form=form, lines=_said(form.lines), faulty=faulty)
        return self.render_to_response(context, status=422 if faulty else 200)

    def act(self, form: PastedStepsForm) -> Task:
        add_milestones(self.task, form.steps, by=self.request.user, at=now(), seen=form.cleaned_data["version"])
        return self.task

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        return super().get_context_data(in_force=self.task.milestones.filter(replaced_by=None), **kwargs)


def _said(lines: list[PastedStep]) -> list[tuple[PastedStep, str]]:
    """The lines, each with its fault in the reader's language."""
    return [(line, told(line.fault.reason, line.fault.params) if line.fault else "") for line in lines]


class MilestoneFormMixin(MilestoneMixin, TaskFormMixin):
    """A form about one milestone of the task."""

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        return super().get_context_data(milestone=self.milestone, **kwargs)


class CompleteMilestoneView(MilestoneFormMixin, ActingMixin, FormView):
    """The team or the office marks a milestone as done."""

    form_class = CompleteMilestoneForm
    template_name = "teams/milestone_done.html"
    done_message = _("The milestone is marked as done.")

    def check(self) -> None:
        require("complete_milestone", self.request.user, self.task)
        check_milestones_open(self.task)
        check_completable(self.milestone)

    def get_form_kwargs(self) -> dict[str, Any]:
        """Today is the default day."""
        return {**super().get_form_kwargs(), "on": today()}

    def act(self, form: CompleteMilestoneForm) -> Task:
        complete_milestone(self.milestone, done_on=form.cleaned_data["done_on"], by=self.request.user, at=now())
        return self.task


class ReplaceMilestoneView(MilestoneFormMixin, ActingMixin, FormView):
    """The office replaces a milestone."""

    form_class = ReplaceMilestoneForm
    template_name = "teams/milestone_replace.html"
    done_message = _("The milestone is replaced; the old one stays on record.")

    def check(self) -> None:
        require("plan_milestones", self.request.user, self.task)
        check_milestones_open(self.task)
        check_in_force(self.milestone)

    def get_form_kwargs(self) -> dict[str, Any]:
        return {**super().get_form_kwargs(), "milestone": self.milestone}

    def act(self, form: ReplaceMilestoneForm) -> Task:
        replace_milestone(
            self.milestone, form.step(), reason=form.cleaned_data["reason"], by=self.request.user, at=now()
        )
        return self.task
