"""Forms of appeals: a team's appeal, and the centre's decision with what is corrected."""

from collections.abc import Iterable, Sequence
from functools import cached_property
from hashlib import sha256
from typing import Any, cast

from django import forms
from django.http import QueryDict
from django.utils.translation import gettext, pgettext_lazy
from django.utils.translation import gettext_lazy as _

from governance.lists.text import Text
from governance.records.fields import FilesField, needed_at_times
from governance.records.verbs import canonical

from ..appeals.corrections import (
    ClaimCorrected,
    Correction,
    FigureCorrected,
    MarksSetAside,
    RowsCorrected,
    TallyCorrected,
)
from ..appeals.filing import Subject, Subjects
from ..claims.effect import lower_levels
from ..models import Appeal, Claim, ResultCorrection, Seat, VoterGroup
from ..states import AppealMatter, ClaimState
from ..words.claims import level_words
from .checking import AnswerForm, FactStandsForm, FigureAnswerForm, RowsAnswerForm, text_field
from .vote import read_marks

DISMISS, ALLOW = AnswerForm.STANDS, AnswerForm.CORRECTED


class AppealForm(forms.Form):
    """An appeal: against an indicator, a veto, or the grade because of one of them."""

    about = forms.ChoiceField(label=_("What you appeal against"))
    wrong = forms.CharField(label=pgettext_lazy("appeal", "What is wrong"), max_length=200)
    reason = text_field(_("Why it is wrong"))
    wanted = forms.CharField(label=_("Which value would be right"), max_length=200)
    files = FilesField(  # type: ignore[assignment]  # the metaclass takes fields out of the class
        label=_("What proves it"), required=False
    )
    seen = forms.IntegerField(widget=forms.HiddenInput)

    def __init__(self, *args: Any, subjects: Subjects, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        known = list(subjects.facts)
        open_ = [one for one in known if not subjects.why_not(one.matter, one.code)]
        groups: list[tuple[Text, list[Subject], AppealMatter | None]] = [
            (_("Indicators"), [one for one in open_ if one.matter == AppealMatter.INDICATOR], None),
            (_("Vetoes"), [one for one in open_ if one.matter == AppealMatter.VETO], None),
        ]
        if known and not subjects.why_not(AppealMatter.GRADE, known[0].code):
            groups.append((_("The grade, because this fact is wrong"), known, AppealMatter.GRADE))
        offered = [(title, [_choice(one, matter) for one in facts]) for title, facts, matter in groups if facts]
        self.is_empty = not offered
        cast(forms.ChoiceField, self.fields["about"]).choices = [("", _("Choose")), *offered]

    def said(self) -> dict[str, Any]:
        """The appeal as the verb takes it."""
        data = dict(self.cleaned_data)
        matter, _sep, fact = data.pop("about").partition("|")
        return data | {"matter": matter, "fact": fact}


def _choice(subject: Subject, matter: str | None) -> tuple[str, str]:
    words = subject.title if subject.indicator is None else f"{subject.code} {subject.title}"
    if subject.points:
        words += gettext(" (%(points)s points)") % {"points": subject.points}
    return f"{matter or subject.matter}|{subject.code}", words


class DecisionForm(AnswerForm):
    """The decision of an appeal: dismissed, or allowed with what the other fields correct."""

    previewed = forms.CharField(required=False, max_length=64, widget=forms.HiddenInput)

    def __init__(self, *args: Any, appeal: Appeal, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.appeal = appeal
        if isinstance(self.fields["outcome"].widget, forms.RadioSelect):
            field = cast(forms.ChoiceField, self.fields["outcome"])
            field.label = pgettext_lazy("appeal", "Decision")
            field.choices = [
                (DISMISS, _("Dismissed: the fact stands")),
                (ALLOW, _("Allowed: it is corrected as entered here")),
            ]
        self.fields["answer"].label = _("Reasons")

    @property
    def reasons(self) -> str:
        return str(self.cleaned_data["answer"])

    def correction(self) -> Correction:
        """What is corrected."""
        raise NotImplementedError

    def fields_of_correction(self) -> list[forms.BoundField]:
        """The inputs that say what is corrected, where no table shows them."""
        return []

    def fingerprint(self, result: int) -> str:
        """What was entered against which result, as one word: a preview of it is a preview of nothing else."""
        left_out = ("answer", "previewed")
        entered = {name: str(value) for name, value in self.cleaned_data.items() if name not in left_out}
        return sha256(canonical({"result": result, **entered}).encode()).hexdigest()

    def show_previewed(self, result: int) -> None:
        """Show the form again as one whose preview stands beside it."""
        data = cast(QueryDict, self.data).copy()
        data[self.add_prefix("previewed")] = self.fingerprint(result)
        self.data = data


class DismissForm(DecisionForm, FactStandsForm):
    """The decision about a fact of which nothing can be corrected."""


class YearDecisionForm(DecisionForm):
    """The decision about an appeal in the notice of a year: allowed, the correction of the round is opened."""

    document = forms.CharField(
        label=_("Number of the document that decides the correction, if allowed"), max_length=120, required=False
    )

    def __init__(self, *args: Any, opened: ResultCorrection | None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.opened = opened
        words: Text = _("Allowed: the correction of the round's result is opened")
        if opened is not None:
            del self.fields["document"]
            words = _("Allowed: corrected with correction No. %(number)d, which is open") % {"number": opened.number}
        else:
            needed_at_times(self.fields["document"])
        cast(forms.ChoiceField, self.fields["outcome"]).choices = [
            (DISMISS, _("Dismissed: the fact stands")),
            (ALLOW, words),
        ]

    def fields_of_correction(self) -> list[forms.BoundField]:
        return [self["document"]] if self.opened is None else []


class RowsDecisionForm(DecisionForm, RowsAnswerForm):
    """The decision about a measured value, by its rows."""

    def correction(self) -> RowsCorrected:
        data = self.cleaned_data
        return RowsCorrected(self.corrections(), data["basis"], data["seen"])


class FigureDecisionForm(DecisionForm, FigureAnswerForm):
    """The decision about a figure."""

    def correction(self) -> FigureCorrected:
        data = self.cleaned_data
        return FigureCorrected(self.entry(), data["document"], data["basis"], data["seen"])


class ClaimDecisionForm(DecisionForm):
    """The decision about a bonus, a deduction or a veto: what becomes of which claim."""

    becomes = forms.ChoiceField(label=_("What becomes of it"), required=False)

    def __init__(self, *args: Any, claims: Iterable[Claim], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.claims = {claim.pk: claim for claim in claims}
        needed_at_times(self.fields["becomes"])
        cast(forms.ChoiceField, self.fields["becomes"]).choices = [
            ("", _("Choose")),
            *((claim.matter, list(_fates(claim))) for claim in self.claims.values()),
        ]

    def clean_becomes(self) -> str:
        chosen = str(self.cleaned_data["becomes"])
        if not chosen and self.data.get("outcome") == ALLOW:
            raise forms.ValidationError(_("Choose what becomes of it."))
        return chosen

    def fields_of_correction(self) -> list[forms.BoundField]:
        return [self["becomes"]]

    def correction(self) -> ClaimCorrected:
        key, act, level = self.cleaned_data["becomes"].split("|", 2)
        reason = self.reasons or "-"
        return ClaimCorrected(self.claims[int(key)], level, reason, withdraw=act == "withdraw")


def _fates(claim: Claim) -> Iterable[tuple[str, Text]]:
    if claim.state == ClaimState.REJECTED:
        levels = claim.plan.rules.levels(claim.indicator.code) if claim.indicator else [""]
        for level in levels:
            words = (
                _("Approved after all: %(level)s") % {"level": level_words(level)} if level else _("Approved after all")
            )
            yield f"{claim.pk}|approve|{level}", words
        return
    for level in lower_levels(claim):
        yield f"{claim.pk}|lower|{level}", _("Lowered to: %(level)s") % {"level": level_words(level)}
    yield f"{claim.pk}|withdraw|", _("Withdrawn")


class MarksDecisionForm(DecisionForm):
    """The decision about judges' marks: those of a judge tied to the team are set aside; no mark is discussed."""

    seat = forms.ChoiceField(label=_("Judge whose marks are set aside"), required=False)
    tie = forms.CharField(label=_("The tie that was found"), max_length=200, required=False)

    def __init__(self, *args: Any, seats: Sequence[Seat], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.seats = {str(seat.pk): seat for seat in seats}
        for name in ("seat", "tie"):
            needed_at_times(self.fields[name])
        choices = [(key, f"{seat.label} {seat.person}") for key, seat in self.seats.items()]
        cast(forms.ChoiceField, self.fields["seat"]).choices = [("", _("Choose")), *choices]

    def clean(self) -> dict[str, Any]:
        data: dict[str, Any] = super().clean() or {}
        if data.get("outcome") == ALLOW:
            if not data.get("seat"):
                self.add_error("seat", _("Choose the judge."))
            if not (data.get("tie") or "").strip():
                self.add_error("tie", _("Name the tie."))
        return data

    def fields_of_correction(self) -> list[forms.BoundField]:
        return [self["seat"], self["tie"]]

    def correction(self) -> MarksSetAside:
        return MarksSetAside(self.seats[self.cleaned_data["seat"]], self.cleaned_data["tie"])


class TallyDecisionForm(DecisionForm):
    """The decision about votes: an error of counting in one group is corrected."""

    group = forms.ChoiceField(label=_("Group that was counted wrong"), required=False)
    marks = forms.CharField(
        label=_("Marks and how many"),
        max_length=1000,
        required=False,
        help_text=_("Each mark and how many gave it: 95x3, 80x2."),
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )
    document = forms.CharField(label=_("Document number"), max_length=120, required=False)
    basis = text_field(_("Basis"), rows=2, required=False)

    def __init__(self, *args: Any, groups: Sequence[tuple[VoterGroup, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.groups = {str(group.pk): group for group, _words in groups}
        for name in ("group", "marks", "document", "basis"):
            needed_at_times(self.fields[name])
        choices = [(str(group.pk), words) for group, words in groups]
        cast(forms.ChoiceField, self.fields["group"]).choices = [("", _("Choose")), *choices]

    def clean_group(self) -> str:
        chosen = str(self.cleaned_data["group"])
        if not chosen and self.data.get("outcome") == ALLOW:
            raise forms.ValidationError(_("Choose the group."))
        return chosen

    def fields_of_correction(self) -> list[forms.BoundField]:
        return [self[name] for name in ("group", "marks", "document", "basis")]

    @cached_property
    def counts(self) -> dict[str, int]:
        """How many gave each mark. Raises Invalid where they cannot be read."""
        counts: dict[str, int] = {}
        for mark, count in read_marks(self.cleaned_data["marks"], "marks"):
            counts[mark] = counts.get(mark, 0) + count
        return counts

    def correction(self) -> TallyCorrected:
        data = self.cleaned_data
        return TallyCorrected(self.groups[data["group"]], self.counts, data["document"], data["basis"])
