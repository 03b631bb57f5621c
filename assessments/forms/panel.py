"""Forms about judges: a seat, its replacement, moderation, signing."""

from typing import Any, cast

from django import forms
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from governance.people.fields import PersonField

from ..panel.panel import Panel
from ..words.plans import title_of
from .round import ReasonForm


class SeatForm(forms.Form):
    """A judge, what is marked, and for which teams."""

    label = forms.CharField(label=_("Label"), max_length=40, help_text=_("As it is printed, such as “Judge 3”."))
    person = PersonField(label=pgettext_lazy("panel", "Judge"))
    indicators = forms.MultipleChoiceField(label=_("Indicators"), widget=forms.CheckboxSelectMultiple)
    teams = forms.MultipleChoiceField(
        label=_("Teams"),
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text=_("None ticked: all teams. Teams to which the judge is tied are skipped."),
    )

    def __init__(self, *args: Any, panel: Panel, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        indicators = cast(forms.MultipleChoiceField, self.fields["indicators"])
        indicators.choices = [(code, f"{code} {title_of(planned)}") for code, planned in panel.planned.items()]
        self.panel = panel
        teams = cast(forms.MultipleChoiceField, self.fields["teams"])
        teams.choices = [(team.code, team.name) for team in panel.teams]

    def clean_teams(self) -> list[Any]:
        """The teams themselves."""
        chosen = set(self.cleaned_data["teams"])
        return [team for team in self.panel.teams if team.code in chosen]


class ReplaceForm(ReasonForm):
    """Why a judge is replaced, and by whom; nobody: the seat falls away."""

    person = PersonField(label=_("New judge"), required=False, help_text=_("Leave empty if nobody takes the place."))
    label = forms.CharField(label=_("New label"), max_length=40, required=False)


class ModerationForm(forms.Form):
    """The marks stand, or are given once more."""

    decision = forms.ChoiceField(
        label=_("Decision"),
        choices=[("stands", _("The marks stand")), ("again", _("The judges mark this team once more"))],
        widget=forms.RadioSelect,
    )
    note = forms.CharField(
        label=pgettext_lazy("moderation", "Note"), max_length=2000, widget=forms.Textarea(attrs={"rows": 3})
    )
    seen = forms.IntegerField(widget=forms.HiddenInput)

    def __init__(self, *args: Any, may_ask_again: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if not may_ask_again:
            decision = cast(forms.ChoiceField, self.fields["decision"])
            decision.choices = list(cast(Any, decision.choices))[:1]


class SignForm(forms.Form):
    """What the judge saw before signing."""

    version = forms.IntegerField(widget=forms.HiddenInput)
