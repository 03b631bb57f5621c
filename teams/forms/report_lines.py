"""The lines of the report form: matters for coordination, next steps, and the outcomes of the last next steps."""

from collections.abc import Mapping
from dataclasses import dataclass

from django import forms
from django.utils.translation import gettext_lazy as _

from governance.lists.text import Text
from governance.records.fields import DayField

from ..models import NextStep, ReportingPeriod
from ..models.report_line import LONGEST_LINE, Line
from ..reports.written import Conflict, Matter, NextStepLine
from ..states import TaskState
from .parts import Seen, text_field


@dataclass(frozen=True)
class LineFields:
    """The fields of a line, and the line where there is one."""

    part: str
    line: Line | None
    fields: Mapping[str, forms.BoundField]
    clash: Conflict | None
    present: Seen
    """The version that is saved now: “Save mine” overwrites that one and no later one."""
    unsaved: str = ""
    """How the browser marks it where it is not saved."""
    is_news: bool = False

    @property
    def has_text(self) -> bool:
        """Whether it is saved, or anything is typed in it."""
        return self.line is not None or any(self.fields[name].value() for name in self.fields if name != "seen")

    @property
    def is_settled(self) -> bool:
        """Whether it can no longer change: answered, or followed up."""
        return self.line is not None and self.line.settled_words() is not None


@dataclass(frozen=True)
class LineKind:
    """A kind of line: what the verb takes, and the labels of its fields."""

    written: type[Matter | NextStepLine]
    text_label: Text
    day_label: Text

    @property
    def name(self) -> str:
        """The prefix of its lines in the form: `step-k2`."""
        return self.written.model.KIND

    def fields(self, line: Line | None, number: int) -> dict[str, forms.Field]:
        """The fields of the `number`-th line."""
        place = {"number": number}
        text = text_field(self.text_label % place, line.text if line else "", LONGEST_LINE, css="textarea-short")
        fields: dict[str, forms.Field] = {"text": text}
        if "to" in self.written.model.WRITTEN:
            asked = getattr(line, "to", None)
            fields["to"] = forms.CharField(
                label=_("Department responsible for matter %(number)s") % place,
                required=False,
                max_length=60,
                initial=asked.name if asked else "",
                widget=forms.TextInput(attrs={"list": "departments"}),
            )
        day = line.due_on if line else None
        return fields | {"due_on": DayField(label=self.day_label % place, required=False, initial=day)}


MATTER = LineKind(Matter, _("Matter %(number)s"), _("Answer to matter %(number)s wanted by"))
STEP = LineKind(NextStepLine, _("Step %(number)s"), _("Date of step %(number)s"))


def followed_fields(step: NextStep, period: ReportingPeriod) -> dict[str, forms.Field]:
    """The outcome of a next step; where it became a task that is closed out, done is proposed.

    "Not due yet" is offered while its day has not come.
    """
    not_offered = {NextStep.Outcome.NOT_DUE} if step.is_due_in(period) else set()
    is_done = step.task is not None and step.task.state == TaskState.CLOSED_OUT
    return {
        "outcome": forms.ChoiceField(
            label=step.text,
            choices=[choice for choice in NextStep.Outcome.choices if choice[0] not in not_offered],
            required=False,
            initial=step.outcome or (NextStep.Outcome.DONE.value if is_done else ""),
            widget=forms.RadioSelect,
        ),
        "reason": forms.CharField(
            label=_("Why not, or what is missing: %(step)s") % {"step": step.text},
            required=False,
            max_length=LONGEST_LINE,
            initial=step.reason,
        ),
    }
