"""Imports the workbook of a report: compared with the draft, then saved like typed input (docs/rules.md#dry-runs).

An untouched cell changes nothing, whatever a spreadsheet does to spaces and characters.
"""

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal
from functools import partial
from typing import IO, Any

from django.utils.translation import gettext_lazy as _

from governance.clock import day_of
from governance.formats.departments import department_names
from governance.formats.faults import CellFault, CellReason, gettext_noop
from governance.lists.text import clauses_text
from governance.people.models import Department, User
from governance.records.dry_runs import DryRun, FieldChange, Remark
from governance.records.file_store import save_upload
from governance.records.models import StoredFile
from governance.records.tried_uploads import claim
from governance.records.values import field_name
from governance.records.values import shown as value_text
from governance.records.verbs import locked, record, verb
from governance.records.words import upload_kind

from ..guards import check_drafting, check_editable, require_report_rule
from ..models import NextStep, ProgressReport, ReportEntry, ReportingPeriod, SpecialTeam
from ..models.report import ASKS_BOTH
from ..models.report_line import LONGEST_LINE, WORDS_MISSING, Line
from .draft_report import DraftReport, DraftRow
from .drafts import save_report
from .owed_rows import OwedTask
from .workbook import ReadReport, ReadRow, as_read, read_draft, read_report, said_steps
from .workbook_columns import MATTERS, ROWS, SAID, STEPS, Reading, SaidStep, SheetTable, code_of
from .written import LONGEST_TEXTS, Followed, Matter, NextStepLine, ReportRow, Written, WrittenLine

REPORT_UPLOAD = upload_kind("report", _("Progress report"))

TASK_UNKNOWN = CellReason("report_task_unknown", gettext_noop("Task “%(text)s” does not belong in this report."))
TASK_TWICE = CellReason("report_task_twice", gettext_noop("Task “%(text)s” is already in row %(row)s."))
COUNT_EXPECTED = CellReason(
    "report_count_expected",
    gettext_noop("This task has a quantity: enter the count so far; the percentage follows from it."),
)
PERCENT_EXPECTED = CellReason(
    "report_percent_expected", gettext_noop("This task has no quantity: enter the percentage.")
)
BOTH_ASKED = CellReason("report_asks_both", ASKS_BOTH)
TOO_LONG = CellReason("report_too_long", gettext_noop("Please keep it to %(most)s characters; it now has %(length)s."))
NO_WORDS = CellReason("report_words_missing", WORDS_MISSING)
LINE_SETTLED = CellReason(
    "report_line_settled",
    gettext_noop("“%(text)s” has been answered or followed up and cannot be changed. Restore it."),
)
STEP_UNKNOWN = CellReason(
    "report_step_unknown", gettext_noop("There is no line %(text)s among last time's next steps.")
)


Cells = dict[str, Any]
"""The values of a row's cells, by column."""
Changed = dict[str, tuple[Any, Any]]
"""The touched cells of a row by column: what they would read as untouched, and what they read as."""


@dataclass
class ReportImport:
    """What a workbook would write into a draft, and how a page shows it."""

    rows: list[ReportRow] = field(default_factory=list)
    matters: list[Matter] | None = None
    steps: list[NextStepLine] | None = None
    followed: list[Followed] = field(default_factory=list)
    dry_run: DryRun = field(default_factory=DryRun)

    @property
    def written(self) -> Written:
        """The input for the verb that saves a draft."""
        return Written(self.rows, self.matters, self.steps, self.followed)

    @property
    def writes(self) -> bool:
        """Whether anything would be written; emptied lines count."""
        return bool(self.rows or self.followed or self.matters is not None or self.steps is not None)


def try_report(team: SpecialTeam, period: ReportingPeriod, content: IO[bytes], *, at: datetime) -> ReportImport:
    """What the workbook would write into the present draft; writes nothing."""
    departments = department_names((text, department.name) for text, department in Department.objects.by_name().items())
    reading = Reading(period.ends_on.year, departments)
    draft = read_draft(team, period, on=day_of(at))
    return _Comparison(draft, reading, read_report(content, reading)).compared()


