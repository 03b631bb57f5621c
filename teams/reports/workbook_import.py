"""The workbook of a report comes back: tried against the draft, then saved like typed input (docs/rules.md#dry-runs).

A cell that comes back as it was laid out changes nothing, whatever a spreadsheet does to spaces and characters.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal
from typing import Any, BinaryIO

from django.utils.translation import gettext_lazy as _

from governance.clock import day_of
from governance.formats.departments import department_names
from governance.formats.faults import CellFault, CellReason, gettext_noop
from governance.lists.text import day_text
from governance.people.models import Department, User
from governance.people.permissions import require
from governance.records.dry_runs import DryRun, FieldChange, RowChange
from governance.records.file_store import save_upload
from governance.records.models import StoredFile
from governance.records.tried_uploads import claim
from governance.records.verbs import locked, record, verb
from governance.records.words import upload_kind

from ..guards import check_drafting, check_editable
from ..models import HelpRequest, NextStep, ProgressReport, ReportEntry, ReportingPeriod, SpecialTeam
from .draft_merge import LONGEST_LINE, settled_words
from .drafts import save_report
from .owed_rows import OwedTask
from .sheet import MATTERS, ROWS, SAID, STEPS, Reading, ReadReport, ReadRow, SheetTable, as_read, read_report
from .workbook import DraftState, matter_cells, said_cells, step_cells
from .written import Followed, Matter, NextStepLine, ReportRow, Written

REPORT_UPLOAD = upload_kind("report", _("Progress report"))

TASK_UNKNOWN = CellReason(
    "report_task_unknown", gettext_noop("Task “%(text)s” is not among those that this report owes.")
)
TASK_TWICE = CellReason("report_task_twice", gettext_noop("Task “%(text)s” stands in row %(row)s already."))
COUNT_EXPECTED = CellReason(
    "report_count_expected", gettext_noop("This task is counted: enter the count so far, the percent follows.")
)
PERCENT_EXPECTED = CellReason("report_percent_expected", gettext_noop("This task has no quantity: enter the percent."))
ASKS_BOTH = CellReason(
    "report_asks_both", gettext_noop("A row asks for close-out or for a new due date, not for both.")
)
TOO_LONG = CellReason(
    "report_too_long", gettext_noop("Please keep it to %(most)s characters; this one has %(length)s.")
)
WORDS_MISSING = CellReason("report_words_missing", gettext_noop("Say what it is about, or empty the whole line."))
LINE_SETTLED = CellReason(
    "report_line_settled", gettext_noop("“%(text)s” was answered or followed up and stays as it was. Put it back.")
)
STEP_UNKNOWN = CellReason(
    "report_step_unknown", gettext_noop("There is no line %(text)s among what was said last time.")
)

LONGEST = {"text": 4000, "reason": 2000, "ask_reason": 2000}
"""Characters of a row's texts, as in the form."""

ENTRY_KEYS = ("no_change", "text", "reason", "asks_close_out", "asks_due_on", "ask_reason")


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
        """As the verb that saves a draft takes it."""
        return Written(self.rows, self.matters, self.steps, self.followed)

    @property
    def writes(self) -> bool:
        """Whether anything would be written; emptied lines count."""
        return bool(self.rows or self.followed or self.matters is not None or self.steps is not None)


def try_report(team: SpecialTeam, period: ReportingPeriod, content: BinaryIO, *, at: datetime) -> ReportImport:
    """What the workbook would write into the draft as it is; writes nothing."""
    departments = department_names((text, department.name) for text, department in Department.objects.by_name().items())
    reading = Reading(period.ends_on.year, departments)
    state = DraftState.of(team, period, on=day_of(at))
    return _Comparison(state, reading, read_report(content, reading)).compared()


