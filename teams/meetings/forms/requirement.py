"""Forms about requirements from above: the document, its clauses, who takes them up, the answers."""

from datetime import date
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.db.models import Q
from django.utils.translation import gettext, pgettext_lazy
from django.utils.translation import gettext_lazy as _

from governance.formats.files import CheckedFile
from governance.lists.text import names_text
from governance.records.columns import longest
from governance.records.dry_runs import told
from governance.records.fields import DayField, FilesField, RowsField, needed_at_times, offer_rows
from teams.filters.team import LONGEST_SELECT
from teams.forms.team import KeepingForm
from teams.models import SpecialAction, SpecialTeam, Task
from teams.models.team import not_closed_before
from teams.states import TaskState

from ..models import Clause, ClauseAnswer, Requirement
from ..requirements.answers import LONGEST_ANSWER
from ..requirements.documents import LONGEST_CLAUSE, NewClause
from ..requirements.pasted import pasted_clauses
from ..requirements.standing import TeamStanding

ONE_PER_LINE = _(
    "One clause per line, copied from the document; numbers at the beginning are left out. A clause with a date of its "
    "own ends with | and the date."
)


class ClausesField(forms.CharField):
    """Clauses, one per line; cleaned to `NewClause` by the form, which knows the year."""

    def __init__(self, **kwargs: Any) -> None:
        widget = forms.Textarea(attrs={"rows": 8})
        super().__init__(
            **{"label": _("Clauses"), "max_length": 60_000, "widget": widget, "help_text": ONE_PER_LINE, **kwargs}
        )


class ReadsClauses(forms.Form):
    """A form with clauses pasted from a document."""

    def read_clauses(self, year: int) -> list[NewClause]:
        """The clauses of the field; a line that cannot be read is an error of the field."""
        lines = pasted_clauses(self.cleaned_data.get("clauses") or "", year=year)
        for line in lines:
            if line.fault is not None:
                words = {"number": line.number, "fault": told(line.fault.reason, line.fault.params)}
                self.add_error("clauses", gettext("Line %(number)s: %(fault)s") % words)
        return [NewClause(line.text, line.due_on) for line in lines]


class RequirementForm(KeepingForm):
    """What was entered about a document; a file replaces the one that is there."""

    file = FilesField(
        label=_("Original document"), required=False, help_text=_("One PDF, if there is one that may be kept here.")
    )

    class Meta:
        model = Requirement
        fields = ["title", "issuer", "document", "level", "received_on", "due_on"]
        field_classes = {"received_on": DayField, "due_on": DayField}
        help_texts = {"due_on": _("For every clause without a date of its own.")}

    def clean_file(self) -> CheckedFile | None:
        """At most one file."""
        files = self.cleaned_data["file"]
        if len(files) > 1:
            raise ValidationError(_("Choose one file: the document including its annexes."))
        return files[0] if files else None

    def _post_clean(self) -> None:
        """Build no row: the verb checks the resulting one."""


class NewRequirementForm(RequirementForm, ReadsClauses):
    """A document with its clauses."""

    clauses = ClausesField()

    def clean(self) -> dict[str, Any]:
        """Read the clauses by the year of receipt."""
        cleaned = super().clean() or self.cleaned_data
        received = cleaned.get("received_on")
        if received is not None:
            cleaned["clauses"] = self.read_clauses(received.year)
        return cleaned


