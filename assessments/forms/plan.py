"""Forms about a plan."""

from typing import Any

from django import forms
from django.core.files.uploadedfile import UploadedFile
from django.utils.translation import gettext_lazy as _

from ..engine import Document
from ..engine.limits import CODE_LENGTH, TITLE_LENGTH

MAX_BYTES = 128 * 1024
"""The largest plan that is read: twenty times a county's. The time it takes grows with it."""


class PlanForm(forms.Form):
    """A plan as a workbook or TOML file, or pasted as TOML."""

    version = forms.IntegerField(required=False, widget=forms.HiddenInput)
    file = forms.FileField(
        label=_("File"), required=False, help_text=_("A plan as a workbook (.xlsx) or in TOML format, up to 128 KB.")
    )
    text = forms.CharField(
        label=_("Or paste it here"),
        required=False,
        strip=False,
        max_length=MAX_BYTES,
        widget=forms.Textarea(attrs={"rows": 16, "class": "hash", "spellcheck": "false"}),
    )
    reason = forms.CharField(
        label=_("Reason"),
        required=False,
        max_length=2000,
        widget=forms.Textarea(attrs={"rows": 2}),
        help_text=_("Only if this is a new version of an adopted plan."),
    )

    def clean_file(self) -> UploadedFile | None:
        file: UploadedFile | None = self.cleaned_data["file"]
        if file and (file.size or 0) > MAX_BYTES:
            raise forms.ValidationError(_("The file is larger than 128 KB."))
        return file

    def clean(self) -> dict[str, Any]:
        """Require a file or a text."""
        cleaned = super().clean() or {}
        if not self.errors and not cleaned.get("file") and not (cleaned.get("text") or "").strip():
            self.add_error("file", _("Choose a file, or paste the plan below."))
        return cleaned

    def content(self) -> bytes:
        """The plan as bytes: from the file, otherwise from the text."""
        file: UploadedFile | None = self.cleaned_data["file"]
        return file.read() if file else self.cleaned_data["text"].encode()


class ConfirmedForm(forms.Form):
    """Asks for a tick where something has to be confirmed (`asks`)."""

    confirmed = forms.BooleanField(
        label=_("I understand that no round under this plan can be approved"), required=False
    )

    def __init__(self, *args: Any, asks: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if not asks:
            del self.fields["confirmed"]


class PlanBeginForm(forms.Form):
    """The head with which a plan begins."""

    code = forms.SlugField(
        label=_("Code"),
        max_length=CODE_LENGTH,
        help_text=_("Part of the plan's address, such as contest-2027; it stays."),
    )
    title_zh = forms.CharField(label=_("Title in Chinese"), max_length=TITLE_LENGTH, required=False)
    title = forms.CharField(label=_("Title in English"), max_length=TITLE_LENGTH, required=False)

    def head(self) -> Document:
        """The table `plan` of the new document."""
        texts = {name: self.cleaned_data[name] for name in ("code", "title", "title_zh")}
        return {name: text for name, text in texts.items() if text}


class PlanReviseForm(forms.Form):
    """Why another version follows."""

    reason = forms.CharField(label=_("Reason"), max_length=2000, widget=forms.Textarea(attrs={"rows": 2}))
