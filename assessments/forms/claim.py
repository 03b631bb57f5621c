"""Forms about claims: filing one, and what becomes of it."""

from collections.abc import Iterator, Sequence
from typing import Any, TypedDict, cast

from django import forms
from django.utils.translation import gettext, pgettext_lazy
from django.utils.translation import gettext_lazy as _

from governance.lists.text import count_text, names_text
from governance.records.columns import longest
from governance.records.fields import DayField, offer_choices, offer_rows
from teams.models import SpecialTeam

from ..claims.doubts import known_matters, near_titles
from ..claims.effect import lower_levels
from ..models import AdoptedPlan, Claim, Indicator
from ..words.claims import level_words
from ..words.methods import best_first
from ..words.plans import plain_word, title_of


class CountsAs(TypedDict, total=False):
    """What a claim counts towards: a plan's indicator at a level, or a veto of it."""

    plan: AdoptedPlan
    indicator: Indicator
    level: str
    veto: str


class ClaimForm(forms.Form):
    """A bonus, a deduction or a veto for one team, with its document."""

    team = forms.ModelChoiceField(
        SpecialTeam.objects.none(), label=_("Special team"), empty_label=_("Choose"), to_field_name="code"
    )
    counts_as = forms.ChoiceField(label=_("Counts towards"))
    matter = forms.CharField(
        label=_("Matter"),
        max_length=longest(Claim, "matter"),
        help_text=_(
            "A matter counts once a year, at its highest level. Use the same title when it reaches another one."
        ),
    )
    is_new = forms.BooleanField(label=_("This is another matter"), required=False)
    document = forms.CharField(label=_("Document number"), max_length=longest(Claim, "document"))
    issuer = forms.CharField(label=_("Issued by"), max_length=longest(Claim, "issuer"), required=False)
    on = DayField(label=pgettext_lazy("claim", "Day"), help_text=_("The day of the document or of the event."))
    basis = forms.CharField(
        label=pgettext_lazy("claim", "What happened"), max_length=2000, widget=forms.Textarea(attrs={"rows": 3})
    )

    def __init__(self, *args: Any, teams: Any, plans: Sequence[AdoptedPlan], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.meanings: dict[str, CountsAs] = {}
        offer_rows(self, "team", teams)
        cast(forms.ChoiceField, self.fields["counts_as"]).choices = [("", _("Choose")), *self._choices(plans)]
        if not self.is_bound:
            del self.fields["is_new"]

    def counted(self) -> CountsAs:
        """Plan, indicator and level, or the veto, as the verb takes them."""
        return self.meanings[self.cleaned_data["counts_as"]]

    def clean(self) -> dict[str, Any]:
        """Ask once whether a matter with nearly the title of another one is the same."""
        data: dict[str, Any] = super().clean() or {}
        near = (
            near_titles(data["matter"], known_matters(data["team"])) if data.get("matter") and data.get("team") else []
        )
        if near and not data.get("is_new"):
            words = gettext(
                "Nearly the same title: %(titles)s. If it is the same matter, use that title; else tick below."
            )
            self.add_error("matter", words % {"titles": names_text(near)})
        elif not near:
            del self.fields["is_new"]
        return data

    def _choices(self, plans: Sequence[AdoptedPlan]) -> Iterator[tuple[str, list[tuple[str, str]]]]:
        """What a claim can count towards: the levels of each bonus and deduction, and the vetoes, plan by plan."""
        words = gettext("%(level)s: %(points)s points")
        for plan in plans:
            rules, name = plan.rules, f"{plan} · " if len(plans) > 1 else ""
            for row in plan.indicators.filter(source="events"):
                levels = rules.levels(row.code)
                yield (
                    f"{name}{row}",
                    [
                        self._option(
                            words % {"level": plain_word(level), "points": count_text(levels[level])},
                            {"plan": plan, "indicator": row, "level": level},
                        )
                        for level in best_first(levels)
                    ],
                )
            if rules.vetoes:
                vetoes = [self._option(title_of(veto), {"plan": plan, "veto": veto.code}) for veto in rules.vetoes]
                yield name + gettext("Vetoes"), vetoes

    def _option(self, words: str, meaning: CountsAs) -> tuple[str, str]:
        """A choice, and its meaning for the verb; its key stays the same when plans are adopted."""
        row = meaning.get("indicator")
        kept = f"{row.code}:{meaning['level']}" if row else f":{meaning['veto']}"
        key = f"{meaning['plan'].pk}:{kept}"
        self.meanings[key] = meaning
        return key, words


class StepForm(forms.Form):
    """A step of a claim with its reason; refused where the claim has changed since the page was opened."""

    version = forms.IntegerField(widget=forms.HiddenInput)
    reason = forms.CharField(label=_("Reason"), max_length=2000, widget=forms.Textarea(attrs={"rows": 3}))

    def __init__(self, *args: Any, claim: Claim, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.initial = {"version": claim.version, **self.initial}


class AnswerForm(StepForm):
    """What a team says about a claim that others filed."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["reason"].label = pgettext_lazy("claim", "Answer")


class WithdrawForm(StepForm):
    """The reason is needed once the claim is approved."""

    def __init__(self, *args: Any, claim: Claim, **kwargs: Any) -> None:
        super().__init__(*args, claim=claim, **kwargs)
        self.fields["reason"].required = not claim.is_undecided


class ApproveForm(StepForm):
    """The matter and the level as the document proves them."""

    matter = forms.CharField(label=_("Matter"), max_length=longest(Claim, "matter"))
    level = forms.ChoiceField(label=_("Level"))
    field_order = ("matter", "level", "reason")

    def __init__(self, *args: Any, claim: Claim, **kwargs: Any) -> None:
        super().__init__(*args, claim=claim, **kwargs)
        self.initial = {"matter": claim.matter, "level": claim.level, **self.initial}
        if claim.indicator is None:
            del self.fields["level"]
        else:
            levels = claim.plan.rules.levels(claim.indicator.code)
            offer_choices(self, "level", [(level, level_words(level)) for level in best_first(levels)])
            reason = cast(forms.CharField, self.fields["reason"])
            reason.required = False
            reason.help_text = _("Needed where the level is not the one that was filed.")


class LowerForm(StepForm):
    """A level below the present one."""

    level = forms.ChoiceField(label=_("Level"))
    field_order = ("level", "reason")

    def __init__(self, *args: Any, claim: Claim, **kwargs: Any) -> None:
        super().__init__(*args, claim=claim, **kwargs)
        offer_choices(self, "level", [(level, level_words(level)) for level in lower_levels(claim)])
