"""Forms about instructions: a leader's own, one that the office enters, a line heard at a meeting."""

from datetime import date
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from governance.people.models import User
from governance.people.roles import Role
from governance.records.fields import DayField, needed_at_times, offer_rows
from teams.models import SpecialAction, SpecialTeam

from ..instructions.writing import LineWords
from ..models import AgendaItem, Audience, Instruction, InstructionLine, Meeting
from .decision import TeamsChoice


class PersonChoice(forms.ModelChoiceField):
    """A person to choose, by name and post."""

    def label_from_instance(self, user: User) -> str:
        return user.title


class LineForm(forms.Form):
    """A line; `version` is the line's when the form was opened."""

    text = forms.CharField(
        label=pgettext_lazy("instruction", "Text"), max_length=2000, widget=forms.Textarea(attrs={"rows": 3})
    )
    kind = forms.ChoiceField(
        label=pgettext_lazy("instruction", "Kind"), choices=InstructionLine.Kind, widget=forms.RadioSelect
    )
    audience = forms.ChoiceField(label=_("For"), choices=Audience)
    named = TeamsChoice(SpecialTeam.objects.none(), label=_("Named special teams"), required=False)
    needed_at_times(named)
    due_on = DayField(label=_("Due (only for action)"), required=False)
    version = forms.IntegerField(widget=forms.HiddenInput, required=False)

    def __init__(self, *args: Any, action: SpecialAction, on: date, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.action = action
        offer_rows(self, "named", SpecialTeam.objects.existing_on(on).filter(action=action).order_by("order"))
        self.initial = {"kind": InstructionLine.Kind.ACTION, "audience": Audience.ALL, **self.initial}

    @property
    def words(self) -> LineWords:
        """What the verbs take."""
        given = {name: self.cleaned_data[name] for name in ("text", "kind", "audience", "due_on")}
        return LineWords(**given, named=list(self.cleaned_data["named"]))


class InstructionForm(LineForm):
    """An instruction of one line; the office says whose it is and how it was given."""

    title = forms.CharField(
        label=_("Title"),
        max_length=Instruction._meta.get_field("title").max_length,
        required=False,
        help_text=_("Empty: the text itself."),
    )
    leader = PersonChoice(User.objects.none(), label=_("Leader"), empty_label=_("Choose a leader"))
    given_on = DayField(label=_("Given on"))
    behalf = forms.CharField(
        label=_("How it was given"), max_length=200, help_text=_("Such as: in writing on the order, by telephone.")
    )

    def __init__(self, *args: Any, user: User, on: date, **kwargs: Any) -> None:
        super().__init__(*args, on=on, **kwargs)
        self.initial.setdefault("given_on", on)
        if user.has_role(Role.COUNTY_LEADER):
            for name in ("leader", "given_on", "behalf"):
                del self.fields[name]
        else:
            offer_rows(self, "leader", User.objects.with_role(Role.COUNTY_LEADER))

    def values(self) -> dict[str, Any]:
        """What `write_instruction` takes beside the line."""
        names = ("title", "leader", "given_on", "behalf")
        return {name: self.cleaned_data[name] for name in names if name in self.fields}


class HeardLineForm(LineForm):
    """A line heard at a meeting: who said it, and under which item."""

    leader = PersonChoice(User.objects.none(), label=_("Leader"), empty_label=_("Choose a leader"))
    item = forms.ModelChoiceField(AgendaItem.objects.none(), label=_("Item of the agenda"), empty_label=None)

    def __init__(self, *args: Any, meeting: Meeting, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        items = meeting.items.select_related("team")
        offer_rows(self, "leader", User.objects.with_role(Role.COUNTY_LEADER))
        offer_rows(self, "item", items)
        self.initial.setdefault("leader", meeting.chair_id)
        speech = items.filter(kind=AgendaItem.Kind.SPEECH).order_by("-order").first()
        self.initial.setdefault("item", speech)


def said_of(line: InstructionLine) -> dict[str, Any]:
    """What a form about a line opens with."""
    names = ("text", "kind", "audience", "due_on", "version")
    return {name: getattr(line, name) for name in names} | {"named": list(line.named.order_by("order"))}
