"""Forms about supervision orders: a proposal, an order by hand, the answer, the verdict, reasons."""

import re
import unicodedata
from collections.abc import Callable
from typing import Any

from django import forms
from django.db.models import Q, QuerySet
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from governance.records.columns import longest
from governance.records.fields import DayField, FilesField, needed_at_times, offer_rows
from governance.records.widgets import LISTED, OfferingInput
from teams.models import SpecialAction, SpecialTeam, Task

from ..ladder import Rung
from ..models import Problem, SupervisionOrder
from ..models.order import Rung as OrderRung
from ..orders.orders import NewOrder
from ..states import LIVE_PROBLEM_STATES

NUMBER = re.compile(r"(?:(\d{4})-)?(\d{1,6})(?!\d)")

LONGEST = 2000
"""The longest text of an order, an answer or a verdict, in characters."""


def text_field(label: Any, *, rows: int = 3, **kwargs: Any) -> forms.CharField:
    """A text of several lines."""
    return forms.CharField(label=label, max_length=LONGEST, widget=forms.Textarea(attrs={"rows": rows}), **kwargs)


class NumberedField(forms.CharField):
    """A task or a problem by its number ("7", "2026-7"), with suggestions while typing: there may be thousands."""

    widget = OfferingInput
    rows: QuerySet[Any]

    def offer(self, rows: QuerySet[Any], small_print: Callable[[Any], object]) -> None:
        """Let people choose among `rows`; `small_print` stands beside a row in the suggestions."""
        self.rows = rows
        self.widget.offered = lambda: [(str(row), small_print(row)) for row in rows[: LISTED + 1]]

    def clean(self, value: Any) -> Any:
        """The row with the number, or None for an empty text."""
        text = super().clean(value)
        if not text:
            return None
        match = NUMBER.match(unicodedata.normalize("NFKC", text).strip())
        found = self._found(match) if match else []
        if len(found) != 1:
            raise forms.ValidationError(_("There is nothing open with this number. Enter a number from the list."))
        return found[0]

    def _found(self, match: re.Match[str]) -> list[Any]:
        if match[1] and "year" not in {field.name for field in self.rows.model._meta.fields}:
            return []
        rows = self.rows.filter(number=int(match[2]))
        return list((rows.filter(year=int(match[1])) if match[1] else rows)[:2])


class ProposalForm(forms.Form):
    """What one proposal is issued with; its prefix is the proposal's key."""

    basis = text_field(_("Basis"))
    demand = text_field(_("Demand"))
    answer_by = DayField(label=_("Answer by"), required=False)
    needed_at_times(answer_by)


class ContactForm(forms.Form):
    """Whom a team asks about an order."""

    contact = forms.CharField(
        label=_("Contact"),
        max_length=longest(SupervisionOrder, "contact"),
        required=False,
        help_text=_("Empty: who issues the order."),
    )
    contact_phone = forms.CharField(
        label=_("Phone of the contact"), max_length=longest(SupervisionOrder, "contact_phone"), required=False
    )


class NewOrderForm(ContactForm):
    """An order by hand, on a task or on a problem; a talk needs neither."""

    rung = forms.ChoiceField(label=pgettext_lazy("order", "Rung"), choices=OrderRung.choices)
    task = NumberedField(label=_("Task"), required=False, help_text=_("Its number, such as 7."))
    problem = NumberedField(label=_("Problem"), required=False, help_text=_("Its number, instead of a task."))
    team = forms.ModelChoiceField(
        label=_("Special team"),
        queryset=SpecialTeam.objects.none(),
        required=False,
        help_text=_("Only for a talk, or where a problem has several teams; a task names its team itself."),
    )
    basis = text_field(_("Basis"), help_text=_("What the order rests on: the report, the decision, the check."))
    demand = text_field(_("Demand"), help_text=_("What the team has to do and to say."))
    answer_by = DayField(label=_("Answer by"), required=False, help_text=_("Reminders are only acknowledged."))
    number = forms.IntegerField(
        label=_("Number"),
        min_value=1,
        max_value=9999,
        required=False,
        help_text=_("Only where the series began on paper; otherwise the next number is given."),
    )

    def __init__(self, *args: Any, action: SpecialAction, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name in ("task", "problem", "team", "answer_by"):
            needed_at_times(self.fields[name])
        live = Problem.objects.filter(action=action, state__in=LIVE_PROBLEM_STATES)
        self._offer("task", Task.objects.open().filter(action=action).select_related("team"), lambda task: task.team)
        self._offer("problem", live.select_related("lead"), lambda problem: problem.lead or "")
        offer_rows(self, "team", SpecialTeam.objects.filter(Q(closed_on=None), action=action).order_by("order"))

    def _offer(self, name: str, rows: QuerySet[Any], small_print: Callable[[Any], object]) -> None:
        field = self.fields[name]
        if isinstance(field, NumberedField):
            field.offer(rows, small_print)

    def clean(self) -> dict[str, Any]:
        """One thing, and the team that has it."""
        data = super().clean() or {}
        if self.errors:
            return data
        task, problem, team = data.get("task"), data.get("problem"), data.get("team")
        if task and problem:
            self.add_error("problem", _("An order is about a task or about a problem."))
        elif not (task or problem) and data.get("rung") != OrderRung.TALK:
            self.add_error("task", _("Name the task or the problem that the order is about."))
        elif task:
            data["team"] = task.team
        elif problem:
            self._choose_team(problem, team, data)
        elif team is None:
            self.add_error("team", _("Choose the team that comes to the talk."))
        return data

    def _choose_team(self, problem: Problem, team: SpecialTeam | None, data: dict[str, Any]) -> None:
        """The team named, the lead, or the only one of the problem."""
        teams = [row.team for row in problem.teams.select_related("team")]
        chosen = team or problem.lead or (teams[0] if len(teams) == 1 else None)
        if chosen is None or chosen not in teams:
            self.add_error("team", _("Choose one of the teams that have the problem."))
        data["team"] = chosen

    @property
    def new(self) -> NewOrder:
        """The order as the verb takes it."""
        data = self.cleaned_data
        names = ("team", "basis", "demand", "answer_by", "task", "problem", "contact", "contact_phone")
        words = {name: data[name] for name in names}
        return NewOrder(rung=Rung(data["rung"]), **words)


class AnswerForm(forms.Form):
    """The team's answer to an order."""

    text = text_field(
        pgettext_lazy("order", "Answer"),
        rows=5,
        help_text=_("What holds it up, what is being done by whom, and what comes next."),
    )
    promised_on = DayField(
        label=_("Promised for"), required=False, help_text=_("The day on which the task is back on plan.")
    )
    files = FilesField(  # type: ignore[assignment]  # the metaclass takes fields out of the class
        label=_("What proves it"), required=False
    )


class VerdictForm(forms.Form):
    """Accept an answer or send it back by one of two buttons."""

    verdict = forms.ChoiceField(choices=[("yes", _("Yes")), ("no", _("No"))], widget=forms.HiddenInput)
    text = text_field(_("Findings of the office"), required=False)
    needed_at_times(text)
    answer = forms.IntegerField(widget=forms.HiddenInput)

    @property
    def is_yes(self) -> bool:
        """Whether the answer is accepted."""
        return self.cleaned_data["verdict"] == "yes"


class ReasonForm(forms.Form):
    """A reason that is kept."""

    reason = text_field(_("Reason"))
