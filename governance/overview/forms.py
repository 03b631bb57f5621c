"""Forms of the top layer."""

from django import forms

from teams.models import WallScreen


class NewScreenForm(forms.ModelForm):
    """Where the new screen is."""

    class Meta:
        model = WallScreen
        fields = ["place"]