class AddClausesForm(ReadsClauses):
    """More clauses of a document."""

    clauses = ClausesField()

    def __init__(self, *args: Any, year: int, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.year = year

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or self.cleaned_data
        cleaned["clauses"] = self.read_clauses(self.year)
        return cleaned


class ClauseForm(KeepingForm):
    """The text and the due date of a clause."""

    class Meta:
        model = Clause
        fields = ["text", "due_on"]
        field_classes = {"due_on": DayField}
        widgets = {"text": forms.Textarea(attrs={"rows": 4, "maxlength": LONGEST_CLAUSE})}

    def _post_clean(self) -> None:
        """Build no row: the verb checks the resulting one."""


class TasksField(RowsField):
    """Tasks to tick, each with its team."""

    def label_from_instance(self, obj: Task) -> str:
        return f"{obj} · {obj.team.short_name}"


class MatchForm(forms.Form):
    """The tasks that take a clause up, or the team that answers without one.

    Tasks are ticked; where there are too many for that they are entered by their numbers.
    """

    tasks = forms.CharField(
        label=_("Tasks"),
        max_length=200,
        required=False,
        help_text=_("Their numbers, such as 6、10、12; their teams answer. Of another year: 2025-6."),
    )
    needed_at_times(tasks)
    team = forms.ModelChoiceField(
        SpecialTeam.objects.none(),
        label=_("Or a team without a task"),
        required=False,
        empty_label=_("None"),
    )
    version = forms.IntegerField(widget=forms.HiddenInput)

    def __init__(self, *args: Any, action: SpecialAction, on: date, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.action, self.year = action, on.year
        offer_rows(self, "team", action.teams.filter(not_closed_before(on)))
        tasks = Task.objects.filter(action=action).exclude(state=TaskState.CANCELLED)
        if tasks.count() <= LONGEST_SELECT:
            self.fields["tasks"] = TasksField(
                tasks.select_related("team").order_by("year", "number"),
                label=_("Tasks"),
                required=False,
                widget=forms.CheckboxSelectMultiple,
                help_text=_("Their teams answer."),
            )
            needed_at_times(self.fields["tasks"])
        elif "tasks" in self.initial:
            said = [f"{task.year}-{task.number}" for task in self.initial["tasks"]]
            self.initial = {**self.initial, "tasks": "、".join(said)}

    def clean_tasks(self) -> list[Task]:
        """The tasks that were ticked, or those with the entered numbers."""
        if isinstance(self.fields["tasks"], TasksField):
            return list(self.cleaned_data["tasks"])
        numbers = [self._numbered(part) for part in _parts(self.cleaned_data["tasks"])]
        asked = Q(pk__in=())
        for year, number in numbers:
            asked |= Q(year=year, number=number)
        found = list(Task.objects.filter(asked, action=self.action).select_related("team").order_by("year", "number"))
        known = {(task.year, task.number) for task in found}
        unknown = [f"{year}-{number}" for year, number in numbers if (year, number) not in known]
        if unknown:
            raise ValidationError(_("There is no task %(numbers)s.") % {"numbers": names_text(unknown)})
        return found

    def _numbered(self, part: str) -> tuple[int, int]:
        year, _dash, number = part.rpartition("-")
        if not number.isdecimal() or not (year or "0").isdecimal() or len(part) > 11:
            raise ValidationError(_("“%(text)s” is not the number of a task.") % {"text": part})
        return int(year or self.year), int(number)


def _parts(text: str) -> list[str]:
    """The numbers in a text, without separators and without the word for task."""
    for mark in "、，,；;\n\t":
        text = text.replace(mark, " ")
    return [part.removeprefix("任务") for part in text.split()]


class DeclineForm(forms.Form):
    """Why a clause does not concern the county."""

    reason = forms.CharField(
        label=_("Reason"),
        max_length=500,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("Such as: the county has no port. Everyone who is signed in reads it."),
    )
    version = forms.IntegerField(widget=forms.HiddenInput)


class AnswerClauseForm(forms.Form):
    """A team's answer; the office says on whose behalf it enters it, and when it came."""

    text = forms.CharField(
        label=pgettext_lazy("clause", "Answer"),
        max_length=LONGEST_ANSWER,
        widget=forms.Textarea(attrs={"rows": 6}),
        help_text=_("What was done about this clause, with figures, and what comes next. The first answer counts."),
    )
    task = forms.ModelChoiceField(
        Task.objects.none(), label=_("About task"), required=False, empty_label=_("all of them")
    )
    answered_on = DayField(label=_("Answered on"))
    behalf = forms.CharField(
        label=_("On behalf of"),
        max_length=longest(ClauseAnswer, "behalf"),
        help_text=_("Who answered and how, such as “head of the team, Li, letter of 22 October”."),
    )

    def __init__(self, *args: Any, standing: TeamStanding, is_own: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        offer_rows(self, "task", Task.objects.filter(pk__in=[task.pk for task in standing.tasks]))
        if len(standing.tasks) < 2:
            del self.fields["task"]
        if is_own:
            del self.fields["answered_on"], self.fields["behalf"]
