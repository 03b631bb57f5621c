"""Forms about a decision: recorded, dropped, recorded as done."""

from datetime import date
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from governance.clock import day_of
from governance.people.fields import DepartmentField
from governance.records.fields import DayField, RowsField, needed_at_times, offer_rows
from teams.models import Level, SpecialTeam

from ..decisions.recording import DecisionWords
from ..models import AgendaItem, Audience, Decision, Meeting


class TeamsChoice(RowsField):
    """Teams to tick, by their short names."""

    widget = forms.CheckboxSelectMultiple

    def label_from_instance(self, team: SpecialTeam) -> str:
        """The number in the document and the short name."""
        return f"{team.order} {team.short_name}"


class DecisionForm(forms.Form):
    """What was decided; `version` is the decision's when the form was opened."""

    text = forms.CharField(
        label=pgettext_lazy("decision", "What was decided"), max_length=2000, widget=forms.Textarea(attrs={"rows": 4})
    )
    audience = forms.ChoiceField(label=_("For"), choices=Audience, widget=forms.RadioSelect)
    named = TeamsChoice(SpecialTeam.objects.none(), label=_("Named special teams"), required=False)
    needed_at_times(named)
    due_on = DayField(label=_("Due"), required=False, help_text=_("A decision without a date is never overdue."))
    level = forms.TypedChoiceField(label=_("Level"), choices=Level, coerce=int)
    makes = forms.ChoiceField(label=_("Becomes"), choices=Decision.Makes)
    lead_department = DepartmentField(label=_("Lead department"), max_length=60, required=False)
    item = forms.ModelChoiceField(
        AgendaItem.objects.none(), label=_("Item of the agenda"), required=False, empty_label=_("None")
    )
    version = forms.IntegerField(widget=forms.HiddenInput, required=False)

    def __init__(self, *args: Any, meeting: Meeting, decision: Decision | None = None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.meeting = meeting
        day = day_of(meeting.starts_at)
        offer_rows(self, "named", SpecialTeam.objects.existing_on(day).filter(action=meeting.action).order_by("order"))
        offer_rows(self, "item", meeting.items.select_related("team"))
        self.initial = {**(_said(decision) if decision is not None else _UNSAID), **self.initial}

    @property
    def words(self) -> DecisionWords:
        """What the verbs take."""
        given = {name: value for name, value in self.cleaned_data.items() if name != "version"}
        return DecisionWords(**given | {"named": list(given["named"])})


class DecisionTextForm(forms.Form):
    """The text of an adopted decision, the only thing of it that still changes."""

    text = DecisionForm.base_fields["text"]
    version = forms.IntegerField(widget=forms.HiddenInput, required=False)

    def __init__(self, *args: Any, decision: Decision, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.decision = decision
        self.initial = {"text": decision.text, "version": decision.version, **self.initial}

    @property
    def words(self) -> DecisionWords:
        """The decision with another text."""
        said = {name: value for name, value in _said(self.decision).items() if name != "version"}
        return DecisionWords(**said | {"text": self.cleaned_data["text"]})


class DoneForm(forms.Form):
    """When and how something was done."""

    done_on = DayField(label=_("Done on"))
    text = forms.CharField(label=_("How it was done"), max_length=2000, widget=forms.Textarea(attrs={"rows": 3}))

    def __init__(self, *args: Any, on: date, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.initial.setdefault("done_on", on)


_UNSAID = {"audience": Audience.NAMED, "level": Level.ORDINARY, "makes": Decision.Makes.OWN_TASKS}


def _said(decision: Decision) -> dict[str, Any]:
    names = ("text", "audience", "due_on", "level", "makes", "lead_department", "item", "version")
    said = {name: getattr(decision, name) for name in names}
    return said | {"named": list(decision.named.order_by("order"))}
