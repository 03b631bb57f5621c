"""The forms with which a draft is approved or sent back to the liaison, and a submitted report is taken back."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from governance.records.fields import needed_at_times

from ..reports.hand_over import LONGEST_WORD


class ApprovalForm(forms.Form):
    """Approval by one button, or a note to the liaison by the other."""

    version = forms.IntegerField(widget=forms.HiddenInput)
    note = forms.CharField(
        label=_("What should be added or corrected"),
        required=False,
        max_length=LONGEST_WORD,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("The liaison is notified and sees it above the draft."),
    )
    needed_at_times(note)

    def clean(self) -> dict[str, Any]:
        """A draft is not submitted while a note to the liaison is written: submitting would drop it."""
        cleaned = super().clean() or self.cleaned_data
        if cleaned.get("note") and not self.sends_back:
            self.add_error(
                "note",
                _(
                    "Not submitted: there is a comment here. Return the draft to the liaison, or "
                    "delete the comment and submit."
                ),
            )
        return cleaned

    @property
    def sends_back(self) -> bool:
        """Whether the draft is sent back."""
        return "back" in self.data

    @property
    def acting(self) -> dict[str, Any]:
        """The arguments for the chosen verb."""
        seen = {"seen": self.cleaned_data["version"]}
        return {**seen, "note": self.cleaned_data["note"]} if self.sends_back else seen


class TakeBackForm(forms.Form):
    """The report is taken back as it was read."""

    version = forms.IntegerField(widget=forms.HiddenInput)
