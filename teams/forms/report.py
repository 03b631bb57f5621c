"""The form of a progress report, which several people fill in, one row or line at a time."""

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from datetime import date
from decimal import Decimal
from functools import partial
from typing import Any

from django.utils.translation import gettext_lazy as _

from governance.formats.departments import department_names
from governance.formats.faults import FormatError
from governance.formats.files import CheckedFile
from governance.lists.addresses import number_in
from governance.people.models import Department
from governance.records.dry_runs import told
from governance.records.fields import FilesField
from governance.records.widgets import LISTED

from ..evidence.gallery import Exhibit
from ..models import NextStep, ProgressReport, ReportEntry, ReportingPeriod, TaskShare
from ..models.report_line import Line
from ..reports.draft_report import DraftRow
from ..reports.owed_rows import OwedTask
from ..reports.town_counts import TownCounts, town_part
from ..reports.written import Conflict, Followed, ReportRow, Written, WrittenLine, row_field
from ..tasks.townships import Share
from .paper import BehalfForm
from .parts import PartsForm, Seen, named_keys, new_key, number_of, plain
from .report_lines import MATTER, STEP, LineFields, LineKind, followed_fields
from .report_rows import (
    EntryFields,
    TownFields,
    may_ask_close_out,
    may_ask_extension,
    proposed_count,
    row_fields,
    town_fields,
)

BLANK_LINES = 1
"""Empty lines at the end of the matters and of the next steps; saving, or typing with scripts, adds another."""

MOST_LINES = 40
"""Matters, or next steps, of one report."""


