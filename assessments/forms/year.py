"""Forms of a year's result; each says how many steps the year had taken when the page was opened."""

from django import forms
from django.utils.translation import gettext_lazy as _

from .round import ReasonForm, ScoreForm


class YearNoticeForm(ScoreForm):
    """The document of the notice or of the publication, where there is one."""

    document = forms.CharField(label=_("Document number"), max_length=120, required=False)


class YearBackForm(ReasonForm, ScoreForm):
    """Why the result is taken back."""
