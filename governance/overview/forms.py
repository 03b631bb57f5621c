"""Forms of the top floor."""

from django import forms

from teams.models import WallScreen


class NewScreenForm(forms.ModelForm):
    """Where the new screen hangs."""

    class Meta:
        model = WallScreen
        fields = ["place"]
