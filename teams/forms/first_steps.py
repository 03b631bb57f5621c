"""Forms of a new team's first days."""

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from governance.formats.files import CheckedFile
from governance.records.fields import DayField, FilesField


class FirstStepForm(forms.Form):
    """The day by which a first step is due."""

    due_on = DayField(label=_("Due"))
    version = forms.IntegerField(widget=forms.HiddenInput)


class PlanForm(forms.Form):
    """One file: the work plan."""

    file = FilesField(
        label=_("Work plan"),
        help_text=_(
            "One file, preferably a PDF. It counts as submitted today. You can replace it later; the first date stays."
        ),
    )

    def clean_file(self) -> list[CheckedFile]:
        """Require exactly one file."""
        files = self.cleaned_data["file"]
        if len(files) != 1:
            raise ValidationError(_("Choose one file: the plan including its annexes."))
        return files
