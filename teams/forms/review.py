"""The form with which the office decides a submitted report."""

from collections.abc import Mapping, Sequence
from typing import Any

from django import forms
from django.db import models
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from governance.lists.text import Text, names_text
from governance.records.fields import DayField, needed_at_times

from ..reports.document import KeptRow
from ..reports.written import row_field


class Phrase(models.TextChoices):
    """Frequent requests of the office, one tap each; the stored reason is the text."""

    FIGURES = "figures", _("Please add the figures.")
    EVIDENCE = "evidence", _("Please add evidence: photo, list or acceptance record.")
    EFFECT = "effect", _("Please state what was achieved.")
    REST = "rest", _("Please state when the rest will be done.")
    CAUSE = "cause", _("Please explain why it is behind and what is being done about it.")
    DIFFERS = "differs", _("The number differs from the ledger. Please check it.")
    PHOTO = "photo", _("Please attach a photo of this period: this one was used before.")

    @property
    def chip(self) -> Text:
        """The few words on its chip."""
        return CHIPS[self]


CHIPS = {
    Phrase.FIGURES: _("add figures"),
    Phrase.EVIDENCE: _("add evidence"),
    Phrase.EFFECT: _("state the effect"),
    Phrase.REST: _("when is the rest done"),
    Phrase.CAUSE: _("why behind"),
    Phrase.DIFFERS: _("check the number"),
    Phrase.PHOTO: _("another photo"),
}

CHOICES = [(phrase.value, phrase.chip) for phrase in Phrase]


class ReviewForm(forms.Form):
    """The office's decision on a submission: reasons by row, one for the whole, and a day for the new submission.

    A row is marked for return by a phrase or a text beside it; where rows have reasons, the whole needs none.
    """

    submission = forms.IntegerField(widget=forms.HiddenInput)
    reason = forms.CharField(
        label=_("Please add or correct"),
        required=False,
        max_length=2000,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("The team sees this first, then the reason for each row. If left empty, it lists the marked rows."),
    )
    needed_at_times(reason)
    phrases = forms.MultipleChoiceField(
        label=_("What is missing in the whole report"),
        required=False,
        choices=CHOICES,
        widget=forms.CheckboxSelectMultiple,
    )
    resubmit_by = DayField(label=_("Submit again by"))

    def __init__(self, *args: Any, rows: Sequence[KeptRow], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.accepts = "accept" in self.data
        if self.accepts:
            self.fields["resubmit_by"].required = False
        self.kept_rows = rows
        for row in rows:
            self.fields[row_field(row.task_id, "phrases")] = forms.MultipleChoiceField(
                label=_("What is missing in task %(number)s") % {"number": row.number},
                required=False,
                choices=CHOICES,
                widget=forms.CheckboxSelectMultiple,
            )
            self.fields[row_field(row.task_id, "reason")] = forms.CharField(
                label=_("Reason for task %(number)s") % {"number": row.number},
                required=False,
                max_length=2000,
                widget=forms.Textarea(attrs={"rows": 2}),
            )

    def fields_of(self, row: KeptRow) -> tuple[forms.BoundField, forms.BoundField]:
        """The phrases and the reason of a row."""
        return self[row_field(row.task_id, "phrases")], self[row_field(row.task_id, "reason")]

    def clean(self) -> dict[str, Any]:
        """Without a reason for the whole, compose one that names the marked rows; with one nothing is accepted."""
        cleaned = super().clean() or self.cleaned_data
        cleaned["reason"] = _joined(cleaned.get("phrases"), cleaned.get("reason"))
        reasons = self.reasons()
        if self.accepts:
            if cleaned.get("reason") or reasons:
                self.add_error("reason", self._written_words(reasons))
            return cleaned
        if cleaned.get("reason"):
            return cleaned
        if not reasons:
            self.add_error("reason", _("Say what the team should add or correct, here or next to a row."))
            return cleaned
        cleaned["reason"] = gettext("Please revise the marked tasks: %(numbers)s.") % {"numbers": self._marked(reasons)}
        return cleaned

    def _written_words(self, reasons: Mapping[int, str]) -> str:
        """Why a report with a reason to return it is not accepted: accepting would drop what was written."""
        if self.cleaned_data.get("reason"):
            return gettext(
                "Not accepted: a reason for returning the report has been entered. Return the report, or "
                "delete the reason and accept it."
            )
        return gettext(
            "Not accepted: a reason for returning the report has been entered at task %(numbers)s. Return "
            "the report, or delete the reason and accept it."
        ) % {"numbers": self._marked(reasons)}

    def _marked(self, reasons: Mapping[int, str]) -> str:
        """The numbers of the rows with a reason."""
        return names_text(row.number for row in self.kept_rows if row.task_id in reasons)

    def reasons(self) -> dict[int, str]:
        """The reasons of the marked rows by task id: phrases first, then text."""
        found = {row.task_id: self._reason(row) for row in self.kept_rows}
        return {task_id: text for task_id, text in found.items() if text}

    def _reason(self, row: KeptRow) -> str:
        return _joined(
            self.cleaned_data.get(row_field(row.task_id, "phrases")),
            self.cleaned_data.get(row_field(row.task_id, "reason")),
        )


def _joined(tapped: Sequence[str] | None, written: str | None) -> str:
    """The phrases that were chosen and the text, one a line."""
    return "\n".join([str(Phrase(value).label) for value in tapped or ()] + ([written] if written else []))
