"""Forms of votes: the centre prints, closes and enters; a voter fills in a ballot."""

import re
from collections.abc import Mapping
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from governance.lists.text import Text
from governance.records.import_page import UploadForm
from governance.records.refusals import Invalid

from ..models import RoundTeam
from ..votes.ballots import Ballot, Question
from ..votes.slips import FEW, MOST
from ..votes.tallies import line_field
from .round import MomentField

_MARK = re.compile(r"([0-9]{1,3})\s*(?:x\s*([0-9]{1,6}))?")
"""A mark, and how many gave it."""


class SlipsForm(forms.Form):
    """How many slips, until when; whether few are meant is asked once few are wanted."""

    count = forms.IntegerField(
        label=_("Number of slips"),
        min_value=1,
        max_value=MOST,
        help_text=_("As many as there are voters. Eight fit on a page."),
        widget=forms.NumberInput(attrs={"class": "input input-short"}),
    )
    ends_at = MomentField(label=_("Voting ends"), help_text=_("It is printed on the slips; later ones do not count."))
    confirmed = forms.BooleanField(
        label=_("Print fewer than 5 slips, although it can be guessed who voted how"), required=False
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        wanted = str(self.data.get("count", "")).strip() if self.is_bound else ""
        if not wanted.isdigit() or int(wanted[:9]) >= FEW:
            del self.fields["confirmed"]


class ReprintForm(SlipsForm):
    """How many new slips, and why the old ones are void."""

    version = forms.IntegerField(widget=forms.HiddenInput)
    reason = forms.CharField(label=_("Reason"), max_length=2000, widget=forms.Textarea(attrs={"rows": 2}))
    field_order = ("version", "count", "reason", "confirmed")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        del self.fields["ends_at"]


class CloseGroupForm(forms.Form):
    """Why a group is closed before its end, or although nobody voted."""

    version = forms.IntegerField(widget=forms.HiddenInput)
    reason = forms.CharField(
        label=_("Reason"),
        max_length=2000,
        required=False,
        help_text=_("Needed before the end, and where nobody voted."),
        widget=forms.Textarea(attrs={"rows": 2}),
    )


class CollectedForm(forms.Form):
    """What is said about a tally as a whole."""

    cast = forms.IntegerField(
        label=_("Slips collected"),
        min_value=0,
        max_value=100_000,
        widget=forms.NumberInput(attrs={"class": "input input-short"}),
    )
    document = forms.CharField(label=_("Document number"), max_length=120)
    basis = forms.CharField(
        label=_("Basis"),
        max_length=2000,
        required=False,
        help_text=_("Who counted and when; if nobody voted, why."),
        widget=forms.Textarea(attrs={"rows": 2}),
    )


class TallyUploadForm(UploadForm, CollectedForm):
    """A workbook with the tally of a group, and what is said about it as a whole."""

    field_order = ("file", "cast", "document", "basis")


class TallyForm(CollectedForm):
    """A group's tally: a number for each team and mark; without choices, marks written as 95x3, 80x2."""

    seen = forms.IntegerField(widget=forms.HiddenInput)
    field_order = ("seen",)

    def __init__(self, *args: Any, ballot: Ballot, known: Mapping[tuple[str, int, str], int], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.ballot = ballot
        for question, seat in ballot.lines():
            for mark, name in self._columns(question).items():
                key = (question.indicator.code, seat.team_id)
                field = _count_field() if question.is_choice else _marks_field()
                field.label = f"{seat.team.short_name} · {question.title}" + (f" · {name}" if name else "")
                field.initial = known.get((*key, mark)) if question.is_choice else _written(question, key, known)
                self.fields[_cell(*key, mark)] = field

    def questions(
        self,
    ) -> list[tuple[Question, list[Text], list[tuple[RoundTeam, list[tuple[Text, forms.BoundField]]]]]]:
        """Each question with the heads of its columns, and its lines: the team and, under each head, its input."""
        return [
            (one, self._heads(one), [(seat, self._inputs(one, seat)) for seat in one.teams])
            for one in self.ballot.questions
        ]

    def _heads(self, question: Question) -> list[Text]:
        return list(question.marks.values()) if question.is_choice else [_("Marks and how many")]

    def _inputs(self, question: Question, seat: RoundTeam) -> list[tuple[Text, forms.BoundField]]:
        inputs = [self[_cell(question.indicator.code, seat.team_id, mark)] for mark in self._columns(question)]
        return list(zip(self._heads(question), inputs, strict=True))

    def head(self) -> list[forms.BoundField]:
        """The fields about the tally as a whole."""
        return [self[name] for name in ("cast", "document", "basis")]

    def counts(self) -> dict[tuple[str, int, str], int]:
        """What was entered, by indicator, team and mark. Raises Invalid for marks that cannot be read."""
        found: dict[tuple[str, int, str], int] = {}
        for question, seat in self.ballot.lines():
            key = (question.indicator.code, seat.team_id)
            for mark in self._columns(question):
                entered = self.cleaned_data[_cell(*key, mark)]
                if question.is_choice:
                    found[(*key, mark)] = entered or 0
                    continue
                for written, count in read_marks(entered, _cell(*key, mark)):
                    found[(*key, written)] = found.get((*key, written), 0) + count
        return {key: count for key, count in found.items() if count}

    def placed(self, refusal: Invalid) -> Invalid:
        """The refusal with its messages at the first input of the line that they are about."""
        first = {
            line_field(question.indicator.code, seat.team_id): _cell(
                question.indicator.code, seat.team_id, next(iter(self._columns(question)))
            )
            for question, seat in self.ballot.lines()
        }
        return Invalid(fields={first.get(name, name): message for name, message in refusal.fields.items()})

    @staticmethod
    def _columns(question: Question) -> Mapping[str, str]:
        return question.marks if question.is_choice else {"": ""}


def _cell(indicator: str, team: int, mark: str) -> str:
    return f"{line_field(indicator, team)}-{mark}"


def _count_field() -> forms.Field:
    attrs = {"class": "input input-short num", "inputmode": "numeric"}
    return forms.IntegerField(min_value=0, max_value=100_000, required=False, widget=forms.TextInput(attrs=attrs))


def _marks_field() -> forms.Field:
    attrs = {"class": "input", "autocomplete": "off", "placeholder": "95x3, 80x2"}
    return forms.CharField(max_length=1000, required=False, widget=forms.TextInput(attrs=attrs))


def _written(question: Question, key: tuple[str, int], known: Mapping[tuple[str, int, str], int]) -> str:
    return ", ".join(f"{mark}x{known[(*key, mark)]}" for mark in question.marks if (*key, mark) in known)


def read_marks(text: str, field: str) -> list[tuple[str, int]]:
    """95x3, 80 -> (95, 3), (80, 1)."""
    found = []
    for part in text.replace("，", ",").replace("、", ",").split(","):
        if not part.strip():
            continue
        read = _MARK.fullmatch(part.strip().replace("×", "x").replace("X", "x"))
        if read is None:
            raise Invalid(fields={field: _("Write each mark and how many gave it: 95x3, 80x2.")})
        found.append((str(int(read[1])), int(read[2] or 1)))
    return found
