"""The office's forms for periods."""

from django import forms
from django.utils.translation import gettext_lazy as _

from governance.records.fields import DayField, MomentOfDayField


class PeriodsForm(forms.Form):
    """The range of days for which periods are generated."""

    first = DayField(label=_("From"))
    last = DayField(label=_("Until"), help_text=_("Only whole periods are generated, so the last one may end later."))


class PeriodDueForm(forms.Form):
    """When the reports of a period are due."""

    version = forms.IntegerField(widget=forms.HiddenInput)
    due_at = MomentOfDayField(label=_("Due"))
