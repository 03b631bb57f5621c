"""The form of a progress report."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django import forms
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from governance.formats.departments import department_names
from governance.formats.faults import FormatError
from governance.people.models import Department
from governance.records.fields import DayField
from governance.records.widgets import LISTED

from ..drafting import Matter, Row, Step, Written, row_field
from ..models import ProgressReport, ReportEntry
from ..owed import OwedTask
from ..reporting import lacks_of

BLANK_LINES = 2
"""Empty lines at the end of the matters and of the next steps; saving brings two more."""

MOST_LINES = 40


@dataclass(frozen=True)
class EntryFields:
    """The fields of one task on the page."""

    owed: OwedTask
    number: forms.BoundField
    no_change: forms.BoundField
    text: forms.BoundField
    reason: forms.BoundField
    asked: str
    """What the office asked to be added when it returned the report."""

    @property
    def percent(self) -> Decimal:
        """How far the strip is drawn: what the draft says, else as before."""
        return self.owed.before.percent if self.now is None else self.now

    now: Decimal | None = None


@dataclass(frozen=True)
class LineFields:
    """The two fields of a line: its text, and a department or a day."""

    text: forms.BoundField
    second: forms.BoundField


class ReportForm(forms.Form):
    """A team's report: for each task its number, what was done, or no change; then matters and next steps.

    `version` is that of the report on which the form was opened, 0 when there was none. What can be and what is still
    lacking is said by the verbs; fields carry the names that their refusals use.
    """

    version = forms.IntegerField(widget=forms.HiddenInput)

    def __init__(
        self,
        *args: Any,
        owed: Sequence[OwedTask],
        report: ProgressReport | None,
        asked: Mapping[int, str],
        on_paper: bool = False,
        **kwargs: Any,
    ) -> None:
        super().__init__(*args, **kwargs)
        self.owed = owed
        self.asked = asked
        self.entries = {entry.task_id: entry for entry in report.entries.all()} if report else {}
        self.fields["version"].initial = report.version if report else 0
        if on_paper:
            self.fields["behalf"] = forms.CharField(
                label=_("The paper"), max_length=200, help_text=_("Who signed it, and when it came in.")
            )
        for task in owed:
            self._add_row(task, self.entries.get(task.task.pk))
        matters = report.help_requests.select_related("to") if report else ()
        steps = report.next_steps.all() if report else ()
        self._add_lines("matter", [(line.text, line.to and line.to.name) for line in matters])
        self._add_lines("step", [(line.text, line.due_on) for line in steps])

    def rows(self) -> Iterator[EntryFields]:
        """The fields task by task."""
        for owed in self.owed:
            pk = owed.task.pk
            entry = self.entries.get(pk)
            now = owed.progress(entry.percent, entry.done) if entry else None
            yield EntryFields(
                owed=owed,
                number=self[row_field(pk, self._number(owed))],
                no_change=self[row_field(pk, "no_change")],
                text=self[row_field(pk, "text")],
                reason=self[row_field(pk, "reason")],
                asked=self.asked.get(pk, ""),
                now=now and now.percent,
            )

    def matters(self) -> list[LineFields]:
        """The lines of the matters for coordination."""
        return self._lines("matter", "to")

    def steps(self) -> list[LineFields]:
        """The lines of the next steps."""
        return self._lines("step", "due_on")

    def faulty(self) -> list[forms.BoundField]:
        """The fields with an error, in the order of the page."""
        return [self[name] for name in self.fields if name in self.errors]

    def departments(self) -> list[str]:
        """Names that are offered for the department asked; none where there are too many to list."""
        names = list(Department.objects.values_list("name", flat=True)[: LISTED + 1])
        return names if len(names) <= LISTED else []

    def complete(self) -> int:
        """How many tasks have all they need in what is saved."""
        return sum(
            not lacks_of(self.entries[task.task.pk], task)
            for task in self.owed
            if task.is_owed and task.task.pk in self.entries
        )

    def clean(self) -> dict[str, Any]:
        """Departments by any name they go by; an unknown one is answered with the nearest."""
        cleaned = super().clean()
        typed = {name: cleaned[name] for name in cleaned if name.startswith("matter-") and name.endswith("-to")}
        if not any(typed.values()):
            return cleaned
        by_name = Department.objects.by_name()
        known = department_names((text, department.name) for text, department in by_name.items())
        for name, text in typed.items():
            try:
                cleaned[name] = by_name[known.find(text)] if text else None
            except FormatError as fault:
                self.add_error(name, gettext(fault.reason.template) % fault.params)
        return cleaned

    def written(self) -> Written:
        """What was entered, as the verb takes it."""
        data = self.cleaned_data
        return Written(
            rows=[
                Row(
                    owed.task.pk,
                    no_change=data[row_field(owed.task.pk, "no_change")],
                    text=data[row_field(owed.task.pk, "text")],
                    reason=data[row_field(owed.task.pk, "reason")],
                    **{self._number(owed): data[row_field(owed.task.pk, self._number(owed))]},
                )
                for owed in self.owed
            ],
            matters=[
                Matter(data[f"matter-{place}-text"], data[f"matter-{place}-to"] or None)
                for place in range(self._count("matter"))
            ],
            steps=[
                Step(data[f"step-{place}-text"], data[f"step-{place}-due_on"]) for place in range(self._count("step"))
            ],
        )

    def bring_up_to(self, version: int) -> None:
        """What was typed is saved: sending again goes on from `version`."""
        self.data = self.data.copy()
        self.data[self.add_prefix("version")] = str(version)

    @staticmethod
    def posted_tasks(data: Mapping[str, Any]) -> list[int]:
        """The ids of the tasks that a posted form has rows for."""
        parts = [name.split("-") for name in data if name.startswith("row-") and name.endswith("-text")]
        return [int(part[1]) for part in parts if len(part) == 3 and part[1].isdigit()]

    def _add_row(self, owed: OwedTask, entry: ReportEntry | None) -> None:
        pk, task = owed.task.pk, owed.task
        before = owed.before.done if owed.counts else owed.before.percent
        typed = (entry.done if owed.counts else entry.percent) if entry else None
        self.fields[row_field(pk, self._number(owed))] = forms.DecimalField(
            label=_("%(task)s: count so far") % {"task": task}
            if owed.counts
            else _("%(task)s: percent so far") % {"task": task},
            required=False,
            max_digits=15,
            initial=plain(before if typed is None else typed),
            widget=forms.NumberInput(attrs=self._number_attrs(owed, before)),
        )
        self.fields[row_field(pk, "no_change")] = forms.BooleanField(
            label=_("%(task)s: no change") % {"task": task},
            required=False,
            initial=bool(entry and entry.no_change),
            widget=forms.CheckboxInput(attrs={"data-no-change": ""}),
        )
        self.fields[row_field(pk, "text")] = forms.CharField(
            label=_("%(task)s: what was done") % {"task": task},
            required=False,
            max_length=4000,
            initial=entry.text if entry else "",
            widget=forms.Textarea(attrs={"rows": 3}),
        )
        self.fields[row_field(pk, "reason")] = forms.CharField(
            label=_("%(task)s: why it went down") % {"task": task},
            required=False,
            max_length=2000,
            initial=entry.reason if entry else "",
            widget=forms.Textarea(attrs={"rows": 2}),
        )

    def _number_attrs(self, owed: OwedTask, before: Decimal) -> dict[str, str]:
        attrs = {"min": "0", "step": "any", "inputmode": "decimal", "data-previous": plain(before)}
        return attrs | ({"data-full": plain(owed.row.target)} if owed.counts else {"max": "100"})

    def _add_lines(self, name: str, lines: Sequence[tuple[Any, Any]]) -> None:
        for place in range(self._line_count(name, len(lines))):
            text, second = lines[place] if place < len(lines) else ("", None)
            number = {"number": place + 1}
            self.fields[f"{name}-{place}-text"] = forms.CharField(
                label=(_("Matter %(number)s") if name == "matter" else _("Step %(number)s")) % number,
                required=False,
                initial=text,
                widget=forms.Textarea(attrs={"rows": 2, "class": "textarea-short"}),
            )
            if name == "matter":
                self.fields[f"matter-{place}-to"] = forms.CharField(
                    label=_("Department asked for matter %(number)s") % number,
                    required=False,
                    max_length=60,
                    initial=second or "",
                    widget=forms.TextInput(attrs={"list": "departments"}),
                )
            else:
                self.fields[f"step-{place}-due_on"] = DayField(
                    label=_("Day of step %(number)s") % number, required=False, initial=second
                )

    def _line_count(self, name: str, saved: int) -> int:
        """As many lines as were posted, or those saved and two more."""
        if not self.is_bound:
            return saved + BLANK_LINES
        posted = 0
        while posted < MOST_LINES and f"{name}-{posted}-text" in self.data:
            posted += 1
        return posted

    def _count(self, name: str) -> int:
        return sum(field.startswith(f"{name}-") and field.endswith("-text") for field in self.fields)

    def _lines(self, name: str, second: str) -> list[LineFields]:
        return [
            LineFields(self[f"{name}-{place}-text"], self[f"{name}-{place}-{second}"])
            for place in range(self._count(name))
        ]

    @staticmethod
    def _number(owed: OwedTask) -> str:
        return "done" if owed.counts else "percent"


def plain(value: Decimal | None) -> str:
    """A number as an input takes it: no idle zeros, no grouping."""
    if value is None:
        return ""
    text = f"{value:f}"
    return text.rstrip("0").rstrip(".") if "." in text else text
