"""Forms to pass a matter for coordination on and to answer it."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from governance.people.fields import PersonField
from governance.records.fields import DayField

from ..models import HelpRequest
from ..reports.matters import ANSWER_MISSING, LONGEST_ANSWER


class OfMatterForm(forms.Form):
    """A form about one matter that carries the version it was opened on."""

    version = forms.IntegerField(widget=forms.HiddenInput)

    @property
    def values(self) -> dict[str, Any]:
        """The entered values as the verb takes them."""
        values = dict(self.cleaned_data)
        return {"seen": values.pop("version"), **values}


class AssignMatterForm(OfMatterForm):
    """Who answers, and by when."""

    owner = PersonField(label=_("Who answers"), help_text=_("Enter a name or an account."))
    due_on = DayField(label=_("Answer by"))


class AnswerMatterForm(OfMatterForm):
    """The answer; where the office enters it for somebody else, on whose behalf."""

    answer = forms.CharField(
        label=pgettext_lazy("matter", "Answer"),
        max_length=LONGEST_ANSWER,
        error_messages={"required": ANSWER_MISSING},
        widget=forms.Textarea(attrs={"rows": 5}),
        help_text=_("What was decided or done, by whom, and what happens next. The team sees it with your name."),
    )
    behalf = forms.CharField(
        label=_("On behalf of"),
        max_length=HelpRequest._meta.get_field("behalf").max_length,
        help_text=_("Who answered and how, such as “county forestry bureau, Li, letter of 22 October”."),
    )

    def __init__(self, *args: Any, is_own: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if is_own:
            del self.fields["behalf"]
