"""Form fields for days and moments, within the years that this century's work can name."""

from datetime import date
from typing import Any

from django import forms
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from governance.formats.dates import DATE_IMPOSSIBLE, FIRST_YEAR, LAST_YEAR


def within_reach(day: date) -> None:
    """Refuse a day or a moment whose year is a slip of the keyboard (0206 for 2026), as ledgers do."""
    if not FIRST_YEAR <= day.year <= LAST_YEAR:
        raise forms.ValidationError(
            gettext(DATE_IMPOSSIBLE.template) % {"text": day.strftime("%Y-%m-%d").zfill(10)}, code=DATE_IMPOSSIBLE.code
        )


class DayField(forms.DateField):
    """A day that a person enters."""

    default_validators = [within_reach]


class MomentOfDayField(forms.SplitDateTimeField):
    """A day and a time that a person enters, each with the device's own control."""

    default_validators = [within_reach]

    def __init__(self, **kwargs: Any) -> None:
        widget = forms.SplitDateTimeWidget(
            date_attrs={"type": "date", "aria-label": _("Day")},
            time_attrs={"type": "time", "aria-label": _("Time of day")},
            date_format="%Y-%m-%d",
            time_format="%H:%M",
        )
        super().__init__(**{"widget": widget, **kwargs})
