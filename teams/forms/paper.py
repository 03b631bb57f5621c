"""The form to upload a report's workbook."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from governance.records.import_page import UploadForm

from ..models import ReportSubmission


class BehalfForm(forms.Form):
    """Whose report the office enters, and how it was received; from a form or an address."""

    behalf = forms.CharField(
        label=_("Paper report"),
        max_length=ReportSubmission._meta.get_field("behalf").max_length,
        help_text=_("Who signed it and when it was received."),
    )


class ReportUploadForm(UploadForm):
    """A report's workbook; the office says whose report it is."""

    field_order = ["behalf", "file"]

    def __init__(self, *args: Any, on_paper: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if on_paper:
            self.fields["behalf"] = BehalfForm.base_fields["behalf"]
            self.order_fields(self.field_order)
