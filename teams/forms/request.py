"""Forms to request extensions and close-outs, and to decide them."""

from typing import Self

from django import forms
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from governance.records.fields import DayField, FilesField

from ..models.request import TaskRequest


class ExtensionForm(forms.Form):
    """A request for an extension."""

    new_due_on = DayField(label=_("New due date"))
    reason = forms.CharField(
        label=_("Reason"),
        max_length=2000,
        widget=forms.Textarea(attrs={"rows": 4}),
        help_text=_("What has held the work up, and what will be done until the new date."),
    )


class CloseOutForm(forms.Form):
    """A request to close out."""

    statement = forms.CharField(
        label=_("What was achieved"),
        max_length=4000,
        widget=forms.Textarea(attrs={"rows": 6}),
        help_text=_("Measured against the expected result; say where the office can see it."),
    )
    files = FilesField(  # type: ignore[assignment]  # the metaclass takes fields out of the class
        label=_("What proves it"), required=False
    )


class DecisionForm(forms.Form):
    """A decision by one of two buttons, with the reason that a refusal requires."""

    verdict = forms.ChoiceField(choices=[("yes", _("Yes")), ("no", _("No"))], widget=forms.HiddenInput)
    answer = forms.CharField(
        label=pgettext_lazy("decision", "Answer"),
        max_length=2000,
        required=False,
        widget=forms.Textarea(attrs={"rows": 3}),
    )

    @classmethod
    def of(cls, asked: TaskRequest) -> Self:
        """The form to decide one request; its ids are unique, since a page may show several."""
        return cls(auto_id=f"decide_{asked.KIND}_{asked.pk}_%s")

    @property
    def is_yes(self) -> bool:
        """Whether the first of the two buttons was pressed."""
        return self.cleaned_data["verdict"] == "yes"
