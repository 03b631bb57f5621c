"""Forms of evidence: files to attach, the description of one, and the filters of a gallery."""

from collections.abc import Sequence
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from governance.records.fields import DayField, FilesField, offer_choices

from ..models import ReportingPeriod


class AttachForm(forms.Form):
    """Files, with one caption and one day for all of them; each can be described separately afterwards."""

    files = FilesField()  # type: ignore[assignment]  # the metaclass takes fields out of the class
    caption = forms.CharField(
        label=_("What they show"), max_length=200, required=False, help_text=_("One line; it can be changed later.")
    )
    dated_on = DayField(
        label=_("Date shown"),
        required=False,
        help_text=_("If left empty, a photo gets the date on which it was taken, if the camera recorded it."),
    )


class DescribeForm(forms.Form):
    """The caption of one piece, and the day it shows."""

    caption = forms.CharField(label=_("Caption"), max_length=200, required=False)
    dated_on = DayField(
        label=_("Date shown"), required=False, help_text=_("The date of what it shows, not of the upload.")
    )
    version = forms.IntegerField(widget=forms.HiddenInput)


class GalleryForm(forms.Form):
    """The filters of a team's gallery; wrong values are ignored."""

    period = forms.ChoiceField(label=_("Reporting period"), required=False)
    q = forms.CharField(
        label=_("Search"),
        required=False,
        widget=forms.TextInput(attrs={"type": "search", "placeholder": _("Task, number, or text of a caption")}),
    )
    withdrawn = forms.BooleanField(label=_("Include withdrawn"), required=False)

    def __init__(self, *args: Any, periods: Sequence[ReportingPeriod], shows_withdrawn: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._periods = {period.starts_on.isoformat(): period for period in periods}
        chosen = [(day, str(period)) for day, period in self._periods.items()]
        offer_choices(self, "period", [("", _("All")), *chosen])
        if not shows_withdrawn:
            del self.fields["withdrawn"]

    def narrowed(self) -> dict[str, Any]:
        """The filters as arguments for `gathered`."""
        said = self.cleaned_data if self.is_bound and (self.is_valid() or self.cleaned_data) else {}
        return {
            "period": self._periods.get(said.get("period", "")),
            "words": said.get("q", ""),
            "withdrawn": said.get("withdrawn", False),
        }
