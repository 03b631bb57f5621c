"""Forms about a key task."""

from datetime import date
from typing import Any

from django import forms
from django.db.models import Max, Q
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from governance.formats.cells import number_text
from governance.people.fields import DepartmentField
from governance.records.columns import longest
from governance.records.dry_runs import told
from governance.records.fields import DayField, needed_at_times, offer_rows

from ..models import Milestone, SpecialAction, SpecialTeam, Stage, Task
from ..models.task import FURTHER_WORDS
from ..models.team import not_closed_before
from ..rules.pasted_milestones import PastedStep, pasted_steps
from ..tasks.assignment import EDITABLE, new_task_faults
from ..tasks.milestones import NewMilestone
from .departments import DepartmentsField
from .milestone import new_milestones

STEP_ROWS = 4
"""The number of milestones in the form of a new task."""


class TaskForm(forms.ModelForm):
    """The office's text about a task, new or existing: the fields of `TaskWords`, and the joint departments."""

    team = forms.ModelChoiceField(SpecialTeam.objects.none(), label=_("Special team"), empty_label=_("Choose a team"))
    lead_department = DepartmentField(label=_("Lead department"), max_length=60)
    joint = DepartmentsField(
        label=_("Joint departments"),
        max_length=500,
        required=False,
        help_text=_("Separated by 、. Full names, short names and aliases are recognised."),
    )
    confirmed = forms.DecimalField(label=_("Yes, that is correct."), required=False)
    """The count that was asked a second time."""
    stage = forms.ModelChoiceField(Stage.objects.none(), label=_("Stage"), required=False, empty_label=_("None"))

    class Meta:
        model = Task
        fields = EDITABLE
        labels = {"title": _("Task"), "done": _("Done so far")}
        help_texts = {
            "expected_result": _("What must exist when the task is closed out. The office checks against it."),
            "target": _("If something is counted, people report the count, and the percentage follows from it."),
        }
        widgets = {
            name: forms.Textarea(attrs={"rows": 2})
            for name in ("expected_result", *(field.name for field in FURTHER_WORDS))
        }
        field_classes = {"start_on": DayField}

    def __init__(self, *args: Any, action: SpecialAction, on: date, team: SpecialTeam | None = None, **kwargs: Any):
        super().__init__(*args, **kwargs)
        self.action = action
        open_teams = not_closed_before(on)
        if team is not None:
            open_teams |= Q(pk=team.pk)
        needed_at_times(self.fields["unit"])
        offer_rows(self, "team", action.teams.filter(open_teams))
        offer_rows(self, "stage", action.stages.all())

    @property
    def count(self) -> str:
        """The count about which a question is asked, as it was typed."""
        return str(self["done"].value())

    @property
    def further_words(self) -> list[forms.BoundField]:
        """The fields without a place of their own on the page."""
        return [self[field.name] for field in FURTHER_WORDS]

    def _post_clean(self) -> None:
        """Build no row: the verb checks the resulting task."""


class StepForm(forms.Form):
    """One milestone of a new task; an untouched row makes none."""

    title = forms.CharField(label=_("Milestone"), max_length=longest(Milestone, "title"))
    due_on = DayField(label=_("Due"))
    weight = forms.IntegerField(label=_("Weight"), min_value=1, max_value=100, initial=1)


StepFormSet = forms.formset_factory(StepForm, extra=STEP_ROWS, max_num=STEP_ROWS, absolute_max=STEP_ROWS)


