"""Forms about a round: opening it, changing it, and its steps."""

from collections import Counter
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any, cast

from django import forms
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from governance.clock import SHANGHAI
from governance.lists.text import Text
from governance.records.fields import DayField, within_reach
from teams.filters.team import LONGEST_SELECT, search_field

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

FOUND = 20
"""So many teams that were searched are shown."""


class ClassesForm(forms.Form):
    """The class of each team: a select each, class-<code>.

    Of more teams than a select may offer: a select for all teams of a class so far, group-<class>, and one each for the
    teams that are searched (`called`) and those that differ.
    """

    enter = ""
    """What Enter in a field sends."""
    is_grouped = False
    found_words: Text = ""
    """What a search found, where that is not to be seen."""

    def ask_classes(
        self,
        plan: Plan,
        teams: Mapping[str, str],
        known: Mapping[str, str],
        *,
        found: Sequence[str] = (),
        may_stay_out: bool = False,
    ) -> None:
        """Add the selects for `teams` (code -> name, in document order).

        `known` gives the classes so far by team code, `found` the codes of the teams that were searched;
        `may_stay_out` offers none.
        """
        names = class_titles(plan)
        choices: list[tuple[str, Text]] = [(code, names.get(code, code)) for code in classes_of(plan)]
        first = choices[0][0]
        if len(choices) > 1:
            first, choices = "", [("", _("Choose")), *choices]
        offered = dict(choices)
        self.so_far = {code: known[code] if known.get(code) in offered else first for code in teams}
        self.is_grouped = len(teams) > LONGEST_SELECT
        own = list(teams)
        if self.is_grouped:
            self._ask_groups(choices)
            own = self._differing(found) if len(choices) > 1 else []
            self._tell_found(found)
        if may_stay_out:
            choices = [*choices, (_OUTSIDE, _("Not in this round: it did not exist on the last day"))]
        for code in own:
            self.fields[f"class-{code}"] = forms.ChoiceField(
                label=teams[code], choices=choices, initial=self._sent(f"group-{self.so_far[code]}", self.so_far[code])
            )
        self.own_codes = own

    def _ask_groups(self, choices: list[tuple[str, Text]]) -> None:
        """A select for all the teams of each class so far, and one for those without; then what is searched."""
        count = Counter(self.so_far.values())
        for code, name in choices:
            if not count[code]:
                continue
            words = ngettext("%(class)s so far: %(count)d team", "%(class)s so far: %(count)d teams", count[code])
            if not code:
                words = ngettext("No class so far: %(count)d team", "No class so far: %(count)d teams", count[code])
            label = words % {"class": name, "count": count[code]}
            self.fields[f"group-{code}"] = forms.ChoiceField(label=label, choices=choices, initial=code)
        if len(choices) > 1:
            self.enter = "find"
            self.fields["called"] = forms.CharField(
                label=_("Teams in another class"),
                required=False,
                max_length=80,
                widget=search_field(_("Name or code")),
                help_text=_("Search for a team to choose its class alone."),
            )

    def _sent(self, name: str, otherwise: str) -> str:
        """What a form that was sent says in a field."""
        return str((self.data if self.is_bound else self.initial).get(name, otherwise))

    def _differing(self, found: Sequence[str]) -> list[str]:
        """The codes of the teams with a class of their own: as sent, or found; one like its group only where found."""
        own = []
        for code, so_far in self.so_far.items():
            sent = self._sent(f"class-{code}", "")
            differs = sent and (self.is_bound or sent != self._sent(f"group-{so_far}", so_far))
            if differs or code in found[:FOUND]:
                own.append(code)
        return own

    def _tell_found(self, found: Sequence[str]) -> None:
        word = self._sent("called", "")
        if word and not self.is_bound and not found:
            self.found_words = _("No team is called “%(word)s”.") % {"word": word}
        elif len(found) > FOUND:
            self.found_words = _("More than %(count)d teams are called so. Type more of the name.") % {"count": FOUND}

    def classes(self) -> dict[str, str]:
        """Team code -> class, for the teams that were given one."""
        said = self.cleaned_data
        chosen = {code: said.get(f"class-{code}") or said[f"group-{group}"] for code, group in self.so_far.items()}
        return {code: team_class for code, team_class in chosen.items() if team_class != _OUTSIDE}

    def group_fields(self) -> list[forms.BoundField]:
        """The bound selects of all teams of a class."""
        return [self[name] for name in self.fields if name.startswith("group-")]

    def class_fields(self) -> list[forms.BoundField]:
        """The bound selects of single teams in document order."""
        return [self[f"class-{code}"] for code in self.own_codes]


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
        self,
        *args: Any,
        plan: Plan,
        teams: Mapping[str, str],
        known: Mapping[str, str],
        found: Sequence[str] = (),
        **kwargs: Any,
    ) -> None:
        super().__init__(*args, **kwargs)
        kinds = cast(forms.ChoiceField, self.fields["kind"])
        kinds.choices = [(kind, kind_title(plan, kind)) for kind in kinds_of(plan)]
        self.ask_classes(plan, teams, known, found=found, may_stay_out=True)


class AmendRoundForm(ClassesForm):
    """What can be changed while the round is being prepared."""

    enter = "save"
    version = forms.IntegerField(widget=forms.HiddenInput)
    title = forms.CharField(label=_("Title"), max_length=120)
    cut_off_at = MomentField(label=_("Cut-off"), help_text=_("Anything recorded later does not count."))

    def __init__(
        self,
        *args: Any,
        plan: Plan,
        teams: Mapping[str, str],
        known: Mapping[str, str],
        found: Sequence[str] = (),
        **kwargs: Any,
    ) -> None:
        super().__init__(*args, **kwargs)
        self.ask_classes(plan, teams, known, found=found)


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