class ReportForm(PartsForm):
    """A team's report: for each task its number, what was done, or no change; then matters and next steps.

    The verbs decide what is valid and what is missing; fields have the names that their refusals use.
    """

    def __init__(
        self,
        *args: Any,
        owed: Sequence[OwedTask],
        report: ProgressReport | None,
        period: ReportingPeriod,
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
        self.on = on
        self.period = period
        self.asked = asked or {}
        self.on_paper = on_paper
        self.clashes = {clash.part: clash for clash in clashes}
        self.news = news
        self.with_lines = with_lines
        if on_paper:
            self.fields["behalf"] = BehalfForm().fields["behalf"]
        self.shares = _shares(owed)
        self.draft_rows = self._add_rows(owed, report)
        if with_lines:
            self._add_towns()
            for step in said:
                self._add_followed(step)
            self._add_lines(MATTER, report.help_requests.select_related("to", "answered_by") if report else ())
            self._add_lines(STEP, report.next_steps.select_related("task") if report else ())

    # What the page shows ---------------------------------------------------------------------------------------------

    def rows(
        self, exhibits: Mapping[int, Sequence[Exhibit]], last_texts: Mapping[int, str] | None = None
    ) -> Iterator[EntryFields]:
        """The fields of each task, with its files and its last text, both by task."""
        for row in self.draft_rows:
            owed, part = row.owed, f"row-{row.owed.task.pk}"
            yield EntryFields(
                draft=row,
                part=part,
                fields=self.fields_of(part),
                asked=self.asked.get(owed.task.pk, ""),
                clash=self.clashes.get(part),
                present=self.parts[part].seen,
                unsaved=self.unsaved(part),
                is_news=part in self.news,
                may_close_out=may_ask_close_out(owed) and not self.on_paper,
                may_extend=may_ask_extension(owed, on=self.on) and not self.on_paper,
                exhibits=exhibits.get(owed.task.pk, ()),
                last_text=(last_texts or {}).get(owed.task.pk, ""),
                towns=[self._town(share) for share in self.shares.get(owed.task.pk, ()) if self.with_lines],
            )

    def followed(self) -> list[LineFields]:
        """The next steps of the last report, with their outcomes."""
        return self._lines("last")

    def matters(self) -> list[LineFields]:
        return self._lines(MATTER.name)

    def steps(self) -> list[LineFields]:
        return self._lines(STEP.name)

    @property
    def has_matters(self) -> bool:
        """Whether a matter is written or typed, so that they are shown unfolded."""
        return any(line.has_text for line in self.matters())

    @property
    def has_steps(self) -> bool:
        """Whether a next step is written or typed, so that they are shown unfolded."""
        return any(line.has_text for line in self.steps())

    def departments(self) -> list[str]:
        """The suggested names for the department asked; none where there are too many."""
        names = list(Department.objects.values_list("name", flat=True)[: LISTED + 1])
        return names if len(names) <= LISTED else []

    # What a posted form says -----------------------------------------------------------------------------------------

    @staticmethod
    def posted_tasks(data: Mapping[str, Any]) -> list[int]:
        """The ids of the tasks that a posted form has rows for."""
        return [row for key in named_keys(data, "row") if (row := number_in(key)) is not None]

    def clean(self) -> dict[str, Any]:
        """Find departments by any of their names; for an unknown one the error suggests the nearest."""
        cleaned = super().clean() or {}
        for kind in (MATTER, STEP):
            filled = [part for part in self.parts if part.startswith(f"{kind.name}-") and cleaned.get(f"{part}-text")]
            for part in filled[MOST_LINES:]:
                self.add_error(f"{part}-text", _("Please enter at most %(most)s lines.") % {"most": MOST_LINES})
        asked = {name: text for name, text in cleaned.items() if name.startswith("matter-") and name.endswith("-to")}
        cleaned |= dict.fromkeys(asked)
        typed = {name: text for name, text in asked.items() if text}
        by_name = Department.objects.by_name() if typed else {}
        known = department_names((text, department.name) for text, department in by_name.items())
        for name, text in typed.items():
            try:
                cleaned[name] = by_name[known.find(text)]
            except FormatError as fault:
                self.add_error(name, told(fault.reason, fault.params))
        return cleaned

    def written(self, *, besides: Collection[str] = ()) -> Written:
        """What was changed, as the verb takes it; without faulty parts and those in `besides`."""
        left_out = self.faulty_parts() | set(besides)
        touched = {part: seen for part, seen in self.touched().items() if part not in left_out}
        return Written.of(self._written(part, seen) for part, seen in touched.items() if not part.startswith("town-"))

    def counts(self, *, besides: Collection[str] = ()) -> TownCounts:
        """The changed counts of townships, as the verb takes them; without faulty ones and those in `besides`."""
        left_out, touched = self.faulty_parts() | set(besides), self.touched()
        found: TownCounts = {}
        for task, shares in self.shares.items():
            for part in map(town_part, shares):
                if part in touched and part not in left_out:
                    found.setdefault(task, {})[part] = self._written(part, touched[part])
        return found

    def files_of_rows(self) -> dict[int, list[CheckedFile]]:
        """The files uploaded for rows, by task."""
        tasks = [row.owed.task.pk for row in self.draft_rows]
        found = {pk: self.cleaned_data.get(row_field(pk, "files")) for pk in tasks}
        return {pk: files for pk, files in found.items() if files}

    def overlaid(self, posted: PartsForm, kept: Collection[str]) -> dict[str, Any]:
        """The same, with whose report the office enters."""
        behalf = {"behalf": posted.data["behalf"]} if posted.data.get("behalf") else {}
        return super().overlaid(posted, kept) | behalf

    def unsaved(self, part: str) -> str:
        """The same; a part that somebody else has changed too is `clash`."""
        return "clash" if part in self.clashes else super().unsaved(part)

    def _written(self, part: str, seen: Seen) -> Any:
        each = self.parts[part]
        values = {name: self.cleaned_data.get(f"{part}-{name}") for name in each.names}
        return each.written(**values, seen=seen.version)

    # Parts -----------------------------------------------------------------------------------------------------------

    def _add_rows(self, owed: Sequence[OwedTask], report: ProgressReport | None) -> list[DraftRow]:
        entries = report.entries.select_related("edited_by") if report else ()
        by_task: dict[int, ReportEntry] = {entry.task_id: entry for entry in entries}
        counted = {pk: sum((share.done for share in shares), Decimal(0)) for pk, shares in self.shares.items()}
        for task in owed:
            self._add_row(task, by_task.get(task.task.pk), counted.get(task.task.pk))
        return [DraftRow.of(task, by_task.get(task.task.pk)) for task in owed]

    def _add_row(self, owed: OwedTask, entry: ReportEntry | None, counted: Decimal | None) -> None:
        """Add a row; where its townships have `counted` more than before, their sum is proposed as the count."""
        pk, proposed = owed.task.pk, proposed_count(owed, entry, counted)
        stored = None if proposed is None else {owed.number: plain(getattr(owed.before, owed.number))}
        fields = row_fields(owed, entry or ReportEntry(task=owed.task), proposed)
        if self.with_lines and counted and fields[owed.number].initial == plain(counted):
            fields[owed.number].widget.attrs |= {"data-bound": "", "readonly": True}
        self.open_part(f"row-{pk}", entry, fields, partial(ReportRow, pk), stored=stored)
        self.fields[row_field(pk, "files")] = FilesField(
            label=_("%(task)s: photos and files") % {"task": owed.task}, required=False
        )

    def _add_towns(self) -> None:
        """Add a part for each township; where one was changed, their sum becomes the number of its row."""
        for share in (share for shares in self.shares.values() for share in shares):
            self.open_part(town_part(share), share, town_fields(share), partial(_share_of, share))
        if not self.is_bound:
            return
        touched = self.touched()
        for row in self.draft_rows:
            part, shares = f"row-{row.owed.task.pk}", self.shares.get(row.owed.task.pk, ())
            is_sent = f"{part}-seen" in self.data and not self.data.get(f"{part}-no_change")
            if not is_sent or not any(town_part(share) in touched for share in shares):
                continue
            counts = [self._counted(share) for share in shares]
            total = None if None in counts else sum(filter(None, counts), Decimal(0))
            follows = "data-bound" in self.fields[f"{part}-done"].widget.attrs
            if total is not None and (follows or total >= (row.owed.before.done or 0)):
                self.data = {**dict(self.data.items()), f"{part}-done": plain(total)}

    def _counted(self, share: TaskShare) -> Decimal | None:
        """The count of a township as posted, otherwise as stored; an empty one is 0, None where it is no number."""
        part = town_part(share)
        return number_of(self.data.get(f"{part}-done", "")) if f"{part}-seen" in self.data else share.done

    def _town(self, share: TaskShare) -> TownFields:
        part = town_part(share)
        fields, seen = self.fields_of(part), self.parts[part].seen
        return TownFields(part, share, fields, self.clashes.get(part), seen, self.unsaved(part))

    def _add_followed(self, step: NextStep) -> None:
        stored = {"outcome": step.outcome}
        self.open_part(
            f"last-{step.pk}", step, followed_fields(step, self.period), partial(Followed, step.pk), stored=stored
        )

    def _add_lines(self, kind: LineKind, lines: Iterable[Line]) -> None:
        """Add a part for each saved line, then for the posted ones, or empty ones."""
        by_key = {line.handle: line for line in lines}
        posted = [key for key in named_keys(self.data, kind.name) if key not in by_key] if self.is_bound else []
        blank = [] if self.is_bound else [new_key() for _place in range(BLANK_LINES)]
        for place, key in enumerate([*by_key, *posted, *blank], start=1):
            line = by_key.get(key)
            is_open = line is None or line.settled_words() is None
            written: Callable[..., WrittenLine] = kind.written
            self.open_part(
                f"{kind.name}-{key}", line, kind.fields(line, place), partial(written, key=key), is_open=is_open
            )

    def _lines(self, kind: str) -> list[LineFields]:
        return [
            LineFields(
                part,
                each.subject,
                self.fields_of(part),
                self.clashes.get(part),
                present=each.seen,
                unsaved=self.unsaved(part),
                is_news=part in self.news,
            )
            for part, each in self.parts.items()
            if part.startswith(f"{kind}-") and not isinstance(each.subject, ReportEntry | TaskShare)
        ]


def _shares(owed: Sequence[OwedTask]) -> dict[int, list[TaskShare]]:
    """The townships' shares of the tasks that have some, by task: one query where a task counts."""
    counting = {task.task.pk: task.task for task in owed if task.counts}
    found: dict[int, list[TaskShare]] = {}
    for share in TaskShare.objects.filter(task__in=counting).select_related("township") if counting else ():
        share.task = counting[share.task_id]
        found.setdefault(share.task_id, []).append(share)
    return found


def _share_of(share: TaskShare, *, done: Decimal | None, confirmed: Decimal | None, seen: int) -> Share:
    return Share(township=share.township, done=done or Decimal(0), confirmed=confirmed, seen=seen)
