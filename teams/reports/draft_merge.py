"""What is written of a report laid over its draft in memory: rows and lines, each with a version of its own.

Two people at different rows never meet; where two have changed the same one nothing is overwritten, and what clashes is
named. What cannot be is named too, and left out. `Draft.save` writes what changed.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from decimal import Decimal
from typing import Any

from django.db import models
from django.utils.translation import gettext_lazy as _

from governance.lists.text import day_text
from governance.people.models import User
from governance.records.refusals import Difference
from governance.records.values import field_name, recorded, shown

from ..models import HelpRequest, NextStep, ProgressReport, ReportEntry, ReportingPeriod, SpecialTeam
from .owed_rows import OwedTask
from .submissions_read import last_steps
from .written import Conflict, Followed, Matter, NextStepLine, ReportRow, Written, row_field

HUNDRED = Decimal(100)
CENT = Decimal("0.01")
MOST = Decimal(10) ** 10
"""Counts stay below this: what the column holds."""
LONGEST_LINE = 500
ENTRY_FIELDS = ("percent", "done", "no_change", "text", "reason", "asks_close_out", "asks_due_on", "ask_reason")
MATTER_FIELDS = ("text", "to", "due_on")
STEP_FIELDS = ("text", "due_on")
OUTCOME_FIELDS = ("outcome", "reason")


@dataclass
class Draft:
    """A report's rows and lines in memory: what was written is laid over them, then what changed is saved."""

    team: SpecialTeam
    period: ReportingPeriod
    report: ProgressReport | None
    entries: dict[int, ReportEntry]
    matters: list[HelpRequest]
    steps: list[NextStep]
    said: dict[int, NextStep]
    change: dict[str, Any] = field(default_factory=dict)
    differences: list[Difference] = field(default_factory=list)
    conflicts: list[Conflict] = field(default_factory=list)
    faults: dict[str, Any] = field(default_factory=dict)
    _touched: list[models.Model] = field(default_factory=list)
    _left: list[models.Model] = field(default_factory=list)

    @classmethod
    def of(
        cls, team: SpecialTeam, period: ReportingPeriod, report: ProgressReport | None, *, followed: bool
    ) -> "Draft":
        """Read the rows and lines of a report: three queries, none without a report; one for last time's next steps."""
        said = {step.pk: step for step in last_steps(team, period)} if followed else {}
        if report is None:
            return cls(team, period, None, {}, [], [], said)
        return cls(
            team,
            period,
            report,
            {entry.task_id: entry for entry in report.entries.all()},
            list(report.help_requests.select_for_update(of=("self",)).select_related("to")),
            list(report.next_steps.all()),
            said,
        )

    @property
    def version(self) -> int:
        """The report's version, 0 before it has begun."""
        return 0 if self.report is None else self.report.version

    def lay(self, written: Written, owed: Mapping[int, OwedTask]) -> None:
        """Lay what was written over the rows and lines; what cannot be or clashes is noted and left out."""
        for row in written.rows:
            self._lay_row(row, owed[row.task_id])
        self._lay_lines("matter", HelpRequest, self.matters, written.matters)
        self._lay_lines("step", NextStep, self.steps, written.steps)
        for followed in written.followed:
            self._lay_followed(followed)

    def save(self, report: ProgressReport, *, by: User, at: datetime) -> None:
        """Write what changed: at most a query per kind of change, whatever the number of rows."""
        entries = [row for row in self._touched if isinstance(row, ReportEntry)]
        for entry in entries:
            entry.edited_by, entry.edited_at = by, at
        _write(ReportEntry, report, entries, (*ENTRY_FIELDS, "edited_by", "edited_at"))
        matters = [row for row in self._touched if isinstance(row, HelpRequest)]
        _write(HelpRequest, report, matters, (*MATTER_FIELDS, "order"))
        steps = [row for row in self._touched if isinstance(row, NextStep) and row.pk not in self.said]
        _write(NextStep, report, steps, (*STEP_FIELDS, "order"))
        followed = [row for row in self._touched if isinstance(row, NextStep) and row.pk in self.said]
        for step in followed:
            step.followed_in = report if step.outcome else None
        if followed:
            NextStep.objects.bulk_update(followed, (*OUTCOME_FIELDS, "followed_in", "version"))
        for model in (HelpRequest, NextStep):
            left = [row.pk for row in self._left if isinstance(row, model)]
            if left:
                model.objects.filter(pk__in=left).delete()

    def _lay_row(self, row: ReportRow, owed: OwedTask) -> None:
        faults = faults_of(row, owed)
        if faults:
            self.faults |= faults
            return
        entry = self.entries.get(row.task_id) or ReportEntry(task=owed.task)
        now = owed.progress(row.percent, row.done)
        as_before = now is None or now == owed.before
        values = {
            "percent": None if as_before or owed.counts else now.percent,
            "done": None if as_before or not owed.counts else now.done,
            "no_change": row.no_change,
            "text": row.text.strip(),
            "reason": row.reason.strip(),
            "asks_close_out": row.asks_close_out,
            "asks_due_on": row.asks_due_on,
            "ask_reason": row.ask_reason.strip(),
        }
        found = self._lay(f"row-{row.task_id}", entry, values, seen=row.seen, of=f"{owed.task}: ")
        if found:
            self.entries[row.task_id] = entry
            self.change.setdefault("rows", {})[str(owed.task.number)] = found

    def _lay_followed(self, followed: Followed) -> None:
        step = self.said.get(followed.step_id)
        part = f"last-{followed.step_id}"
        if step is None:
            self.faults[f"{part}-outcome"] = _("This next step was changed meanwhile. Reload the page.")
            return
        reason = followed.reason.strip()
        if followed.outcome and followed.outcome not in NextStep.Outcome:
            self.faults[f"{part}-outcome"] = _("Say what became of it: done, partly, or not.")
        elif len(reason) > LONGEST_LINE:
            self.faults[f"{part}-reason"] = _("Please keep a line to 500 characters; this one has %(length)s.") % {
                "length": len(reason)
            }
        else:
            values = {"outcome": followed.outcome, "reason": reason if followed.outcome else ""}
            found = self._lay(part, step, values, seen=followed.seen, of=f"{step.text}: ")
            if found:
                self.change.setdefault("followed", {})[step.text] = found

    def _lay_lines(self, kind: str, model: type[models.Model], rows: list, lines: Sequence | None) -> None:
        """Lay lines over rows: by their keys, or, where they have none, as the whole list."""
        if lines is None:
            return
        whole = not any(line.key for line in lines)
        if whole:
            lines = _placed([line for line in lines if line.text.strip() or line.has_more], rows)
        was = [_texts(row) for row in rows]
        order = max((row.order for row in rows), default=-1)
        by_key = {row.handle: row for row in rows}
        for place, line in enumerate(lines):
            part = f"{kind}-{line.key}" if line.key else f"{kind}-{place}"
            row = by_key.get(line.key)
            if row is None and line.text.strip():
                order += 1
                row = model(key="" if whole else line.key, order=order)
            if row is not None or line.has_more:
                self._lay_line(part, row, line, rows, order=place if whole else None)
        if whole:
            kept = {line.key for line in lines}
            for row in [row for row in rows if row.pk and row.handle not in kept]:
                self._remove(f"{kind}-{row.handle}", row, rows, seen=None)
        now = [_texts(row) for row in rows]
        if now != was:
            self.change["help_requests" if kind == "matter" else "next_steps"] = [was, now]

    def _lay_line(
        self,
        part: str,
        row: HelpRequest | NextStep | None,
        line: Matter | NextStepLine,
        rows: list,
        *,
        order: int | None,
    ) -> None:
        fault = line_faults(line)
        if fault:
            self.faults[f"{part}-text"] = fault
            return
        if not line.text.strip():
            self._remove(part, row, rows, seen=line.seen)
            return
        values = {name: getattr(line, name) for name in (MATTER_FIELDS if isinstance(line, Matter) else STEP_FIELDS)}
        values["text"] = line.text.strip()
        if isinstance(row, HelpRequest) and row.passed_on_at:
            values["due_on"] = row.due_on
        settled = settled_words(row)
        if order is not None and not settled:
            values["order"] = order
        is_new = row.pk is None
        if is_new and line.seen:
            differences = [Difference(row._meta.verbose_name, "", values["text"])]
            self.conflicts.append(Conflict(part, None, differences))
            return
        if self._lay(part, row, values, seen=line.seen, settled=settled) and is_new:
            rows.append(row)

    def _remove(self, part: str, row: HelpRequest | NextStep, rows: list, *, seen: int | None) -> None:
        settled = settled_words(row)
        if settled:
            self.faults[f"{part}-text"] = settled
        elif seen is not None and seen != row.version:
            self.conflicts.append(Conflict(part, row, [Difference(row._meta.verbose_name, row.text, "")]))
        else:
            self.differences.append(Difference(row._meta.verbose_name, row.text, ""))
            rows.remove(row)
            self._left.append(row)

    def _lay(
        self,
        part: str,
        row: models.Model,
        values: Mapping[str, Any],
        *,
        seen: int | None,
        of: str = "",
        settled: Any = None,
    ) -> dict[str, list[Any]]:
        """Lay `values` over one row; answers what changes: {name: [was, is]}, nothing where it clashes.

        `settled` says why it can no longer be changed.
        """
        was = {name: getattr(row, name) for name in values}
        found = {name: [was[name], value] for name, value in values.items() if was[name] != value}
        if not found:
            return {}
        differences = [
            Difference(of + str(field_name(row, name)), shown(theirs), shown(yours))
            for name, (theirs, yours) in found.items()
        ]
        if settled:
            self.faults[f"{part}-text"] = settled
            return {}
        if seen is not None and seen != version_of(row):
            self.conflicts.append(Conflict(part, row, differences))
            return {}
        for name, value in values.items():
            setattr(row, name, value)
        row.version += row.pk is not None
        self._touched.append(row)
        self.differences += differences
        return {name: [recorded(theirs), recorded(yours)] for name, (theirs, yours) in found.items()}


