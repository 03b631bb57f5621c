"""Forms about a round: opening it, changing it, and its steps."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any, cast

from django import forms
from django.utils.translation import gettext_lazy as _

from governance.clock import SHANGHAI
from governance.lists.text import Text
from governance.records.fields import DayField, within_reach
from teams.models import SpecialTeam

from ..engine.plan import Plan
from ..models import AdoptedPlan
from ..rounds.rounds import classes_of, kinds_of
from ..words.plans import class_titles, kind_title


class MomentField(forms.DateTimeField):
    """A day and a time in Shanghai, asked with the device's own control."""

    widget = forms.DateTimeInput(attrs={"type": "datetime-local"}, format="%Y-%m-%dT%H:%M")
    input_formats = ("%Y-%m-%dT%H:%M", "%Y-%m-%d %H:%M")
    default_validators = [within_reach]

    def prepare_value(self, value: object) -> object:
        """A moment as the control writes it."""
        return value.astimezone(SHANGHAI) if isinstance(value, datetime) else value


class ChoosePlanForm(forms.Form):
    """The first step: which plan."""

    plan = forms.ModelChoiceField(AdoptedPlan.objects.none(), label=_("Assessment plan"), to_field_name="pk")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = cast(forms.ModelChoiceField, self.fields["plan"])
        field.queryset = AdoptedPlan.objects.select_related("plan").order_by("-pk")


_OUTSIDE = "-"
"""The choice for a team that is not in the round."""


class ClassesForm(forms.Form):
    """A select for the class of each team, named class-<code>."""

    def ask_classes(
        self, plan: Plan, teams: list[SpecialTeam], known: Mapping[str, str], *, may_stay_out: bool = False
    ) -> None:
        """Add the selects; `known` gives initial classes by team code, `may_stay_out` offers none."""
        names = class_titles(plan)
        choices: list[tuple[str, Text]] = [(code, names.get(code, code)) for code in classes_of(plan)]
        if len(choices) > 1:
            choices = [("", _("Choose")), *choices]
        if may_stay_out:
            choices.append((_OUTSIDE, _("Not in this round: it did not exist on the last day")))
        self.team_codes = [team.code for team in teams]
        for team in teams:
            self.fields[f"class-{team.code}"] = forms.ChoiceField(
                label=team.name, choices=choices, initial=known.get(team.code, choices[0][0])
            )

    def classes(self) -> dict[str, str]:
        """Team code -> class, for the teams that were given one."""
        chosen = {code: self.cleaned_data[f"class-{code}"] for code in self.team_codes}
        return {code: team_class for code, team_class in chosen.items() if team_class != _OUTSIDE}

    def class_fields(self) -> list[forms.BoundField]:
        """The bound selects in document order."""
        return [self[f"class-{code}"] for code in self.team_codes]


class OpenRoundForm(ClassesForm):
    """The second step: days, cut-off and classes."""

    kind = forms.ChoiceField(label=_("Part of the year"))
    title = forms.CharField(label=_("Title"), max_length=120)
    starts_on = DayField(label=_("First day"))
    ends_on = DayField(label=_("Last day"))
    cut_off_at = MomentField(
        label=_("Cut-off"),
        help_text=_(
            "Anything recorded later does not count. All reporting periods of the round must be "
            "closed before the cut-off."
        ),
    )
    again = forms.BooleanField(
        label=_("Yes, open another round with the same title, part of the year and dates"), required=False
    )

    confirmed = forms.BooleanField(label=_("I understand that this round cannot be approved"), required=False)

    def __init__(
        self, *args: Any, plan: Plan, teams: list[SpecialTeam], known: Mapping[str, str], **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        kinds = cast(forms.ChoiceField, self.fields["kind"])
        kinds.choices = [(kind, kind_title(plan, kind)) for kind in kinds_of(plan)]
        self.ask_classes(plan, teams, known, may_stay_out=True)


class AmendRoundForm(ClassesForm):
    """What can be changed while the round is being prepared."""

    version = forms.IntegerField(widget=forms.HiddenInput)
    title = forms.CharField(label=_("Title"), max_length=120)
    cut_off_at = MomentField(label=_("Cut-off"), help_text=_("Anything recorded later does not count."))

    def __init__(
        self, *args: Any, plan: Plan, teams: list[SpecialTeam], known: Mapping[str, str], **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        self.ask_classes(plan, teams, known)


class ReasonForm(forms.Form):
    reason = forms.CharField(label=_("Reason"), max_length=2000, widget=forms.Textarea(attrs={"rows": 3}))


class AbandonForm(ReasonForm):
    """Why a round is abandoned, and the document that decides so."""

    document = forms.CharField(label=_("Document number"), max_length=120)


class OpenCorrectionForm(ReasonForm):
    """What proved wrong with a published result, and the document that decides to correct it."""

    reason = forms.CharField(label=_("What proved wrong"), max_length=2000, widget=forms.Textarea(attrs={"rows": 3}))
    document = forms.CharField(label=_("Document number"), max_length=120)


class TakeInForm(ReasonForm):
    """Why an indicator is no longer left out; `seen`: how many decisions there were."""

    seen = forms.IntegerField(widget=forms.HiddenInput)


class LeaveOutForm(AbandonForm):
    """Why an indicator is left out, and the document that decides so."""

    seen = forms.IntegerField(widget=forms.HiddenInput)


class ScoreForm(forms.Form):
    """How many results there were when the page was opened."""

    seen = forms.IntegerField(widget=forms.HiddenInput)


class ApprovalForm(ScoreForm):
    """The document that approves."""

    document = forms.CharField(label=_("Approval document"), max_length=120)


class SeenForm(forms.Form):
    """What was found in the rows of a check; `seen`: the digest of the rows that the page showed."""

    seen = forms.CharField(widget=forms.HiddenInput)
    note = forms.CharField(label=_("What you found"), max_length=2000, widget=forms.Textarea(attrs={"rows": 3}))


class PublicationForm(forms.Form):
    """The document that publishes, where there is one."""

    document = forms.CharField(label=_("Document number"), max_length=120, required=False)