@verb(says=_("imported the workbook of a report"))
def import_report(
    team: SpecialTeam,
    period: ReportingPeriod,
    content: BinaryIO,
    *,
    tried: StoredFile,
    seen: str | None,
    by: User,
    at: datetime,
    behalf: str = "",
) -> ReportImport:
    """Save what a tried workbook says as the team's draft; with `behalf` the office enters it, and says whose it is.

    The file has an event of its own; what it writes has that of a saved draft.

    Raises:
        NotAllowed: `by` neither drafts for this team nor enters reports on behalf.
        PeriodNotOpen: the period has not begun or is closed, or the team owes no report for it.
        WrongState: the report lies at the office or is accepted; the file was carried out before.
        FileRefused: the workbook has faults.
        MovedOn: what it would write is not what was seen.
    """
    require("enter_report_on_paper" if behalf else "save_report", by, team)
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
    outcome = {"added": 0, "changed": found.dry_run.writes, "unchanged": found.dry_run.unchanged}
    save_upload(file, REPORT_UPLOAD, outcome, by=by, at=at)
    record("import_report", report or team, by=by, at=at, change={"sha256": file.sha256, **outcome}, behalf=behalf)
    return found


@dataclass
class _Comparison:
    """Compares a workbook with a draft, sheet by sheet."""

    state: DraftState
    reading: Reading
    read: ReadReport
    found: ReportImport = field(default_factory=ReportImport)
    faults: list[CellFault] = field(default_factory=list)

    def compared(self) -> ReportImport:
        """All of it."""
        self.faults += self.read.faults
        self.found.dry_run.read = sum(map(len, self.read.tables.values()))
        self._rows()
        self.found.matters = self._lines(MATTERS, self.state.matters, matter_cells, self._matter)
        self.found.steps = self._lines(STEPS, self.state.steps, step_cells, self._step)
        self._said()
        self.found.dry_run.faults = self.faults
        return self.found

    def _laid(self, table: SheetTable, laid: dict[str, Any], row: ReadRow) -> dict[str, Any]:
        """What the row's cells would be read as if nobody had touched them."""
        return {key: as_read(table, key, laid[key], self.reading) for key in row.values}

    def _rows(self) -> None:
        """The tasks' rows: only what differs is written."""
        owed = {f"{each.task.year}-{each.task.number}": each for each in self.state.owed}
        by_number = {str(each.task.number): each for each in self.state.owed}
        met: dict[int, int] = {}
        for row in self.read.tables.get(ROWS.key, ()):
            said = row.values.get("number")
            if said is None:
                continue
            task = owed.get(said) or by_number.get(said)
            if task is None:
                self.faults.append(row.fault("number", TASK_UNKNOWN, text=said or "—"))
            elif task.task.pk in met:
                self.faults.append(row.fault("number", TASK_TWICE, text=said, row=met[task.task.pk]))
            else:
                met[task.task.pk] = row.number
                self._row(row, task)

    def _row(self, row: ReadRow, owed: OwedTask) -> None:
        laid = self.state.row_cells(owed)
        untouched = self._laid(ROWS, laid, row)
        changed = {key: value for key, value in row.values.items() if key != "number" and value != untouched[key]}
        other, reason = ("percent", COUNT_EXPECTED) if owed.counts else ("done", PERCENT_EXPECTED)
        faults = [row.fault(other, reason)] if other in changed else []
        faults += [
            row.fault(key, TOO_LONG, most=most, length=len(changed[key]))
            for key, most in LONGEST.items()
            if len(changed.get(key, "")) > most
        ]
        entry = self.state.entry(owed)
        values = {key: changed.get(key, getattr(entry, key)) for key in ENTRY_KEYS}
        if values["asks_close_out"] and values["asks_due_on"]:
            faults.append(row.fault("asks_due_on", ASKS_BOTH))
        self.faults += faults
        if faults:
            return
        if not changed:
            self.found.dry_run.unchanged += 1
            return
        number = "done" if owed.counts else "percent"
        values[number] = changed.get(number, getattr(entry, number))
        self.found.rows.append(ReportRow(owed.task.pk, **values))
        self.found.dry_run.changed.append(
            RowChange(
                str(owed.task),
                [FieldChange(name_of(key), shown(untouched[key], key), shown(changed[key], key)) for key in changed],
                owed.task.get_absolute_url(),
            )
        )

    def _lines(self, table: SheetTable, stored: Sequence[Any], cells_of: Any, line_of: Any) -> list[Any] | None:
        """A list of lines: None where it comes back as it was laid out, or where its sheet is not there."""
        rows = self.read.tables.get(table.key)
        if rows is None:
            return None
        rows = [row for row in rows if any(row.values.values())]
        blank = {column.key: as_read(table, column.key, None, self.reading) for column in table.columns}
        before = [
            {key: as_read(table, key, value, self.reading) for key, value in cells_of(each).items()} for each in stored
        ]
        now = [blank | row.values for row in rows]
        if [cells_ for cells_ in before if any(cells_.values())] == now:
            self.found.dry_run.unchanged += len(rows)
            return None
        self.faults += self._line_faults(rows, now)
        self.faults += [
            CellFault(LINE_SETTLED, {"text": each.text}, rows[0].sheet if rows else table.name)
            for each, cells_ in zip(stored, before, strict=True)
            if settled_words(each) and cells_ not in now
        ]
        kept = [(cells_, each) for cells_, each in zip(before, stored, strict=True)]
        lines = []
        for cells_ in now:
            same = next((each for each in kept if each[0] == cells_), None)
            if same is not None:
                kept.remove(same)
            lines.append(line_of(cells_, same and same[1]))
        self.found.dry_run.changed.append(RowChange(table.name, [FieldChange("", joined(before), joined(now))]))
        return lines

    def _line_faults(self, rows: Sequence[ReadRow], now: Sequence[dict[str, Any]]) -> Iterator[CellFault]:
        for row, cells_ in zip(rows, now, strict=True):
            if not cells_["text"]:
                yield row.fault("text", WORDS_MISSING)
            elif len(cells_["text"]) > LONGEST_LINE:
                yield row.fault("text", TOO_LONG, most=LONGEST_LINE, length=len(cells_["text"]))

    def _matter(self, cells_: dict[str, Any], stored: HelpRequest | None) -> Matter:
        if stored is not None:
            return Matter(stored.text, stored.to, stored.due_on)
        to = Department.objects.get(name=cells_["to"]) if cells_.get("to") else None
        return Matter(cells_["text"], to, cells_.get("due_on"))

    def _step(self, cells_: dict[str, Any], stored: NextStep | None) -> NextStepLine:
        return (
            NextStepLine(stored.text, stored.due_on)
            if stored is not None
            else NextStepLine(cells_["text"], cells_.get("due_on"))
        )

    def _said(self) -> None:
        """What became of last time's next steps, line by line."""
        places = {str(place): step for place, step in enumerate(self.state.said, start=1)}
        for row in self.read.tables.get(SAID.key, ()):
            said = row.values.get("place")
            step = places.get(said or "")
            if step is None:
                self.faults.append(row.fault("place", STEP_UNKNOWN, text=said or "—"))
                continue
            untouched = self._laid(SAID, said_cells(int(said), step), row)
            changed = {key: value for key, value in row.values.items() if value != untouched[key]}
            if len(changed.get("reason", "")) > LONGEST_LINE:
                self.faults.append(row.fault("reason", TOO_LONG, most=LONGEST_LINE, length=len(changed["reason"])))
            elif changed:
                self.found.followed.append(
                    Followed(step.pk, changed.get("outcome", step.outcome), changed.get("reason", step.reason))
                )
                fields = [
                    FieldChange(SAID.column(key).names[0], shown(untouched[key], key), shown(value, key))
                    for key, value in changed.items()
                ]
                self.found.dry_run.changed.append(RowChange(step.text, fields))
            else:
                self.found.dry_run.unchanged += 1


def name_of(key: str) -> Any:
    """What people call a column of a row."""
    return ReportEntry._meta.get_field(key).verbose_name


def shown(value: Any, key: str) -> Any:
    """A value as the page of a dry run says it."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return _("Yes") if value else _("No")
    if isinstance(value, Decimal):
        return f"{value.normalize():f}" + ("%" if key == "percent" else "")
    if key == "outcome":
        return NextStep.Outcome(value).label if value else ""
    return day_text(value) if isinstance(value, date) else value


def joined(lines: Sequence[dict[str, Any]]) -> str:
    """Lines as one text."""
    return "; ".join(" · ".join(str(shown(value, key)) for key, value in line.items() if value) for line in lines)
