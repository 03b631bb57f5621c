"""Merges entered rows and lines into a report's draft in memory; each row and line has its own version.

Two people who edit different rows do not conflict; where both have changed the same one nothing is overwritten, and the
conflict is listed. Invalid input is listed too and left out. `DraftMerge.save` writes what changed.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from itertools import count
from typing import Any

from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from governance.lists.text import Text
from governance.people.models import User
from governance.records.models import Editable
from governance.records.refusals import Difference
from governance.records.values import WITHHELD, field_name, shown
from governance.records.words import FACT_READERS

from ..models import HelpRequest, NextStep, ProgressReport, ReportEntry, ReportingPeriod, SpecialTeam
from ..models.report_line import Line
from .owed_rows import OwedTask
from .written import Conflict, Followed, ReportRow, Written, WrittenLine

ENTRY_FIELDS: Mapping[str, Text] = {field.name: field.verbose_name for field in ReportEntry._meta.concrete_fields}
FACT_READERS.register("rows", lambda code: ENTRY_FIELDS.get(code, code))

Laid = tuple[WrittenLine, Line | None]
"""An entered line, and the stored one it replaces; None where it is new."""


@dataclass
class DraftMerge:
    """A report's rows and lines in memory: the input is merged into them, then the changes are saved."""

    team: SpecialTeam
    period: ReportingPeriod
    report: ProgressReport | None
    entries: dict[int, ReportEntry]
    lines: Mapping[type[Line], list[Line]]
    said: dict[int, NextStep]
    change: dict[str, Any] = field(default_factory=dict)
    """For the event: the names of what changed, no text and no number, since auditors do not read drafts."""
    differences: list[Difference] = field(default_factory=list)
    conflicts: list[Conflict] = field(default_factory=list)
    faults: dict[str, Text] = field(default_factory=dict)
    _touched: list[Editable] = field(default_factory=list)
    _left: list[Line] = field(default_factory=list)

    @classmethod
    def of(
        cls, team: SpecialTeam, period: ReportingPeriod, report: ProgressReport | None, *, followed: bool
    ) -> "DraftMerge":
        """Read the rows and lines of a report: three queries, none without a report; one for the last next steps."""
        said = {step.pk: step for step in NextStep.objects.of_last_time(team, period)} if followed else {}
        if report is None:
            return cls(team, period, None, {}, {HelpRequest: [], NextStep: []}, said)
        lines: dict[type[Line], list[Line]] = {
            HelpRequest: list(report.help_requests.select_for_update(no_key=True, of=("self",)).select_related("to")),
            NextStep: list(report.next_steps.all()),
        }
        return cls(team, period, report, {entry.task_id: entry for entry in report.entries.all()}, lines, said)

    @property
    def version(self) -> int:
        """The report's version, 0 before there is one."""
        return 0 if self.report is None else self.report.version

    def lay(self, written: Written, owed: Mapping[int, OwedTask]) -> None:
        """Merge the input into the rows and lines; invalid or conflicting parts are listed and left out."""
        for row in written.rows:
            self._lay_row(row, owed[row.task_id])
        for model, lines in written.lines().items():
            if lines is not None:
                self._lay_lines(model, lines)
        for followed in written.followed:
            self._lay_followed(followed)

    def save(self, report: ProgressReport, *, by: User, at: datetime) -> None:
        """Write what changed: at most one query per kind of change, for any number of rows."""
        entries = [row for row in self._touched if isinstance(row, ReportEntry)]
        for entry in entries:
            entry.edited_by, entry.edited_at = by, at
        _write(ReportEntry, report, entries, (*ReportEntry.WRITTEN, "edited_by", "edited_at"))
        followed = [step for step in self.said.values() if step in self._touched]
        for model in self.lines:
            lines = [row for row in self._touched if isinstance(row, model) and row not in followed]
            _write(model, report, lines, (*model.WRITTEN, "order"))
        for step in followed:
            step.followed_in = report if step.outcome else None
        _write(NextStep, report, followed, (*NextStep.FOLLOWED, "followed_in"))
        for model in self.lines:
            left = [row.pk for row in self._left if isinstance(row, model)]
            if left:
                model._default_manager.filter(pk__in=left).delete()

    def _lay_row(self, row: ReportRow, owed: OwedTask) -> None:
        faults = row.faults(owed)
        if faults:
            self.faults |= faults
            return
        entry = self.entries.get(row.task_id) or ReportEntry(task=owed.task)
        found = self._lay(
            f"row-{row.task_id}", entry, row.values(owed), seen=row.seen, of=str(owed.task) + gettext(": ")
        )
        if found:
            self.entries[row.task_id] = entry
            self.change.setdefault("rows", {})[str(owed.task.number)] = found

    def _lay_followed(self, followed: Followed) -> None:
        step = self.said.get(followed.step_id)
        if step is None:
            self.faults[f"{followed.part}-outcome"] = _(
                "This next step has been changed in the meantime. Reload the page."
            )
            return
        faults = followed.faults(step, self.period)
        if faults:
            self.faults |= {f"{followed.part}-{name}": message for name, message in faults.items()}
            return
        found = self._lay(followed.part, step, followed.values(), seen=followed.seen, of=step.text + gettext(": "))
        if found:
            self.change["followed"] = WITHHELD

    def _lay_lines(self, model: type[Line], lines: Sequence[WrittenLine]) -> None:
        """Merge lines of one kind: by their keys, or as the whole list where they have none."""
        rows = self.lines[model]
        was = [row.words() for row in rows]
        is_whole = not any(line.key for line in lines)
        laid = _by_words(lines, rows) if is_whole else _by_key(lines, rows)
        kept = [row for _line, row in laid if row is not None]
        orders = count(max((row.order for row in rows), default=-1) + 1)
        for place, (line, row) in enumerate(laid):
            part = f"{model.KIND}-{(row.handle if row else line.key) or place}"
            fault = line.fault()
            if fault:
                self.faults[f"{part}-text"] = fault
            elif row is not None or not line.is_empty:
                laid_over = row or model(key=line.key, order=next(orders))
                self._lay_line(part, laid_over, line, rows, order=place if is_whole else None)
        for row in [row for row in rows if is_whole and row.pk and row not in kept]:
            self._remove(f"{model.KIND}-{row.handle}", row, rows, seen=None)
        now = [row.words() for row in rows]
        if now != was:
            self.change[model._meta.get_field("report").remote_field.name] = WITHHELD

    def _lay_line(self, part: str, row: Line, line: WrittenLine, rows: list[Line], *, order: int | None) -> None:
        if line.is_empty:
            self._remove(part, row, rows, seen=line.seen)
        elif row.pk is None and line.seen:
            self.conflicts.append(Conflict(part, None, [_difference(row, is_now=line.text.strip())]))
        else:
            values = {name: value for name, value in line.values().items() if name not in row.held_fields()}
            settled = row.settled_words()
            if order is not None and not settled:
                values["order"] = order
            is_new = row.pk is None
            if self._lay(part, row, values, seen=line.seen, settled=settled) and is_new:
                rows.append(row)

    def _remove(self, part: str, row: Line, rows: list[Line], *, seen: int | None) -> None:
        settled = row.settled_words()
        if settled:
            self.faults[f"{part}-text"] = settled
        elif seen is not None and seen != row.version:
            self.conflicts.append(Conflict(part, row, [_difference(row, was=row.text)]))
        else:
            self.differences.append(_difference(row, was=row.text))
            rows.remove(row)
            self._left.append(row)

    def _lay(
        self,
        part: str,
        row: ReportEntry | Line,
        values: Mapping[str, object],
        *,
        seen: int | None,
        of: str = "",
        settled: Text | None = None,
    ) -> list[str]:
        """Merge `values` into one row; return the names of what changes, nothing where it conflicts.

        `settled` says why it can no longer be changed.
        """
        was = {name: getattr(row, name) for name in values}
        found = {name: [was[name], value] for name, value in values.items() if was[name] != value}
        if not found:
            return []
        differences = [
            Difference(of + str(field_name(row, name)), shown(theirs), shown(yours))
            for name, (theirs, yours) in found.items()
        ]
        if settled:
            self.faults[f"{part}-text"] = settled
            return []
        if seen is not None and seen != row.written_version:
            self.conflicts.append(Conflict(part, row, differences))
            return []
        for name, value in values.items():
            setattr(row, name, value)
        row.version += row.pk is not None
        self._touched.append(row)
        self.differences += differences
        return list(found)