def faults_of(row: ReportRow, owed: OwedTask) -> dict[str, Any]:
    """What cannot be in a row: {field: message}."""
    if owed.counts:
        faults = _number_faults(row.task_id, "done", row.done, MOST, _("The count is a number of 0 or more."))
    else:
        faults = _number_faults(row.task_id, "percent", row.percent, HUNDRED, _("The percent lies between 0 and 100."))
    if row.asks_close_out and row.asks_due_on:
        faults[row_field(row.task_id, "asks_due_on")] = _(
            "A row asks for close-out or for a new due date, not for both."
        )
    return faults


def _number_faults(task_id: int, name: str, value: Decimal | None, most: Decimal, message: Any) -> dict[str, Any]:
    if value is None:
        return {}
    if not value.is_finite() or not 0 <= value <= most:
        return {row_field(task_id, name): message}
    if value != value.quantize(CENT):
        return {row_field(task_id, name): _("Two decimals are enough.")}
    return {}


def line_faults(line: Matter | NextStepLine) -> Any:
    """What cannot be in a line: too long, or a department or a day but no words; None where it can."""
    text = line.text.strip()
    if len(text) > LONGEST_LINE:
        return _("Please keep a line to 500 characters; this one has %(length)s.") % {"length": len(text)}
    if not text and line.has_more:
        return _("Say what it is about, or empty the whole line.")
    return None


