"""Forms on the page where a decision becomes work: tasks to create, tasks that stand already, a problem."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from typing import Any

from django import forms
from django.db.models import Count
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from governance.lists.text import title_text
from governance.people.models import User
from governance.records.columns import longest
from governance.records.fields import DayField, needed_at_times, offer_rows
from teams.models import Level, Milestone, SpecialTeam, Task, TeamMember
from teams.states import ENDED_TASK_STATES
from teams.tasks.milestones import NewMilestone

from ..decisions.work import AsProblem, ExistingTasks, JointTask, OwnTasks, PlannedTask
from ..models import Decision, Problem
from ..states import LIVE_PROBLEM_STATES

MOST = 50
"""More tasks than these are not offered to every team."""
MILESTONES = (1, 2, 3)
"""The rows of milestones that each task is offered; more are set on the task's page."""


class PlannedTaskForm(forms.Form):
    """A task that a decision creates, prefilled from it."""

    title = forms.CharField(label=_("Task"), max_length=longest(Task, "title"))
    target = forms.DecimalField(
        label=_("Target"), max_digits=12, decimal_places=2, required=False, help_text=_("Empty: reported in percent.")
    )
    unit = forms.CharField(label=_("Unit"), max_length=longest(Task, "unit"), required=False)
    needed_at_times(unit)
    level = forms.TypedChoiceField(label=_("Level"), choices=Level, coerce=int)
    start_on = DayField(label=_("Start"))
    due_on = DayField(label=_("Due"))

    def __init__(self, *args: Any, decision: Decision, on: date, team: SpecialTeam | None = None, **kwargs: Any):
        super().__init__(*args, **kwargs)
        self.team = team
        self.initial = {
            "title": title_text(decision.text, longest(Task, "title")),
            "level": decision.level,
            "start_on": on,
            "due_on": decision.due_on,
            **self.initial,
        }
        for row in MILESTONES:
            title = forms.CharField(label=_("Milestone"), max_length=longest(Milestone, "title"), required=False)
            weight = forms.IntegerField(label=_("Weight"), min_value=1, max_value=100, required=False, initial=1)
            self.fields[f"step{row}"] = needed_at_times(title)
            self.fields[f"step{row}_due"] = needed_at_times(DayField(label=_("Due"), required=False))
            self.fields[f"step{row}_weight"] = needed_at_times(weight)

    @property
    def steps(self) -> list[dict[str, forms.BoundField]]:
        """The rows of milestones."""
        return [
            {"title": self[f"step{row}"], "due": self[f"step{row}_due"], "weight": self[f"step{row}_weight"]}
            for row in MILESTONES
        ]

    def clean(self) -> dict[str, Any]:
        """A begun milestone has title and date."""
        cleaned = super().clean() or self.cleaned_data
        for row in MILESTONES:
            title, due = cleaned.get(f"step{row}"), cleaned.get(f"step{row}_due")
            if title and due is None and f"step{row}_due" not in self.errors:
                self.add_error(f"step{row}_due", _("Enter the date of this milestone."))
            elif due is not None and not title:
                self.add_error(f"step{row}", _("Name this milestone."))
        return cleaned

    def plan(self, values: Mapping[str, Any]) -> PlannedTask:
        """The task that `values` describe: those that were sent, or those shown first."""
        return PlannedTask(
            title=values["title"],
            level=values["level"],
            start_on=values["start_on"],
            due_on=values.get("due_on"),
            target=values.get("target"),
            unit=values.get("unit") or "",
            milestones=_milestones(values),
        )

    def shown(self) -> PlannedTask | None:
        """The task as it stands in the form, as far as it can be read; None where a day is missing."""
        values = self.cleaned_data if self.is_bound and self.is_valid() else self.initial
        if self.is_bound and not self.is_valid():
            return None
        return self.plan(values) if values.get("start_on") is not None else None


def _milestones(values: Mapping[str, Any]) -> list[NewMilestone]:
    return [
        NewMilestone(title=values[f"step{row}"], due_on=due, weight=values.get(f"step{row}_weight") or 1)
        for row in MILESTONES
        if (due := values.get(f"step{row}_due")) is not None and values.get(f"step{row}")
    ]


class OwnTasksForms:
    """A form for each team; what was sent is valid when all of them are."""

    def __init__(self, data: Any, *, decision: Decision, teams: Sequence[SpecialTeam], on: date) -> None:
        self.forms = [
            PlannedTaskForm(data, decision=decision, team=team, on=on, prefix=f"team{team.pk}") for team in teams
        ]

    def is_valid(self) -> bool:
        """Whether every task can be created as far as the forms can tell."""
        checked = [form.is_valid() for form in self.forms]
        return all(checked)

    def work(self) -> OwnTasks:
        """What the verb carries out."""
        return OwnTasks({form.team.pk: form.plan(form.cleaned_data) for form in self.forms if form.team is not None})


