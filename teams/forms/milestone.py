"""Forms about a task's milestones."""

from collections.abc import Iterable
from datetime import date
from functools import cached_property
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from governance.records.fields import DayField

from ..models import Milestone, Task
from ..rules.pasted_milestones import LARGEST_WEIGHT, LONGEST_TITLE, PastedStep, pasted_steps
from ..tasks.milestones import NewMilestone


class PastedStepsForm(forms.Form):
    """Milestones line by line; `version` is the task's when the form was opened."""

    text = forms.CharField(
        label=_("Milestones, one per line"),
        max_length=20_000,
        widget=forms.Textarea(attrs={"rows": 8, "placeholder": _("Roof on | 2026-10-31 | 2")}),
        help_text=_("Title, date and, if it is not 1, the weight: copied from Excel, or separated by | or two spaces."),
    )
    version = forms.IntegerField(widget=forms.HiddenInput)

    def __init__(self, *args: Any, task: Task, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.task = task
        self.initial.setdefault("version", task.version)

    @cached_property
    def lines(self) -> list[PastedStep]:
        return pasted_steps(self.cleaned_data.get("text", ""), year=self.task.year)

    @property
    def steps(self) -> list[NewMilestone]:
        """The lines that can become milestones."""
        return new_milestones(self.lines)

    def clean(self) -> dict[str, Any]:
        """Require at least one line."""
        cleaned = super().clean() or self.cleaned_data
        if "text" not in self.errors and not self.lines:
            self.add_error("text", _("Enter at least one milestone."))
        return cleaned


def new_milestones(lines: Iterable[PastedStep]) -> list[NewMilestone]:
    """Those of the pasted lines that can be laid down."""
    return [
        NewMilestone(title=line.title, due_on=line.due_on, weight=line.weight)
        for line in lines
        if line.fault is None and line.due_on is not None
    ]


class CompleteMilestoneForm(forms.Form):
    """The day on which a milestone was done."""

    done_on = DayField(label=_("Done on"))

    def __init__(self, *args: Any, on: date, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.initial.setdefault("done_on", on)


class ReplaceMilestoneForm(forms.Form):
    """The replacement of a milestone, and the reason."""

    title = forms.CharField(label=_("Milestone"), max_length=LONGEST_TITLE)
    due_on = DayField(label=_("Due"))
    weight = forms.IntegerField(label=_("Weight"), min_value=1, max_value=LARGEST_WEIGHT)
    reason = forms.CharField(
        label=_("Reason"),
        max_length=2000,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("It is kept in the task's history, with the milestone that was replaced."),
    )

    def __init__(self, *args: Any, milestone: Milestone, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        said = {"title": milestone.title, "due_on": milestone.due_on, "weight": milestone.weight}
        self.initial = {**said, **self.initial}

    def step(self) -> NewMilestone:
        return NewMilestone(**{name: self.cleaned_data[name] for name in ("title", "due_on", "weight")})