class NewTaskForm(TaskForm):
    """A task that the office assigns."""

    year = forms.IntegerField(label=_("Year"), min_value=2000, max_value=2100)
    number = forms.IntegerField(label=_("Number"), min_value=1)
    due_on = DayField(label=_("Due"), required=False, help_text=_("Only an ongoing task may leave this empty."))
    needed_at_times(due_on)
    pasted = forms.CharField(
        label=_("Or paste them from Excel, one per line"),
        max_length=20_000,
        required=False,
        widget=forms.Textarea(attrs={"rows": 4}),
        help_text=_("Title, date and, if it is not 1, the weight: copied from Excel, or separated by | or two spaces."),
    )
    ongoing = forms.BooleanField(label=_("Ongoing task without a due date"), required=False)

    def __init__(self, *args: Any, on: date, **kwargs: Any):
        super().__init__(*args, on=on, **kwargs)
        self.on = on
        self._pasted: list[PastedStep] = []
        self.steps = StepFormSet(self.data if self.is_bound else None, prefix="step")
        last = Task.objects.filter(action=self.action, year=on.year).aggregate(last=Max("number"))["last"]
        self.initial = {"year": on.year, "number": (last or 0) + 1, "start_on": on, **self.initial}

    def clean(self) -> dict[str, Any]:
        """Require a due date or ongoing, and complete milestones; a pasted day without a year is of the task's."""
        cleaned = super().clean() or self.cleaned_data
        if cleaned.get("ongoing") and cleaned.get("due_on"):
            self.add_error("due_on", _("A task has a due date or is ongoing, not both."))
        elif not cleaned.get("ongoing") and not cleaned.get("due_on") and "due_on" not in self.errors:
            self.add_error("due_on", _("Enter the due date, or mark the task as ongoing."))
        if not self.steps.is_valid():
            self.add_error(None, _("Correct the marked milestones."))
        self._pasted = pasted_steps(cleaned.get("pasted") or "", year=cleaned.get("year") or self.on.year)
        for line in self._pasted:
            if line.fault is not None:
                words = {"number": line.number, "fault": told(line.fault.reason, line.fault.params)}
                self.add_error("pasted", gettext("Line %(number)s: %(fault)s") % words)
        self._add_faults_of_task()
        return cleaned

    def _add_faults_of_task(self) -> None:
        """What the verb would refuse of what can be read, so that all faults are shown at once."""
        given = {name: value for name, value in self.cleaned_data.items() if value not in (None, "")}
        joint, confirmed = given.pop("joint", ()), given.pop("confirmed", None)
        columns = {name: value for name, value in given.items() if name not in ("ongoing", "pasted")}
        task = Task(action=self.action, **columns)
        known = {"joint": joint, "milestones": self._milestones(), "confirmed": confirmed}
        for name, message in new_task_faults(task, on=self.on, **known).items():
            if name == "milestones":
                self.add_error("pasted", message)
            elif name not in self.errors:
                self.add_error(name, message)

    def _milestones(self) -> list[NewMilestone]:
        """Those that can be read: the rows that are filled in, then the pasted ones."""
        rows = [step.cleaned_data for step in self.steps if step.is_valid() and step.cleaned_data]
        steps = [NewMilestone(title=row["title"], due_on=row["due_on"], weight=row["weight"]) for row in rows]
        return steps + new_milestones([line for line in self._pasted if line.fault is None])

    def values(self) -> dict[str, Any]:
        cleaned = dict(self.cleaned_data)
        del cleaned["team"], cleaned["ongoing"], cleaned["pasted"]
        return {**cleaned, "milestones": self._milestones()}


class EditTaskForm(TaskForm):
    """Changes to a task's text; `version` is the version it was opened on."""

    version = forms.IntegerField(widget=forms.HiddenInput)

    def __init__(self, *args: Any, task: Task, **kwargs: Any):
        super().__init__(*args, action=task.action, team=task.team, **kwargs)
        self.task = task
        if task.target is not None:
            del self.fields["done"]
        said = {name: getattr(task, name) for name in self.fields if name in EDITABLE}
        self.initial = {**said, "version": task.version, **self.initial}

    @property
    def count(self) -> str:
        """The count of a task with a quantity, which is not entered here."""
        return super().count if self.task.done is None else number_text(self.task.done)

    def changes(self) -> dict[str, Any]:
        """The fields as the verb takes them, without the joint departments."""
        return {name: value for name, value in self.cleaned_data.items() if name in EDITABLE}


class ReasonForm(forms.Form):
    """The reason for cancelling or suspending a task."""

    reason = forms.CharField(label=_("Reason"), max_length=2000, widget=forms.Textarea(attrs={"rows": 3}))


class ResumeForm(forms.Form):
    """The optional new due date of a resumed task."""

    due_on = DayField(
        label=_("New due date"),
        required=False,
        help_text=_(
            "Must be after the current due date; leave empty to keep it. The original due date stays on record."
        ),
    )
    reason = forms.CharField(
        label=_("Reason"), max_length=2000, required=False, widget=forms.Textarea(attrs={"rows": 3})
    )

    def __init__(self, *args: Any, task: Task, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if task.ongoing:
            del self.fields["due_on"]
