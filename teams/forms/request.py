"""Forms to request extensions and close-outs, and to decide them."""

from typing import Any, Self

from django import forms
from django.utils.translation import gettext, pgettext_lazy
from django.utils.translation import gettext_lazy as _

from governance.records.fields import DayField, FilesField, needed_at_times

from ..models import Task
from ..models.request import TaskRequest
from ..words import reached_words


class ExtensionForm(forms.Form):
    """A request for an extension."""

    new_due_on = DayField(label=_("New due date"))
    reason = forms.CharField(
        label=_("Reason"),
        max_length=2000,
        widget=forms.Textarea(attrs={"rows": 4}),
        help_text=_("What has delayed the work, and what will be done by the new date."),
    )

    @property
    def values(self) -> dict[str, Any]:
        """What the verb takes."""
        return self.cleaned_data


class CloseOutForm(forms.Form):
    """A request to close out."""

    statement = forms.CharField(
        label=_("What was achieved"),
        max_length=4000,
        widget=forms.Textarea(attrs={"rows": 6}),
        help_text=_("Compare with the expected result, and say where the office can check it."),
    )
    files = FilesField(  # type: ignore[assignment]  # the metaclass takes fields out of the class
        label=_("What proves it"), required=False
    )
    unfinished = forms.BooleanField()

    def __init__(self, *args: Any, task: Task, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if not task.is_unfinished:
            del self.fields["unfinished"]
            return
        reached = reached_words(task.percent, task.done, task.target, task.unit)
        box = self.fields["unfinished"]
        box.label = gettext("The last accepted progress is %(reached)s. Request close-out anyway.") % {
            "reached": reached
        }
        box.error_messages["required"] = gettext(
            "Only %(reached)s has been accepted. Tick this if the task is nevertheless done; otherwise report first."
        ) % {"reached": reached}

    @property
    def values(self) -> dict[str, Any]:
        """What the verb takes."""
        return {name: value for name, value in self.cleaned_data.items() if name != "unfinished"}


class DecisionForm(forms.Form):
    """A decision by one of two buttons, with the reason that a refusal requires."""

    verdict = forms.ChoiceField(choices=[("yes", _("Yes")), ("no", _("No"))], widget=forms.HiddenInput)
    answer = forms.CharField(
        label=pgettext_lazy("decision", "Answer"),
        max_length=2000,
        required=False,
        widget=forms.Textarea(attrs={"rows": 3}),
    )
    needed_at_times(answer)

    @classmethod
    def of(cls, asked: TaskRequest) -> Self:
        """The form to decide one request; its ids are unique, since a page may show several."""
        return cls(auto_id=f"decide_{asked.KIND}_{asked.pk}_%s")

    @property
    def is_yes(self) -> bool:
        """Whether the first of the two buttons was pressed."""
        return self.cleaned_data["verdict"] == "yes"
