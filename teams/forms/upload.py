"""Forms for what is entered beside an uploaded workbook."""

from django import forms
from django.utils.translation import gettext_lazy as _

from governance.clock import today
from governance.formats.dates import FIRST_YEAR, LAST_YEAR
from governance.records.import_page import UploadForm


class YearForm(forms.Form):
    """The year of a ledger, from an address or a form."""

    year = forms.IntegerField(
        label=_("Year"),
        min_value=FIRST_YEAR,
        max_value=LAST_YEAR,
        initial=lambda: today().year,
        help_text=_("The year of the tasks, and of dates in which no year is written."),
    )


class LedgerUploadForm(YearForm, UploadForm):
    """A task ledger and its year."""

    field_order = ["file", "year"]


class MilestonesUploadForm(YearForm, UploadForm):
    """Milestones and the year of their tasks."""

    field_order = ["file", "year"]
