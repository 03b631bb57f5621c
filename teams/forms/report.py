"""The form of a progress report: many hands, one row or line at a time."""

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from django import forms
from django.http import QueryDict
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from governance.formats.departments import department_names
from governance.formats.faults import FormatError
from governance.people.models import Department
from governance.records.fields import DayField, FilesField
from governance.records.widgets import LISTED

from ..evidence.gallery import Exhibit
from ..models import HelpRequest, NextStep, ProgressReport, ReportEntry, TaskShare
from ..reports.draft_report import DraftRow
from ..reports.owed_rows import OwedTask
from ..reports.written import Conflict, Followed, Matter, NextStepLine, ReportRow, Written, row_field
from ..states import EXTENSIBLE_TASK_STATES, TASK_MOVES, TaskState
from .parts import Seen, as_sent, digest_of, named_keys, new_key, plain

BLANK_LINES = 1
"""Empty lines at the end of the matters and of the next steps; saving, or writing with scripts, brings another."""

MOST_LINES = 40
KIND_OF_LINE = {HelpRequest: "matter", NextStep: "step"}


@dataclass(frozen=True)
class EntryFields:
    """The fields of one task on the page."""

    owed: OwedTask
    part: str
    entry: ReportEntry | None
    fields: Mapping[str, forms.BoundField]
    asked: str
    """What the office asked to be added when it returned the report."""
    clash: Conflict | None
    is_news: bool
    """Whether somebody else has written here since the form was opened."""
    may_close_out: bool
    may_extend: bool
    exhibits: Sequence[Exhibit]
    """The files that lie in the row."""

    @property
    def number(self) -> forms.BoundField:
        """The percent, or the count so far."""
        return self.fields["done" if self.owed.counts else "percent"]

    @property
    def percent(self) -> Decimal:
        """How far the strip is drawn: what the draft says, else as before."""
        now = self.owed.progress(self.entry.percent, self.entry.done) if self.entry else None
        return self.owed.before.percent if now is None else now.percent

    @property
    def asks(self) -> bool:
        """Whether the row asks for something, so that it is shown unfolded."""
        names = ("asks_close_out", "asks_due_on", "ask_reason")
        return any(self.fields[name].value() or self.fields[name].errors for name in names)

    @property
    def is_empty(self) -> bool:
        """Whether the row still lacks what a report needs."""
        return self.owed.is_owed and bool(DraftRow.of(self.owed, self.entry).lacks)


@dataclass(frozen=True)
class LineFields:
    """The fields of a line, and the line where there is one."""

    part: str
    line: HelpRequest | NextStep | None
    fields: Mapping[str, forms.BoundField]
    clash: Conflict | None
    is_news: bool = False

    @property
    def is_settled(self) -> bool:
        """Whether it stays as it is: answered, or followed up."""
        return self.line is not None and self.line.settled_words() is not None


@dataclass
class _Part:
    """A row or a line of the form: the names of its fields, and what it was opened with."""

    names: Sequence[str]
    seen: Seen
    subject: Any
    shown: Sequence[str]


