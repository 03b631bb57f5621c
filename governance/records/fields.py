"""Form fields for files, and for days and moments within a plausible range of years."""

from collections.abc import Sequence
from datetime import date
from typing import Any

import django_filters
from django import forms
from django.core.files.uploadedfile import UploadedFile
from django.db.models import QuerySet
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from governance.formats.dates import DATE_IMPOSSIBLE, plausible
from governance.formats.files import ACCEPTED, CheckedFile
from governance.lists.addresses import number_in
from governance.lists.text import Text

from .refusals import Invalid
from .upload_checks import read_uploads


def within_reach(day: date) -> None:
    """Refuse a day or a moment whose year is a typing error (0206 for 2026), as ledgers do."""
    if not plausible(day):
        raise forms.ValidationError(
            gettext(DATE_IMPOSSIBLE.template) % {"text": day.strftime("%Y-%m-%d").zfill(10)}, code=DATE_IMPOSSIBLE.code
        )


def offer_rows(form: forms.BaseForm, name: str, rows: QuerySet[Any]) -> None:
    """Let people choose among `rows` in the field `name`, a choice of rows."""
    field = form.fields[name]
    if not isinstance(field, forms.ModelChoiceField):
        raise TypeError(f"{name} is no choice of rows.")
    field.queryset = rows


def offer_choices(form: forms.BaseForm, name: str, choices: Sequence[tuple[str, Text]]) -> None:
    """Let people choose among `choices` in the field `name`, a choice of values."""
    field = form.fields[name]
    if not isinstance(field, forms.ChoiceField):
        raise TypeError(f"{name} is no choice of values.")
    field.choices = choices


def say_what_is_missing() -> None:
    """Give empty required fields a sentence that says what to do, in place of Django's."""
    sentences: dict[type[forms.Field], Text] = {
        forms.Field: _("Please fill this in."),
        forms.ChoiceField: _("Please choose one."),
        forms.DateField: _("Please enter a date, such as 2026-10-31."),
        forms.SplitDateTimeField: _("Please enter a date and a time, such as 2026-10-31 18:00."),
        forms.BooleanField: _("Please tick this to continue."),
        forms.FileField: _("Please choose a file."),
    }
    for field, sentence in sentences.items():
        field.default_error_messages = {**field.default_error_messages, "required": sentence}


def needed_at_times(field: forms.Field) -> forms.Field:
    """Mark a field that the form does not require and that is not optional: some answers or buttons need it."""
    field.needed_at_times = True  # type: ignore[attr-defined]  # the tag that shows a field reads it
    return field


class DayField(forms.DateField):
    default_validators = [within_reach]


class DayFilter(django_filters.DateFilter):
    """Filters by a day whose year is within reach."""

    field_class = DayField


class MomentOfDayField(forms.SplitDateTimeField):
    """A day and a time, each with the device's own control."""

    default_validators = [within_reach]

    def __init__(self, **kwargs: Any) -> None:
        day: dict[str, Any] = {"type": "date", "aria-label": _("Day")}
        time: dict[str, Any] = {"type": "time", "aria-label": _("Time of day")}
        widget = forms.SplitDateTimeWidget(
            date_attrs=day,
            time_attrs=time,
            date_format="%Y-%m-%d",
            time_format="%H:%M",
        )
        super().__init__(**{"widget": widget, **kwargs})


class FilesInput(forms.FileInput):
    """Several files at once; on a phone the camera is offered as well."""

    allow_multiple_selected = True

    def __init__(self, attrs: dict[str, Any] | None = None) -> None:
        super().__init__({"multiple": True, "accept": ",".join(ACCEPTED), **(attrs or {})})

    def value_from_datadict(self, data: Any, files: Any, name: str) -> "list[UploadedFile[Any]]":
        """All the files uploaded under the name."""
        return files.getlist(name) if hasattr(files, "getlist") else list(files.get(name) or [])


class FilesField(forms.Field):
    """Uploaded files, cleaned to a list of `CheckedFile`; an error names every file that is refused.

    A browser forgets the chosen files when a form is shown again, so the form asks to choose them again.
    """

    widget = FilesInput
    default_error_messages = {"required": _("Choose at least one file.")}

    def __init__(self, **kwargs: Any) -> None:
        hint = _("Pictures, PDF, OFD, .docx, .xlsx or .pptx; several at once.")
        super().__init__(**{"label": _("Files"), "help_text": hint, **kwargs})

    def clean(self, value: "list[UploadedFile[Any]] | None") -> list[CheckedFile]:
        """Check each file by its content."""
        if not value:
            if self.required:
                raise forms.ValidationError(self.error_messages["required"], code="required")
            return []
        try:
            return read_uploads(value)
        except Invalid as refusal:
            raise forms.ValidationError(refusal.fields["files"].split("\n"), code="refused") from refusal


class RowsField(forms.ModelMultipleChoiceField):  # type: ignore[type-arg]  # the stubs' argument is none at run time
    """Several rows, chosen by their keys; a key that no database can hold is an invalid choice like any other."""

    def clean(self, value: Any) -> Any:
        for key in value if isinstance(value, list | tuple) else ():
            if number_in(str(key)) is None:
                raise forms.ValidationError(self.error_messages["invalid_pk_value"], params={"pk": key})
        return super().clean(value)
