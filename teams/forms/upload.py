"""Forms for what is entered beside an uploaded workbook."""

from django import forms
from django.utils.translation import gettext_lazy as _

from governance.clock import today
from governance.formats.dates import FIRST_YEAR, LAST_YEAR
from governance.records.fields import DayField
from governance.records.import_page import UploadForm


class YearForm(forms.Form):
    """The year of a ledger, from an address or a form."""

    year = forms.IntegerField(
        label=_("Year"),
        min_value=FIRST_YEAR,
        max_value=LAST_YEAR,
        initial=lambda: today().year,
        help_text=_("The year of the tasks, and of any dates written without a year."),
    )


class StartForm(forms.Form):
    """The start of new tasks whose sheet has no column for it."""

    start = DayField(
        label=_("Start date for sheets without a start column"),
        required=False,
        help_text=_(
            "The date on which new tasks on such a sheet start. Leave it empty if every sheet has a start column."
        ),
    )


class LedgerOptionsForm(StartForm, YearForm):
    """What is entered beside a ledger, from an address."""


class StartAskedForm(forms.Form):
    """The start that a dry run asks for; the year goes along."""

    year = forms.IntegerField(widget=forms.HiddenInput)
    start = DayField(label=_("Start"))


class LedgerUploadForm(StartForm, YearForm, UploadForm):
    """A task ledger, its year, and the start of what has none."""

    field_order = ["file", "year", "start"]


class MilestonesUploadForm(YearForm, UploadForm):
    """Milestones and the year of their tasks."""

    field_order = ["file", "year"]
