"""The form by which the office decides a submitted report."""

from collections.abc import Sequence
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from governance.records.fields import DayField

from ..drafting import row_field
from ..report_document import KeptRow


class ReviewForm(forms.Form):
    """The office's word on a submission: reasons row by row, one for the whole, and a day to submit again by."""

    submission = forms.IntegerField(widget=forms.HiddenInput)
    reason = forms.CharField(
        label=_("Please add or correct"),
        max_length=2000,
        error_messages={"required": _("Say what the team should add or correct.")},
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("The team reads this first, then the reason beside each row."),
    )
    resubmit_by = DayField(label=_("Submit again by"))

    def __init__(self, *args: Any, rows: Sequence[KeptRow], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if "accept" in self.data:
            self.fields["reason"].required = self.fields["resubmit_by"].required = False
        self.kept_rows = rows
        for row in rows:
            self.fields[row_field(row.task_id, "reason")] = forms.CharField(
                label=_("Reason for task %(number)s") % {"number": row.number},
                required=False,
                max_length=2000,
                widget=forms.Textarea(attrs={"rows": 2}),
            )

    def rows(self) -> list[tuple[KeptRow, forms.BoundField]]:
        """The submitted rows, each with the field of its reason."""
        return [(row, self[row_field(row.task_id, "reason")]) for row in self.kept_rows]

    def reasons(self) -> dict[int, str]:
        """The reasons by task id."""
        return {row.task_id: self.cleaned_data[row_field(row.task_id, "reason")] for row in self.kept_rows}
