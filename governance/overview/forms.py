"""Forms of the top layer."""

from django import forms
from django.utils.translation import gettext_lazy as _

from teams.models import WallScreen
from teams.roster.screens import DIGITS


class NewScreenForm(forms.ModelForm):
    """Where the new screen is."""

    class Meta:
        model = WallScreen
        fields = ["place"]


class PairingForm(forms.Form):
    """The digits that the office was told for this screen."""

    code = forms.CharField(
        label=_("Six digits"),
        max_length=20,
        widget=forms.TextInput({"inputmode": "numeric", "autocomplete": "off", "pattern": "[0-9 ]*"}),
        error_messages={"required": _("Enter the six digits.")},
    )

    def clean_code(self) -> str:
        """Without blanks."""
        code = "".join(self.cleaned_data["code"].split())
        if not (code.isdecimal() and len(code) == DIGITS):
            raise forms.ValidationError(_("Enter the six digits."))
        return code
