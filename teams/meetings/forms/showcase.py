"""Forms about showcases, their steps and copies, and the places of fields."""

from datetime import date
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from governance.lists.text import names_text
from governance.people.models import Township
from governance.records.columns import longest
from governance.records.fields import DayField, needed_at_times, offer_choices, offer_rows
from teams.forms.team import KeepingForm
from teams.models import SpecialAction, SpecialTeam, Task

from ..models import FieldPlace, Requirement, Showcase, ShowcaseCopy, ShowcaseStep
from ..models.showcase import PROVEN_STEPS
from ..showcases.standing import ShowcaseStanding
from ..showcases.steps import Proof


class NewShowcaseForm(forms.ModelForm):
    """A new showcase of a team."""

    class Meta:
        model = Showcase
        fields = ["team", "kind", "title", "year", "text", "source", "started_on"]
        field_classes = {"started_on": DayField}
        widgets = {"text": forms.Textarea(attrs={"rows": 4})}
        help_texts = {
            "title": _("The same title for each kind of it: a pilot that is written up keeps its name."),
            "text": _("In two sentences: what is done, and what it has brought, with figures."),
            "source": _("For a learned practice only: from whom."),
            "started_on": _("For a learned practice: it is reviewed 60 days later."),
        }

    def __init__(self, *args: Any, teams: Any, year: int, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        offer_rows(self, "team", teams)
        needed_at_times(self.fields["source"])
        needed_at_times(self.fields["started_on"])
        self.initial = {"year": year, **self.initial}

    def _post_clean(self) -> None:
        """Build no row: the verb checks the resulting one."""


class ShowcaseForm(KeepingForm):
    """The words of a showcase."""

    class Meta:
        model = Showcase
        fields = ["title", "text", "task", "source", "started_on", "review_on"]
        field_classes = {"started_on": DayField, "review_on": DayField}
        widgets = {"text": forms.Textarea(attrs={"rows": 5})}

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        offer_rows(self, "task", Task.objects.filter(team=self.instance.team_id).order_by("year", "number"))
        if self.instance.kind != Showcase.Kind.LEARNED:
            for name in ("source", "started_on", "review_on"):
                del self.fields[name]
        elif self.instance.steps.exists():
            del self.fields["title"]

    def _post_clean(self) -> None:
        """Build no row: the verb checks the resulting one."""


class ProofForm(forms.Form):
    """When a step was reached, and the document that proves it."""

    on = DayField(label=_("Reached on"))
    level = forms.ChoiceField(
        label=pgettext_lazy("requirement", "Level"),
        required=False,
        choices=[("", _("none")), *Requirement.Level.choices],
    )
    issuer = forms.CharField(label=_("Issued by"), max_length=longest(ShowcaseStep, "issuer"), required=False)
    document = forms.CharField(label=_("Document number"), max_length=longest(ShowcaseStep, "document"), required=False)
    text = forms.CharField(label=_("Remark"), max_length=2000, required=False, widget=forms.Textarea(attrs={"rows": 3}))

    @property
    def proof(self) -> Proof:
        """What the verb takes."""
        data = self.cleaned_data
        return Proof(data["on"], data["level"], data["issuer"], data["document"])


class ProposeStepForm(ProofForm):
    """A step that a showcase has reached."""

    step = forms.ChoiceField(label=_("Step"))

    field_order = ["step", "on", "level", "issuer", "document", "text"]

    def __init__(self, *args: Any, standing: ShowcaseStanding, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        steps = standing.next_steps
        offer_choices(self, "step", [(step.value, step.label) for step in steps])
        proven = [str(step.label) for step in steps if step in PROVEN_STEPS]
        self.fields["step"].help_text = _("Only steps above those already reported can be chosen.")
        for name in ("level", "issuer", "document"):
            needed_at_times(self.fields[name])
        if proven:
            self.fields["level"].help_text = _("Level, issuer and number are needed for: %(steps)s.") % {
                "steps": names_text(proven)
            }


class ConfirmStepForm(ProofForm):
    """What the office found; filled in with what the team reported."""


class StepReasonForm(forms.Form):
    """Why a step is withdrawn."""

    reason = forms.CharField(label=_("Reason"), max_length=500, widget=forms.Textarea(attrs={"rows": 3}))


class CopyForm(forms.Form):
    """Who has taken a showcase over: exactly one of the three."""

    team = forms.ModelChoiceField(
        SpecialTeam.objects.none(), label=_("Special team"), required=False, empty_label=_("None")
    )
    township = forms.ModelChoiceField(
        Township.objects.none(), label=_("Township"), required=False, empty_label=_("None")
    )
    place = forms.CharField(
        label=_("Place elsewhere"),
        max_length=longest(ShowcaseCopy, "place"),
        required=False,
        help_text=_("Such as another county."),
    )
    copied_on = DayField(label=_("Since"))

    def __init__(self, *args: Any, showcase: Showcase, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        teams = SpecialTeam.objects.filter(action=showcase.team.action_id).exclude(pk=showcase.team_id)
        offer_rows(self, "team", teams.order_by("order"))
        offer_rows(self, "township", Township.objects.order_by("order"))
        for name in ("team", "township", "place"):
            needed_at_times(self.fields[name])


class VerdictForm(forms.Form):
    """What became of a learned practice."""

    verdict = forms.ChoiceField(label=_("Verdict"), choices=Showcase.Verdict.choices, widget=forms.RadioSelect)
    version = forms.IntegerField(widget=forms.HiddenInput)


class MonthField(forms.CharField):
    """A month, 2026-09; cleaned to its first day."""

    default_error_messages = {"month": _("Please enter a month, such as 2026-09.")}

    def clean(self, value: Any) -> Any:
        """The first day of the month, or None for an empty text."""
        text = str(super().clean(value)).strip()
        if not text:
            return None
        try:
            return date.fromisoformat(f"{text[:7]}-01")
        except ValueError as fault:
            raise forms.ValidationError(self.error_messages["month"], code="month") from fault


class FieldPlaceForm(forms.Form):
    """The place of a team's field in a month."""

    team = forms.ModelChoiceField(SpecialTeam.objects.none(), label=_("Special team"), empty_label=_("Choose a team"))
    month = MonthField(
        label=pgettext_lazy("ranking", "Month"),
        max_length=10,
        widget=forms.TextInput(attrs={"type": "month", "placeholder": "2026-09"}),
    )
    field = forms.CharField(
        label=pgettext_lazy("ranking", "Field"), max_length=longest(FieldPlace, "field"), help_text=_("What is ranked.")
    )
    place = forms.IntegerField(label=pgettext_lazy("ranking", "Place"), min_value=1, max_value=32_000)
    out_of = forms.IntegerField(label=_("Out of"), min_value=1, max_value=32_000)
    document = forms.CharField(label=_("Document number"), max_length=longest(FieldPlace, "document"))

    def __init__(self, *args: Any, action: SpecialAction, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        offer_rows(self, "team", action.teams.order_by("order"))