class TeamChoice(forms.ModelChoiceField):
    """A team to choose, by its short name."""

    def label_from_instance(self, team: SpecialTeam) -> str:
        return team.short_name


class JointTaskForm(PlannedTaskForm):
    """One task for all the teams under a lead team."""

    lead = TeamChoice(SpecialTeam.objects.none(), label=_("Lead team"), empty_label=None)

    def __init__(self, *args: Any, teams: Sequence[SpecialTeam], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        offer_rows(self, "lead", _among(teams))

    def work(self) -> JointTask:
        """What the verb carries out."""
        return JointTask(self.cleaned_data["lead"], self.plan(self.cleaned_data))


class ExistingTasksForm(forms.Form):
    """For each team an open task: of any team of the decision, of its own alone where there are many."""

    def __init__(self, *args: Any, teams: Sequence[SpecialTeam], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.teams = teams
        tasks = {str(task.pk): task for task in _open_tasks(teams)}
        for team in teams:
            offered = [(key, str(task)) for key, task in tasks.items() if len(tasks) <= MOST or task.team_id == team.pk]
            choice = forms.TypedChoiceField(
                label=team.short_name,
                choices=[("", _("None")), *offered],
                coerce=tasks.__getitem__,
                empty_value=None,
                required=False,
            )
            self.fields[f"task{team.pk}"] = needed_at_times(choice)

    def clean(self) -> dict[str, Any]:
        """At least one task is chosen."""
        cleaned = super().clean() or self.cleaned_data
        if not self.errors and not any(cleaned.values()):
            self.add_error(None, _("Choose a task for at least one team."))
        return cleaned

    def work(self) -> ExistingTasks:
        """What the verb carries out."""
        chosen = {team.pk: self.cleaned_data[f"task{team.pk}"] for team in self.teams}
        return ExistingTasks({team: task for team, task in chosen.items() if task is not None})


class PersonOfTeam(forms.ModelChoiceField):
    """A person of the teams, by name."""

    def label_from_instance(self, user: User) -> str:
        return user.title


class ProblemForm(forms.Form):
    """A new problem, or one that was raised before; a raised one is analysed by what is entered here."""

    problem = forms.ModelChoiceField(
        Problem.objects.none(), label=_("Problem"), required=False, empty_label=_("A new problem")
    )
    title = forms.CharField(label=_("What the problem is"), max_length=longest(Problem, "title"), required=False)
    needed_at_times(title)
    cause = forms.CharField(
        label=pgettext_lazy("problem", "Cause"),
        max_length=2000,
        required=False,
        widget=forms.Textarea(attrs={"rows": 3}),
    )
    needed_at_times(cause)
    lead = TeamChoice(SpecialTeam.objects.none(), label=_("Lead team"), empty_label=None)
    owner = PersonOfTeam(User.objects.none(), label=_("Owner"), required=False, empty_label=_("Nobody yet"))
    due_on = DayField(label=_("Due"), required=False)
    needed_at_times(due_on)
    solved_when = forms.CharField(
        label=_("Solved when"), max_length=1000, required=False, widget=forms.Textarea(attrs={"rows": 2})
    )

    def __init__(self, *args: Any, decision: Decision, teams: Sequence[SpecialTeam], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        title = title_text(decision.text, longest(Problem, "title"))
        self.initial = {"title": title, "due_on": decision.due_on, "solved_when": decision.text, **self.initial}
        offer_rows(self, "lead", _among(teams))
        offer_rows(self, "problem", _live_problems(teams))
        people = TeamMember.objects.current().filter(team__in=list(teams)).values("user")
        offer_rows(self, "owner", User.objects.filter(pk__in=people, is_active=True))

    def work(self) -> AsProblem:
        """What the verb carries out."""
        return AsProblem(**self.cleaned_data)


def _among(teams: Iterable[SpecialTeam]) -> Any:
    return SpecialTeam.objects.filter(pk__in=[team.pk for team in teams]).order_by("order")


def _open_tasks(teams: Sequence[SpecialTeam]) -> Any:
    return Task.objects.filter(team__in=list(teams)).exclude(state__in=ENDED_TASK_STATES).order_by("year", "number")


def _live_problems(teams: Sequence[SpecialTeam]) -> Any:
    """Problems that all the teams have and that are worked on."""
    rows = Problem.objects.filter(state__in=LIVE_PROBLEM_STATES, teams__team__in=list(teams))
    return rows.annotate(having=Count("teams")).filter(having=len(teams)).order_by("number")
