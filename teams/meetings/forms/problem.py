"""Forms about prominent problems."""

from typing import Any

from django import forms
from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from governance.lists.text import Text
from governance.people.fields import PersonField
from governance.records.fields import DayField, FilesField, RowsField, needed_at_times, offer_rows
from teams.models import SpecialAction, SpecialTeam, Task
from teams.models.team import not_closed_before
from teams.states import ENDED_TASK_STATES

from ..models import Problem
from ..problems.analysis import Analysis
from ..problems.origins import Finding
from ..problems.steps import LONGEST
from ..states import SURVIVOR_STATES, ProblemState


def words(label: Text, *, rows: int = 4, hint: Text = "", required: bool = True) -> forms.CharField:
    """A field for the words of a step."""
    area = forms.Textarea(attrs={"rows": rows})
    return forms.CharField(label=label, max_length=LONGEST, required=required, help_text=hint, widget=area)


class NewProblemForm(forms.Form):
    """What was found, with which teams, how and when."""

    teams = RowsField(
        SpecialTeam.objects.none(),
        label=_("Special teams"),
        widget=forms.CheckboxSelectMultiple,
        help_text=_("All teams that have this problem; with two or more it is common to them."),
    )
    title = forms.CharField(label=_("Problem"), max_length=200, help_text=_("One line: what is wrong, and where."))
    text = words(_("What was found"), required=False, hint=_("Figures, places and examples that prove it."))
    found_by = forms.ChoiceField(label=_("Found by"), choices=Problem.FoundBy.choices)
    found_on = DayField(label=_("Found on"), help_text=_("Its age is counted from this day."))
    follows = forms.ModelChoiceField(
        Problem.objects.none(), label=_("Earlier problem that has returned"), required=False, empty_label=_("None")
    )
    files = FilesField(  # type: ignore[assignment]  # the metaclass takes fields out of the class
        label=_("What it looks like now"), required=False
    )

    def __init__(self, *args: Any, teams: Any, earlier: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        offer_rows(self, "teams", teams)
        offer_rows(self, "follows", earlier)
        if not earlier.exists():
            del self.fields["follows"]

    def finding(self, **origin: Any) -> Finding:
        """What the verb takes, found at `origin`."""
        said = {name: value for name, value in self.cleaned_data.items() if name not in ("teams", "files")}
        return Finding(**said, **origin)


class OfProblemForm(forms.Form):
    """A form about one problem that carries the version it was opened on."""

    version = forms.IntegerField(widget=forms.HiddenInput)

    def __init__(self, *args: Any, problem: Problem, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.problem = problem
        self.initial = {"version": problem.version, **self.initial}

    @property
    def values(self) -> dict[str, Any]:
        """The entered values as the verb takes them."""
        values = dict(self.cleaned_data)
        return {"seen": values.pop("version"), **values}


class AnalyseForm(OfProblemForm):
    """Cause, severity, who leads, by when, and when it counts as solved."""

    cause = words(_("Cause"), hint=_("Why it exists, not how it looks: what must change so that it does not return."))
    severity = forms.TypedChoiceField(
        label=pgettext_lazy("problem", "Severity"),
        choices=Problem.Severity.choices,
        coerce=int,
        widget=forms.RadioSelect,
        initial=Problem.Severity.ORDINARY,
    )
    lead = forms.ModelChoiceField(SpecialTeam.objects.none(), label=_("Lead team"), empty_label=_("Choose a team"))
    owner = PersonField(
        label=_("Owner"),
        required=False,
        help_text=_("A member of the lead team, by name or account. If left empty, its head."),
    )
    also = RowsField(
        SpecialTeam.objects.none(),
        label=_("Other teams with this problem"),
        required=False,
        widget=forms.CheckboxSelectMultiple,
    )
    due_on = DayField(label=_("Resolve by"), help_text=_("The first date counts for the assessment."))
    solved_when = words(
        _("Solved when"), rows=3, hint=_("What the office will check: figures, places, how many samples.")
    )

    def __init__(self, *args: Any, problem: Problem, **kwargs: Any) -> None:
        super().__init__(*args, problem=problem, **kwargs)
        working = SpecialTeam.objects.filter(action=problem.action_id, closed_on=None)
        having = problem.teams.values("team")
        offer_rows(self, "lead", working)
        offer_rows(self, "also", working.exclude(pk__in=having))
        first = problem.teams.select_related("team").first()
        self.initial = {"lead": first.team if first else None, **self.initial}

    def analysis(self) -> Analysis:
        """What the verb takes."""
        said = {name: value for name, value in self.cleaned_data.items() if name != "version"}
        return Analysis(**said)


class MergeForm(OfProblemForm):
    """The problem that survives."""

    into = forms.ModelChoiceField(
        Problem.objects.none(), label=_("Into the problem"), empty_label=_("Choose a problem")
    )
    reason = words(_("Reason"), rows=2, required=False)

    def __init__(self, *args: Any, problem: Problem, **kwargs: Any) -> None:
        super().__init__(*args, problem=problem, **kwargs)
        others = Problem.objects.filter(action=problem.action_id, state__in=SURVIVOR_STATES).exclude(pk=problem.pk)
        offer_rows(self, "into", others)


class DropForm(OfProblemForm):
    """Why it needs no rectification."""

    reason = words(_("Reason"), hint=_("The teams read it."))


class TakeUpForm(OfProblemForm):
    """What the team will do, if it wants to say so."""

    text = words(_("What the team will do"), required=False)


class AddTaskForm(OfProblemForm):
    """An open task of one of its teams."""

    task = forms.ModelChoiceField(Task.objects.none(), label=_("Key task"), empty_label=_("Choose a task"))

    def __init__(self, *args: Any, problem: Problem, **kwargs: Any) -> None:
        super().__init__(*args, problem=problem, **kwargs)
        open_ones = Task.objects.filter(team__in=problem.teams.values("team")).exclude(state__in=ENDED_TASK_STATES)
        offer_rows(self, "task", open_ones.exclude(pk__in=problem.tasks.values("task")).order_by("year", "number"))


class ResolveForm(OfProblemForm):
    """What was done and what holds now, with files that show it."""

    text = words(
        _("What was done and what holds now"), rows=6, hint=_("Compare it with “solved when”, point by point.")
    )
    files = FilesField(  # type: ignore[assignment]  # the metaclass takes fields out of the class
        label=_("What it looks like now"), required=False
    )
    needed_at_times(files)


class VerifyForm(OfProblemForm):
    """The finding of the office, decided by one of two buttons."""

    verdict = forms.ChoiceField(choices=[("close", _("Close out")), ("back", _("Send back"))], widget=forms.HiddenInput)
    text = needed_at_times(words(_("Finding"), required=False, hint=_("What was checked. Required to send it back.")))

    @property
    def closes(self) -> bool:
        """Whether the first of the two buttons was pressed."""
        return self.cleaned_data["verdict"] == "close"


class ReopenForm(OfProblemForm):
    """What has returned, and the new due date."""

    reason = words(_("What has returned"), hint=_("How it was found, and how much of it."))
    due_on = DayField(label=_("New due date"))


class LookBackForm(OfProblemForm):
    """What was looked at and found."""

    text = words(_("What was looked at, and found"))


def offered_teams(action: SpecialAction, own: frozenset[int] | None, on: Any) -> Any:
    """The teams of an action at work on the day `on`; of a person who writes for some of them only `own`."""
    teams = SpecialTeam.objects.filter(not_closed_before(on), Q(closed_on=None), action=action).order_by("order")
    return teams if own is None else teams.filter(pk__in=own)


def returning(problems: Any, action: SpecialAction) -> Any:
    """The problems of an action that may have returned, of those that a person may read."""
    return problems.filter(action=action, state=ProblemState.CLOSED_OUT).order_by("-number")