class ReportForm(forms.Form):
    """A team's report: for each task its number, what was done, or no change; then matters and next steps.

    What can be and what is still lacking is said by the verbs; fields carry the names that their refusals use. Parts
    that a posted form does not name are left alone: a form that saves itself sends the changed ones only.
    """

    def __init__(
        self,
        *args: Any,
        owed: Sequence[OwedTask],
        report: ProgressReport | None,
        on: date,
        said: Sequence[NextStep] = (),
        asked: Mapping[int, str] | None = None,
        on_paper: bool = False,
        with_lines: bool = True,
        clashes: Sequence[Conflict] = (),
        news: Collection[str] = (),
        **kwargs: Any,
    ) -> None:
        super().__init__(*args, **kwargs)
        self.owed = owed
        self.on = on
        self.asked = asked or {}
        self.on_paper = on_paper
        self.clashes = {clash.part: clash for clash in clashes}
        self.news = news
        self.entries = {entry.task_id: entry for entry in _entries_of(report)}
        self.parts: dict[str, _Part] = {}
        if on_paper:
            self.fields["behalf"] = forms.CharField(
                label=_("The paper"), max_length=200, help_text=_("Who signed it, and when it came in.")
            )
        counting = [task.task.pk for task in owed if task.counts]
        counted = TaskShare.objects.counted(counting) if counting else {}
        for task in owed:
            self._add_row(task, self.entries.get(task.task.pk), counted.get(task.task.pk))
        if not with_lines:
            return
        for step in said:
            self._add_followed(step)
        matters = report.help_requests.select_related("to", "answered_by") if report else ()
        self._add_lines("matter", matters)
        self._add_lines("step", report.next_steps.select_related("task") if report else ())

    # What the page shows ---------------------------------------------------------------------------------------------

    def rows(self, exhibits: Mapping[int, Sequence[Exhibit]]) -> Iterator[EntryFields]:
        """The fields task by task, with the files by task."""
        for owed in self.owed:
            part = f"row-{owed.task.pk}"
            moves = TASK_MOVES[TaskState(owed.task.state)]
            yield EntryFields(
                owed=owed,
                part=part,
                entry=self.entries.get(owed.task.pk),
                fields=self._fields_of(part),
                asked=self.asked.get(owed.task.pk, ""),
                clash=self.clashes.get(part),
                is_news=part in self.news,
                may_close_out=TaskState.CLOSE_OUT_REQUESTED in moves and not self.on_paper,
                may_extend=owed.task.state in EXTENSIBLE_TASK_STATES
                and owed.task.due_on is not None
                and self.on <= owed.task.due_on
                and not self.on_paper,
                exhibits=exhibits.get(owed.task.pk, ()),
            )

    def followed(self) -> list[LineFields]:
        """Last time's next steps, with what became of them."""
        return self._lines("last")

    def matters(self) -> list[LineFields]:
        """The lines of the matters for coordination."""
        return self._lines("matter")

    def steps(self) -> list[LineFields]:
        """The lines of the next steps."""
        return self._lines("step")

    def faulty(self) -> list[forms.BoundField]:
        """The fields with an error, in the order of the page."""
        return [self[name] for name in self.fields if name in self.errors]

    def departments(self) -> list[str]:
        """Names that are offered for the department asked; none where there are too many to list."""
        names = list(Department.objects.values_list("name", flat=True)[: LISTED + 1])
        return names if len(names) <= LISTED else []

    def complete(self) -> int:
        """How many tasks have all they need in what is saved."""
        rows = (DraftRow.of(task, self.entries.get(task.task.pk)) for task in self.owed if task.is_owed)
        return sum(not row.lacks for row in rows)

    # What a posted form says -----------------------------------------------------------------------------------------

    @staticmethod
    def posted_tasks(data: Mapping[str, Any]) -> list[int]:
        """The ids of the tasks that a posted form has rows for."""
        return [int(key) for key in named_keys(data, "row") if key.isdigit()]

    def named(self) -> dict[str, Seen]:
        """The parts that were posted, with what each was opened with."""
        found = {part: Seen.read(self.data.get(f"{part}-seen", "")) for part in self.parts}
        return {part: seen for part, seen in found.items() if seen is not None}

    def open_parts(self) -> dict[str, Seen]:
        """The parts that can be written, with what they are opened with; new lines have version 0."""
        return {
            part: each.seen
            for part, each in self.parts.items()
            if part.startswith(("row-", "last-")) or each.subject is None or each.subject.settled_words() is None
        }

    def touched(self) -> dict[str, Seen]:
        """The parts whose values differ from those they were opened with."""
        return {part: seen for part, seen in self.named().items() if digest_of(self._posted(part)) != seen.digest}

    def faulty_parts(self) -> set[str]:
        """The parts with an error of their own: they are not saved until it is mended."""
        return {
            part for part, each in self.parts.items() if any(f"{part}-{name}" in self.errors for name in each.names)
        }

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

    def written(self, *, besides: Collection[str] = ()) -> Written:
        """What was changed, as the verb takes it; without faulty parts and those named in `besides`."""
        left_out = self.faulty_parts() | set(besides)
        changed = {part: seen for part, seen in self.touched().items() if part not in left_out}
        rows, matters, steps, followed = [], [], [], []
        for part, seen in changed.items():
            kind, key = part.split("-", 1)
            data = {name: _unbroken(self.cleaned_data.get(f"{part}-{name}")) for name in self.parts[part].names}
            if kind == "row":
                rows.append(ReportRow(int(key), seen=seen.version, **data))
            elif kind == "last":
                followed.append(Followed(int(key), data["outcome"], data["reason"], seen=seen.version))
            else:
                line = Matter if kind == "matter" else NextStepLine
                data = data | {"to": data["to"] or None} if kind == "matter" else data
                (matters if kind == "matter" else steps).append(line(**data, key=key, seen=seen.version))
        return Written(rows=rows, matters=matters or None, steps=steps or None, followed=followed)

    def files_of_rows(self) -> dict[int, list[Any]]:
        """The files that came with rows, by task."""
        found = {owed.task.pk: self.cleaned_data.get(row_field(owed.task.pk, "files")) for owed in self.owed}
        return {pk: files for pk, files in found.items() if files}

    def overlaid(self, posted: "ReportForm", kept: Collection[str], settled: Collection[str]) -> dict[str, Any]:
        """The values of this fresh form as a browser would send them, with those of `posted` in the parts `kept`.

        Of `settled` parts the version that is shown now is remembered: sending them again is a decision.
        """
        data = {}
        for part, each in self.parts.items():
            data[f"{part}-seen"] = str(each.seen)
            data |= {f"{part}-{name}": value for name, value in zip(each.names, each.shown, strict=True)}
        for part in kept:
            names = posted.parts[part].names
            data |= {f"{part}-{name}": value for name, value in zip(names, posted._posted(part), strict=True)}
            if part not in self.parts:
                data[f"{part}-seen"] = str(Seen.of(0, [""] * len(names)))
            elif part not in settled:
                data[f"{part}-seen"] = posted.data[f"{part}-seen"]
        if "behalf" in posted.data:
            data["behalf"] = posted.data["behalf"]
        return {name: value for name, value in data.items() if value or name.endswith("-seen")}

    def _posted(self, part: str) -> list[str]:
        return [as_sent(self.data.get(f"{part}-{name}")) for name in self.parts[part].names]

    # Fields ----------------------------------------------------------------------------------------------------------

    def _open(
        self, part: str, subject: Any, fields: Mapping[str, forms.Field], stored: Mapping[str, Any] | None = None
    ) -> None:
        """Add a part: its fields, and what it is opened with; `stored` is saved where something else is proposed."""
        shown = {name: as_sent(each.initial) for name, each in fields.items()}
        seen = Seen.of(subject.written_version if subject is not None else 0, (shown | (stored or {})).values())
        self.parts[part] = _Part(tuple(fields), seen, subject, list(shown.values()))
        self.fields[f"{part}-seen"] = forms.CharField(initial=str(seen), required=False, widget=forms.HiddenInput)
        for name, each in fields.items():
            self.fields[f"{part}-{name}"] = each

    def _add_row(self, owed: OwedTask, entry: ReportEntry | None, counted: Decimal | None) -> None:
        """A row; where its townships have `counted` more than before, their sum is proposed as the count."""
        pk, task = owed.task.pk, owed.task
        number = owed.number
        before = getattr(owed.before, number)
        typed = getattr(entry, number) if entry else None
        is_untouched = entry is None or entry.edited_at is None
        is_proposed = is_untouched and counted is not None and counted > before
        label = _("%(task)s: count so far") if owed.counts else _("%(task)s: percent so far")
        fields = {
            number: forms.DecimalField(
                label=label % {"task": task},
                max_digits=15,
                initial=plain(counted if is_proposed else before if typed is None else typed),
                widget=forms.NumberInput(attrs=self._number_attrs(owed, before)),
            ),
            "no_change": forms.BooleanField(
                label=_("%(task)s: no change") % {"task": task},
                initial=bool(entry and entry.no_change),
                widget=forms.CheckboxInput(attrs={"data-no-change": ""}),
            ),
            "text": _text(_("%(task)s: what was done") % {"task": task}, entry.text if entry else "", 4000, rows=3),
            "reason": _text(_("%(task)s: why it went down") % {"task": task}, entry.reason if entry else "", 2000),
            "asks_close_out": forms.BooleanField(
                label=_("%(task)s: close out") % {"task": task}, initial=bool(entry and entry.asks_close_out)
            ),
            "asks_due_on": DayField(
                label=_("%(task)s: new due date") % {"task": task}, initial=entry and entry.asks_due_on
            ),
            "ask_reason": _text(
                _("%(task)s: reason for what is asked") % {"task": task}, entry.ask_reason if entry else "", 2000
            ),
        }
        for each in fields.values():
            each.required = False
        self._open(f"row-{pk}", entry, fields, {number: plain(before)} if is_proposed else None)
        self.fields[row_field(pk, "files")] = FilesField(
            label=_("%(task)s: photos and files") % {"task": task}, required=False
        )

    @staticmethod
    def _number_attrs(owed: OwedTask, before: Decimal) -> dict[str, str]:
        attrs = {"min": "0", "step": "any", "inputmode": "decimal", "data-previous": plain(before)}
        return attrs | ({"data-full": plain(owed.row.target)} if owed.counts else {"max": "100"})

    def _add_followed(self, step: NextStep) -> None:
        """What became of a next step; where it became a task that is closed out, done is proposed."""
        is_done = step.task is not None and step.task.state == TaskState.CLOSED_OUT
        fields = {
            "outcome": forms.ChoiceField(
                label=step.text,
                choices=NextStep.Outcome.choices,
                required=False,
                initial=step.outcome or (NextStep.Outcome.DONE.value if is_done else ""),
                widget=forms.RadioSelect,
            ),
            "reason": forms.CharField(
                label=_("Why not, or what is missing: %(step)s") % {"step": step.text},
                required=False,
                max_length=500,
                initial=step.reason,
            ),
        }
        self._open(f"last-{step.pk}", step, fields, {"outcome": step.outcome})

    def _add_lines(self, kind: str, lines: Sequence[HelpRequest | NextStep]) -> None:
        """A part for each line that is saved, then those that were posted, or empty ones."""
        by_key = {line.handle: line for line in lines}
        posted = [key for key in named_keys(self.data, kind) if key not in by_key] if self.is_bound else []
        blank = [] if self.is_bound else [new_key() for _place in range(BLANK_LINES)]
        for place, key in enumerate([*by_key, *posted[:MOST_LINES], *blank]):
            line = by_key.get(key)
            number = {"number": place + 1}
            fields: dict[str, forms.Field] = {
                "text": _text(
                    (_("Matter %(number)s") if kind == "matter" else _("Step %(number)s")) % number,
                    line.text if line else "",
                    None,
                    css="textarea-short",
                )
            }
            if kind == "matter":
                fields["to"] = forms.CharField(
                    label=_("Department asked for matter %(number)s") % number,
                    required=False,
                    max_length=60,
                    initial=line.to.name if line and line.to else "",
                    widget=forms.TextInput(attrs={"list": "departments"}),
                )
            label = _("Answer to matter %(number)s wished by") if kind == "matter" else _("Day of step %(number)s")
            fields["due_on"] = DayField(label=label % number, required=False, initial=line.due_on if line else None)
            self._open(f"{kind}-{key}", line, fields)

    def _fields_of(self, part: str) -> dict[str, forms.BoundField]:
        bound = {name: self[f"{part}-{name}"] for name in ("seen", *self.parts[part].names)}
        return bound | ({"files": self[f"{part}-files"]} if f"{part}-files" in self.fields else {})

    def _lines(self, kind: str) -> list[LineFields]:
        return [
            LineFields(part, each.subject, self._fields_of(part), self.clashes.get(part), part in self.news)
            for part, each in self.parts.items()
            if part.startswith(f"{kind}-")
        ]


def _entries_of(report: ProgressReport | None) -> Sequence[ReportEntry]:
    return report.entries.select_related("edited_by") if report else ()


def _unbroken(value: Any) -> Any:
    """A cleaned value with the line ends that are stored."""
    return value.replace("\r\n", "\n") if isinstance(value, str) else value


def rest_unchanged(data: QueryDict, owed: Sequence[OwedTask]) -> QueryDict:
    """What was posted, with “no change” ticked in the rows that say nothing yet."""
    data = data.copy()
    for task in owed:
        part = f"row-{task.task.pk}"
        number = "done" if task.counts else "percent"
        typed = as_sent(data.get(f"{part}-{number}"))
        says = as_sent(data.get(f"{part}-text")) or typed not in ("", plain(getattr(task.before, number)))
        if task.is_owed and f"{part}-seen" in data and not says:
            data[f"{part}-no_change"] = "on"
    return data


def _text(label: Any, initial: str, most: int | None, *, rows: int = 2, css: str = "") -> forms.CharField:
    attrs = {"rows": rows} | ({"class": css} if css else {})
    return forms.CharField(
        label=label, required=False, max_length=most, initial=initial, widget=forms.Textarea(attrs=attrs)
    )
