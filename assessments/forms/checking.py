"""Forms of the checking days: a team's question, the centre's answer; and a team's own points."""

from collections.abc import Sequence
from typing import Any, cast

from django import forms
from django.http import QueryDict
from django.utils.translation import gettext, pgettext_lazy
from django.utils.translation import gettext_lazy as _

from governance.lists.text import Text, points_text
from governance.records.fields import FilesField, needed_at_times

from ..checking.facts import Fact
from ..checking.self_scores import OwnPoints
from ..engine.plan import Indicator as PlannedIndicator
from ..figures.entry import Entry
from ..measures import Because
from ..measures.corrections import Correction, choices_of, frozen, keys_of
from ..rounds.row_offers import RowOffer
from ..words.plans import title_of
from .entry import number_input, value_field

_AS_FROZEN = ""
_SET_ASIDE = "set_aside"


def text_field(label: Any, *, rows: int = 3, **kwargs: Any) -> forms.CharField:
    """A text of several lines."""
    return forms.CharField(label=label, max_length=2000, widget=forms.Textarea(attrs={"rows": rows}), **kwargs)


class AskForm(forms.Form):
    """A question about one fact."""

    row = forms.ChoiceField(label=_("Which row"), required=False)
    reason = text_field(_("Why it is not right"))
    files = FilesField(  # type: ignore[assignment]  # the metaclass takes fields out of the class
        label=_("What proves it"), required=False
    )
    seen = forms.IntegerField(widget=forms.HiddenInput)

    def __init__(self, *args: Any, fact: Fact, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        rows = [(key, f"{line.name}{_colon()}{line.because}") for key, line in fact.row_choices]
        if not rows:
            del self.fields["row"]
            return
        cast(forms.ChoiceField, self.fields["row"]).choices = [("", _("The fact as a whole")), *rows]


def _colon() -> str:
    return gettext(": ")


class AnswerForm(forms.Form):
    """The answer to a question: the fact stands, or it is corrected as the other fields say."""

    STANDS, CORRECTED = "stands", "corrected"

    outcome = forms.ChoiceField(
        label=pgettext_lazy("question", "Answer"),
        choices=[(STANDS, _("The fact stands")), (CORRECTED, _("It is corrected as entered here"))],
        widget=forms.RadioSelect,
    )
    answer = text_field(_("Answer to the team"))
    version = forms.IntegerField(widget=forms.HiddenInput)
    seen = forms.IntegerField(widget=forms.HiddenInput)

    @property
    def corrects(self) -> bool:
        """Whether the fact is corrected."""
        return bool(self.cleaned_data["outcome"] == self.CORRECTED)


class FactStandsForm(AnswerForm):
    """The answer about an event or a veto, which is not corrected here."""

    outcome = forms.ChoiceField(initial=AnswerForm.STANDS, choices=[(AnswerForm.STANDS, "")], widget=forms.HiddenInput)


class FigureAnswerForm(AnswerForm):
    """The answer about a figure: its next number on a document."""

    document = forms.CharField(label=_("Document number"), max_length=120, required=False)
    basis = text_field(_("Basis"), rows=2, required=False)
    confirm = forms.CharField(label=_("Yes, that is correct."), required=False, max_length=40)
    field_order = ["outcome", "value", "target", "confirm", "document", "basis", "answer"]

    def __init__(self, *args: Any, planned: PlannedIndicator, fact: Fact, value: str, target: str, **kwargs: Any):
        super().__init__(*args, **kwargs)
        self.fields["value"] = value_field(planned)
        self.fields["value"].initial = value
        if planned.rule.parameters.needs_target:
            target_field = forms.CharField(label=_("Own target"), max_length=40, required=False, widget=number_input())
            target_field.initial = target
            self.fields["target"] = target_field
        for name in ("document", "basis"):
            needed_at_times(self.fields[name])
        self.order_fields(self.field_order)

    def entry(self) -> Entry:
        """What was entered."""
        data = self.cleaned_data
        return Entry(data["value"], data.get("target", ""), data["confirm"])


class RowsForm(forms.Form):
    """A measured value: what each row counts as, and a row that is added with a document."""

    seen = forms.IntegerField(widget=forms.HiddenInput)
    basis = text_field(_("Basis of the correction"), rows=2, required=False)
    title = forms.CharField(label=_("Add a row: what it is"), max_length=200, required=False)
    because = forms.ChoiceField(label=_("It counts as"), required=False)
    document = forms.CharField(label=_("Document number of the added row"), max_length=120, required=False)

    def __init__(self, *args: Any, fact: Fact, **kwargs: Any):
        super().__init__(*args, **kwargs)
        assert fact.measured is not None and fact.behind is not None, "the form is for a measured value"
        needed_at_times(self.fields["basis"])
        self.fact, measure = fact, fact.behind.measure
        stored = fact.measured["rows"]
        self.keys = keys_of(stored)
        before = {one["row"]: one for one in fact.corrections}
        originals = iter(frozen(stored))
        self.added: dict[str, Correction] = {}
        choices: list[tuple[str, Text]]
        for place, (key, row) in enumerate(zip(self.keys, stored, strict=True)):
            if row.get("kind") == "added":
                self.added[key] = Correction(key, row["because"], row["document"], is_added=True)
                choices = [(row["because"], Because(row["because"]).label), (_SET_ASIDE, _("Remove this row"))]
                initial = row["because"]
            else:
                was = next(originals)
                choices = [
                    (_AS_FROZEN, _("As frozen: %(because)s") % {"because": Because(was["because"]).label}),
                    (_SET_ASIDE, _("Does not count")),
                    *(
                        (str(one), _("Counts as: %(because)s") % {"because": one.label})
                        for one in choices_of(measure, was)
                        if one != was["because"]
                    ),
                ]
                decided = before.get(key)
                initial = _AS_FROZEN if decided is None else decided["because"] or _SET_ASIDE
            field = forms.ChoiceField(label=_("What becomes of it"), choices=choices, required=False, initial=initial)
            self.fields[f"row-{place}"] = field
        offered = choices_of(measure)
        if not offered:
            for name in ("title", "because", "document"):
                del self.fields[name]
            return
        cast(forms.ChoiceField, self.fields["because"]).choices = [
            ("", _("Choose")),
            *((str(one), one.label) for one in offered),
        ]

    def rows(self) -> list[tuple[Any, forms.BoundField]]:
        """Each row as text, with its choice."""
        lines = [line for _key, line in self.fact.row_choices]
        return [(line, self[f"row-{place}"]) for place, line in enumerate(lines)]

    def added_fields(self) -> list[forms.BoundField]:
        """What says of a row that is added."""
        return [self[name] for name in ("title", "because", "document") if name in self.fields]

    def corrections(self) -> list[Correction]:
        """All corrections that stand from now on."""
        found: list[Correction] = []
        before = {one["row"]: one["document"] for one in self.fact.corrections}
        for place, key in enumerate(self.keys):
            choice = self.cleaned_data[f"row-{place}"]
            if key in self.added:
                found += [self.added[key]] if choice != _SET_ASIDE else []
            elif choice != _AS_FROZEN:
                because = "" if choice == _SET_ASIDE else choice
                found.append(Correction(key, because, before.get(key, "")))
        data = self.cleaned_data
        if data.get("title") or data.get("document") or data.get("because"):
            found.append(Correction(data["title"].strip(), data["because"], data["document"].strip(), is_added=True))
        return found


class RowsAnswerForm(RowsForm, AnswerForm):
    """The answer about a measured value."""


class RowOffersForm(forms.Form):
    """For each correction of another round: it is taken over, or declined with a reason; nothing chosen leaves it."""

    TAKE, DECLINE = "take", "decline"

    seen = forms.CharField(widget=forms.HiddenInput, required=False)

    def __init__(self, *args: Any, offers: Sequence[RowOffer], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.offers = offers
        self.fields["seen"].initial = self.opened_on()
        for offer in offers:
            key = offer.decision.pk
            self.fields[f"choice-{key}"] = forms.ChoiceField(
                label=_("What becomes of it here"),
                choices=[(self.TAKE, _("Take over")), (self.DECLINE, _("Decline, with a reason"))],
                required=False,
                widget=forms.RadioSelect,
            )
            self.fields[f"reason-{key}"] = text_field(_("Why it is not taken over"), rows=2, required=False)
            needed_at_times(self.fields[f"reason-{key}"])

    def rows(self) -> list[tuple[RowOffer, forms.BoundField, forms.BoundField]]:
        """Each offer with its two fields."""
        return [(one, self[f"choice-{one.decision.pk}"], self[f"reason-{one.decision.pk}"]) for one in self.offers]

    def taken(self) -> list[int]:
        """The ids of the decisions that are taken over."""
        return [key for key in self._keys() if self.cleaned_data[f"choice-{key}"] == self.TAKE]

    def declined_for(self) -> dict[int, str]:
        """The ids of those that are declined, with the reasons; one with a reason alone is declined as well."""
        found = {key: self.cleaned_data[f"reason-{key}"] for key in self._keys()}
        declines = {key for key in found if self.cleaned_data[f"choice-{key}"] == self.DECLINE}
        return {key: why for key, why in found.items() if key in declines or why.strip()}

    def opened_on(self) -> str:
        """The ids of what is open now, as one word."""
        return ".".join(str(key) for key in self._keys())

    def show_again(self) -> None:
        """After a stale form, show what is open now, so that sending again decides about that."""
        data = cast(QueryDict, self.data).copy()
        data[self.add_prefix("seen")] = self.opened_on()
        self.data = data

    def _keys(self) -> list[int]:
        return [one.decision.pk for one in self.offers]


class SelfScoreForm(forms.Form):
    """A team's own points, a field for each indicator."""

    def __init__(self, *args: Any, own: Sequence[OwnPoints], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.own = own
        for one in own:
            label = f"{one.planned.code} {title_of(one.planned)}"
            field = forms.CharField(label=label, max_length=20, required=False, widget=number_input())
            field.initial = "" if one.points is None else points_text(one.points.normalize())
            self.fields[f"points-{one.planned.code}"] = field
            seen = forms.IntegerField(widget=forms.HiddenInput, required=False, initial=one.number)
            self.fields[f"seen-{one.planned.code}"] = seen

    def rows(self) -> list[tuple[OwnPoints, str, forms.BoundField]]:
        """Each indicator with its title and field."""
        return [(one, title_of(one.planned), self[f"points-{one.planned.code}"]) for one in self.own]

    def seen_fields(self) -> list[forms.BoundField]:
        """The hidden numbers of what was shown."""
        return [self[f"seen-{one.planned.code}"] for one in self.own]

    def opened_on(self) -> str:
        """The numbers that stand now, as one word: text typed on others is never put back by itself."""
        return ".".join(str(one.number) for one in self.own)

    def points(self) -> dict[str, str]:
        """The typed points by indicator code."""
        return {one.planned.code: self.cleaned_data[f"points-{one.planned.code}"] for one in self.own}

    def seen(self) -> dict[str, int]:
        """The numbers that the form showed, by indicator code."""
        return {one.planned.code: self.cleaned_data[f"seen-{one.planned.code}"] or 0 for one in self.own}

    def show_again(self) -> None:
        """After a stale form, show the present numbers, so that sending again overwrites deliberately."""
        data = cast(QueryDict, self.data).copy()
        for one in self.own:
            data[self.add_prefix(f"seen-{one.planned.code}")] = str(one.number)
        self.data = data