@verb(says=_("imported the workbook of a report"))
def import_report(
    team: SpecialTeam,
    period: ReportingPeriod,
    content: IO[bytes],
    *,
    tried: StoredFile,
    seen: str | None,
    by: User,
    at: datetime,
    behalf: str = "",
) -> ReportImport:
    """Save a tried workbook as the team's draft; with `behalf` the office enters it, and says whose it is.

    The file has an event of its own; the draft it saves has the usual one.

    Raises:
        NotAllowed: `by` neither drafts for this team nor enters reports on behalf.
        PeriodNotOpen: the period has not begun or is closed, or the team owes no report for it.
        WrongState: the report is submitted or accepted; the file was imported before.
        FileRefused: the workbook has faults.
        MovedOn: it would write something else than the dry run showed.
    """
    require_report_rule("save_report", by, team, behalf=behalf)
    file = claim(tried)
    team = locked(team)
    period = ReportingPeriod.objects.get(pk=period.pk)
    check_drafting(team, period, on=day_of(at))
    report = ProgressReport.objects.filter(team=team, period=period).first()
    if report is not None:
        check_editable(report)
    found = try_report(team, period, content, at=at)
    found.dry_run.check(seen)
    if found.writes:
        report = save_report(team, period, found.written, by=by, at=at, behalf=behalf)
    counts = found.dry_run.counts
    save_upload(file, REPORT_UPLOAD, counts, by=by, at=at)
    record("import_report", report or team, by=by, at=at, change={"sha256": file.sha256, **counts}, behalf=behalf)
    return found


@dataclass
class _Comparison:
    """Compares a workbook with a draft, sheet by sheet."""

    draft: DraftReport
    reading: Reading
    read: ReadReport
    found: ReportImport = field(default_factory=ReportImport)
    faults: list[CellFault] = field(default_factory=list)

    def compared(self) -> ReportImport:
        """Compare all sheets."""
        self.faults += self.read.faults
        self.found.dry_run.coverage = self.read.coverage
        self.found.dry_run.read = sum(map(len, self.read.tables.values()))
        self._rows()
        self.found.matters = self._lines(MATTERS, Matter, self.draft.matters)
        self.found.steps = self._lines(STEPS, NextStepLine, self.draft.steps)
        self._said()
        self.found.dry_run.faults = self.faults
        return self.found

    def _untouched(self, table: SheetTable, subject: Any, keys: Iterable[str]) -> dict[str, Any]:
        """What the cells of a row would read as, untouched."""
        laid = table.cells(subject)
        return {key: as_read(table, key, laid[key], self.reading) for key in keys}

    def _changed(self, table: SheetTable, subject: Any, row: ReadRow) -> Changed:
        """The touched cells of a row, except the one that identifies it."""
        was = self._untouched(table, subject, row.values)
        changed = {
            key: (was[key], value) for key, value in row.values.items() if key != table.needed[0] and value != was[key]
        }
        fixed = [column for column in table.columns if column.fixed and column.key in changed]
        for column in fixed:
            shown_now, said = changed.pop(column.key)
            sentence = _(
                "“%(column)s” cannot be changed by a report: it stays “%(now)s”, although the file says “%(said)s”"
            ) % {
                "column": column.names[0],
                "now": shown_now or "—",
                "said": said or "—",
            }
            self.found.dry_run.untouched.append(Remark(_about(subject), sentence))
        return changed

    def _note(self, subject: str, changed: Changed, name: Callable[[str], Any], url: str = "") -> bool:
        """Note the changes of a row for the page of the dry run; return whether there are any."""
        fields = [FieldChange(name(key), shown(was, key), shown(now, key)) for key, (was, now) in changed.items()]
        return self.found.dry_run.note(subject, fields, url=url)

    def _rows(self) -> None:
        """The tasks' rows: only differences are written."""
        by_code = {code_of(each.owed): each for each in self.draft.rows}
        by_number = {str(each.owed.task.number): each for each in self.draft.rows}
        met: dict[int, int] = {}
        for row in self.read.tables.get(ROWS.key, ()):
            said = row.values.get("number")
            if said is None:
                continue
            found = by_code.get(said) or by_number.get(said)
            if found is None:
                self.faults.append(row.fault("number", TASK_UNKNOWN, text=said or "—"))
            elif found.owed.task.pk in met:
                self.faults.append(row.fault("number", TASK_TWICE, text=said, row=met[found.owed.task.pk]))
            else:
                met[found.owed.task.pk] = row.number
                self._row(row, found)

    def _row(self, row: ReadRow, stored: DraftRow) -> None:
        task, number = stored.owed.task, stored.owed.number
        changed = self._changed(ROWS, stored, row)
        values = _values(changed, stored.entry, (*ReportEntry.STATEMENTS, number))
        faults = list(_row_faults(row, stored.owed, changed, values))
        if faults:
            self.faults += faults
            return
        written = ReportRow(task.pk, **values)
        if words := written.question(stored.owed):
            sentence = _("%(number)s. Check it: before the report is submitted, it has to be confirmed.")
            remark = Remark(str(task), sentence % {"number": words}, task.get_absolute_url())
            self.found.dry_run.remarks.append(remark)
        if self._note(str(task), changed, partial(field_name, ReportEntry), task.get_absolute_url()):
            self.found.rows.append(written)

    def _lines(self, table: SheetTable, kind: type[WrittenLine], stored: Sequence[Line]) -> list[Any] | None:
        """A list of lines: None where it is untouched, or where its sheet is missing."""
        rows = self.read.tables.get(table.key)
        if rows is None:
            return None
        rows = [row for row in rows if any(row.values.values())]
        keys = [column.key for column in table.columns]
        blank = {key: as_read(table, key, None, self.reading) for key in keys}
        before = [self._untouched(table, each, keys) for each in stored]
        now = [blank | row.values for row in rows]
        if [line for line in before if any(line.values())] == now:
            self.found.dry_run.unchanged += len(rows)
            return None
        laid = list(zip(before, stored, strict=True))
        self.faults += _line_faults(rows, now)
        self.faults += _settled_faults(rows[0].sheet if rows else table.name, laid, now)
        self.found.dry_run.note(table.name, [FieldChange("", joined(before), joined(now))])
        return _lines_of(kind, laid, now)

    def _said(self) -> None:
        """The outcomes of the last next steps, line by line."""
        places = {str(said.place): said for said in said_steps(self.draft)}
        for row in self.read.tables.get(SAID.key, ()):
            place = row.values.get("place")
            said = places.get(place or "")
            if said is None:
                self.faults.append(row.fault("place", STEP_UNKNOWN, text=place or "—"))
                continue
            changed = self._changed(SAID, said, row)
            values = _values(changed, said.step, NextStep.FOLLOWED)
            if len(values["reason"]) > LONGEST_LINE:
                self.faults.append(row.fault("reason", TOO_LONG, most=LONGEST_LINE, length=len(values["reason"])))
            elif self._note(said.step.text, changed, lambda key: SAID.column(key).names[0]):
                self.found.followed.append(Followed(said.step.pk, **values))


