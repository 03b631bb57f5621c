"""The form with which a template of a paper is replaced."""

from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from governance.formats.files import CheckedFile
from governance.records.fields import FilesField

from .meeting import VersionForm


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
