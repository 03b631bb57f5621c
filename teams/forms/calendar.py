"""The form in which the calendar of a year is pasted."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from governance.clock import today
from governance.formats.dates import FIRST_YEAR, LAST_YEAR

DECEMBER = 12


def year_to_enter() -> int:
    """This year; in December the next."""
    day = today()
    return day.year + (day.month == DECEMBER)


class CalendarForm(forms.Form):
    """A year, and its days off and worked weekends in lines."""

    year = forms.IntegerField(label=_("Year"), min_value=FIRST_YEAR, max_value=LAST_YEAR, initial=year_to_enter)
    text = forms.CharField(
        label=_("The notice, or a list of days"),
        max_length=20_000,
        error_messages={"required": _("Paste the notice or the days first.")},
        widget=forms.Textarea(attrs={"rows": 10}),
        help_text=_("Paste the State Council's notice as it is, or one day per line: 2026-10-01, 休 or 班, 国庆节."),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        """There is something to read, unless the days are to be proposed."""
        super().__init__(*args, **kwargs)
        self.fields["text"].required = self.data.get("do") != "propose"