def _about(subject: DraftRow | SaidStep) -> str:
    """What a row of a sheet is about."""
    return str(subject.owed.task) if isinstance(subject, DraftRow) else subject.step.text


def _values(changed: Changed, stored: ReportEntry | NextStep, names: Iterable[str]) -> dict[str, Any]:
    """The fields of a row: the stored values with the changes applied."""
    return {name: changed[name][1] if name in changed else getattr(stored, name) for name in names}


def _row_faults(row: ReadRow, owed: OwedTask, changed: Changed, values: dict[str, Any]) -> Iterator[CellFault]:
    other, reason = ("percent", COUNT_EXPECTED) if owed.counts else ("done", PERCENT_EXPECTED)
    if other in changed:
        yield row.fault(other, reason)
    for key, most in LONGEST_TEXTS.items():
        if key in changed and len(values[key]) > most:
            yield row.fault(key, TOO_LONG, most=most, length=len(values[key]))
    if values["asks_close_out"] and values["asks_due_on"]:
        yield row.fault("asks_due_on", BOTH_ASKED)


def _line_faults(rows: Sequence[ReadRow], now: Sequence[Cells]) -> Iterator[CellFault]:
    for row, line in zip(rows, now, strict=True):
        if not line["text"]:
            yield row.fault("text", NO_WORDS)
        elif len(line["text"]) > LONGEST_LINE:
            yield row.fault("text", TOO_LONG, most=LONGEST_LINE, length=len(line["text"]))


def _settled_faults(sheet: str, laid: Sequence[tuple[Cells, Line]], now: Sequence[Cells]) -> Iterator[CellFault]:
    """Lines that cannot change and yet differ."""
    for cells_, line in laid:
        if line.settled_words() and cells_ not in now:
            yield CellFault(LINE_SETTLED, {"text": line.text}, sheet)


def _lines_of(kind: type[WrittenLine], laid: Sequence[tuple[Cells, Line]], now: Sequence[Cells]) -> list[WrittenLine]:
    """The lines as the verb takes them; an untouched line keeps what the cells cannot show."""
    kept = list(laid)
    lines = []
    for cells_ in now:
        same = next((each for each in kept if each[0] == cells_), None)
        if same is not None:
            kept.remove(same)
        lines.append(kind.of(same[1]) if same else kind(**_new_line(cells_, kind)))
    return lines


def _new_line(cells_: Cells, kind: type[WrittenLine]) -> dict[str, Any]:
    """The fields of a new line; the department asked is given by name."""
    values = {name: cells_.get(name) for name in kind.model.WRITTEN}
    if "to" in values:
        values["to"] = Department.objects.get(name=values["to"]) if values["to"] else None
    return values


def shown(value: Any, key: str) -> Any:
    """A value as the page of a dry run shows it."""
    if isinstance(value, Decimal):
        return f"{value.normalize():f}" + ("%" if key == "percent" else "")
    if key == "outcome":
        return NextStep.Outcome(value).label if value else ""
    return value_text(value)


def joined(lines: Sequence[dict[str, Any]]) -> str:
    """Lines as one text."""
    return clauses_text(" · ".join(str(shown(value, key)) for key, value in line.items() if value) for line in lines)
