"""Forms of the top layer."""

from django import forms
from django.utils.translation import gettext_lazy as _

from teams.models import WallScreen
from teams.roster.screens import DIGITS

SIX_DIGITS = _("Enter the six digits.")


class NewScreenForm(forms.ModelForm):
    """Where the new screen is."""

    class Meta:
        model = WallScreen
        fields = ["place"]


class PairingForm(forms.Form):
    """The digits that the office was told for this screen."""

    code = forms.RegexField(
        rf"^(\s*\d){{{DIGITS}}}$",
        label=_("Six digits"),
        max_length=20,
        widget=forms.TextInput({"inputmode": "numeric", "autocomplete": "off"}),
        error_messages={"required": SIX_DIGITS, "invalid": SIX_DIGITS},
    )
