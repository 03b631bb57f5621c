"""Forms of papers: a number in a series, and a template that replaces another."""

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from governance.formats.files import CheckedFile
from governance.records.fields import FilesField

from .meeting import VersionForm


class NumberForm(forms.Form):
    """A number where the series began on paper."""

    number = forms.IntegerField(
        label=_("Number"),
        min_value=1,
        max_value=9999,
        required=False,
        help_text=_("Only where the series began on paper; otherwise the next number is given."),
    )


class TemplateForm(VersionForm):
    """A Word file, read before the template in force has changed."""

    file = FilesField(
        label=_("Word file"),
        help_text=_("One .docx file. Begin with the template in force and change its text and layout."),
    )

    def clean_file(self) -> CheckedFile:
        """Exactly one file."""
        files: list[CheckedFile] = self.cleaned_data["file"]
        if len(files) > 1:
            raise ValidationError(_("Choose one file: the template."))
        return files[0]