def _by_key(lines: Sequence[WrittenLine], rows: Sequence[Line]) -> list[Laid]:
    """Each line with the stored row that has its key."""
    by_key = {row.handle: row for row in rows}
    return [(line, by_key.get(line.key)) for line in lines]


def _by_words(lines: Sequence[WrittenLine], rows: Sequence[Line]) -> list[Laid]:
    """Each line of a whole list with the row it replaces: same text first, then by position."""
    lines = [line for line in lines if not line.is_empty or line.has_more]
    free = list(rows)
    same: list[Line | None] = [_taken(free, line) for line in lines]
    movable: Iterator[Line] = (row for row in free if not row.settled_words())
    return [(line, row or next(movable, None)) for line, row in zip(lines, same, strict=True)]


def _taken(free: list[Line], line: WrittenLine) -> Line | None:
    """The first row with the line's text, removed from the free ones."""
    found = next((row for row in free if row.text == line.text.strip()), None)
    if found is not None:
        free.remove(found)
    return found


def _difference(row: Line, *, was: str = "", is_now: str = "") -> Difference:
    return Difference(row._meta.verbose_name, was, is_now)


def _write(model: type[Any], report: ProgressReport, rows: Sequence[Any], fields: Sequence[str]) -> None:
    """Insert the new rows of a report and update the others: one query each."""
    fresh = [row for row in rows if row.pk is None]
    known = [row for row in rows if row.pk is not None]
    for row in fresh:
        row.report = report
    if fresh:
        model._default_manager.bulk_create(fresh)
    if known:
        model._default_manager.bulk_update(known, [*fields, "version"])