def version_of(row: ReportEntry | HelpRequest | NextStep) -> int:
    """The version of a row or a line that a form sees: 0 where there is nothing yet."""
    if isinstance(row, ReportEntry):
        return row.written_version
    return row.version if row.pk else 0


def settled_words(row: models.Model) -> Any:
    """Why a line can no longer be changed or removed; None where it can."""
    if isinstance(row, HelpRequest) and row.answered_at:
        return _("This matter was answered on %(day)s; it stays as it was asked.") % {"day": day_text(row.answered_at)}
    if isinstance(row, NextStep) and (row.outcome or row.task_id):
        return _("This next step has been followed up; it stays as it was said.")
    return None


def _placed(lines: Sequence[Matter | NextStepLine], rows: Sequence[models.Model]) -> list:
    """A whole list's lines with the keys of the rows they are laid over: the same words first, then by place."""
    free = list(rows)
    placed: list = [None] * len(lines)
    for place, line in enumerate(lines):
        same = next((row for row in free if row.text == line.text.strip()), None)
        if same is not None:
            free.remove(same)
            placed[place] = same
    movable = [row for row in free if not settled_words(row)]
    return [_keyed(line, placed[place] or (movable.pop(0) if movable else None)) for place, line in enumerate(lines)]


def _keyed(line: Matter | NextStepLine, row: models.Model | None) -> Matter | NextStepLine:
    return replace(line, key=row.handle if row else "")


def _texts(row: HelpRequest | NextStep) -> list[str]:
    fields = MATTER_FIELDS if isinstance(row, HelpRequest) else STEP_FIELDS
    return [str(getattr(row, name) or "") for name in fields]


def _write(
    model: type[models.Model], report: ProgressReport, rows: Sequence[models.Model], fields: Sequence[str]
) -> None:
    """Insert the new rows of a report and update the others: a query each."""
    fresh = [row for row in rows if row.pk is None]
    known = [row for row in rows if row.pk is not None]
    for row in fresh:
        row.report = report
    if fresh:
        model.objects.bulk_create(fresh)
    if known:
        model.objects.bulk_update(known, [*fields, "version"])
