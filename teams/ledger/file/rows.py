"""Reads one row of a ledger into a task, with the cell of every fault (docs/rules.md#ledger)."""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any, TypeVar

from governance.formats import cells
from governance.formats.dates import Due, due_date, start_date
from governance.formats.departments import (
    DEPARTMENT_MISSING,
    DepartmentNames,
    NamedDepartments,
    department_list,
    lead_and_members,
    members_of,
)
from governance.formats.faults import CellFault, CellReason, FormatError, gettext_noop
from governance.formats.names import KnownNames
from governance.formats.sheets import SheetCell

from ...rules.progress import percent_of_quantity
from ...rules.team_names import TEAM_MISSING, team_in_cell
from .columns import COLUMN, PROGRESS, WORDS, Field, LedgerColumn
from .facts import LedgerNotice, LedgerTask, Notice, State

TITLE_MISSING = CellReason("title_missing", gettext_noop("The row has no title. Write the task, or empty the row."))
NUMBER_MISSING = CellReason("number_missing", gettext_noop("The number is missing. Every task has its own number."))
TEXT_TOO_LONG = CellReason(
    "text_too_long", gettext_noop("The text has %(length)s characters; at most %(limit)s are kept. Shorten it.")
)
DUE_BEFORE_START = CellReason(
    "due_before_start", gettext_noop("The task is due on %(due)s, before it starts on %(start)s. Correct one of them.")
)
TARGET_NOT_POSITIVE = CellReason(
    "target_not_positive", gettext_noop("A target is above 0. Correct it or leave it empty.")
)
DONE_WITHOUT_TARGET = CellReason(
    "done_without_target", gettext_noop("A count is done, but there is no target. Write the target of the count.")
)

DONE_MISSING = CellReason(
    "done_missing",
    gettext_noop("The target has no count. Write how many are done so far; the percent follows from it."),
)

_CLAUSES = re.compile(r"[,;。、\n]+")
_CLOSED = re.compile(r"closedout|已销号")
_NOT_CLOSED = re.compile(r"[未不待拟暂]|部分|not")

Read = TypeVar("Read")


@dataclass(frozen=True, slots=True)
class RowContext:
    """What reading a row needs besides its cells: the year, the existing names, the team of its sheet or section.

    `lengths` are the longest texts that a task stores, in characters, by field.
    """

    sheet: str
    year: int
    departments: DepartmentNames
    teams: KnownNames
    lengths: Mapping[str, int]
    sheet_team: str | None


class RowReader:
    """Reads the cells of one row; `errors` holds everything wrong with it, `number` its number if that is valid."""

    def __init__(self, row: int, cells_by_field: dict[str, SheetCell], context: RowContext) -> None:
        self.errors: list[CellFault] = []
        self.number: int | None = None
        self._row = row
        self._cells = cells_by_field
        self._context = context

    def read(self) -> tuple[LedgerTask | None, list[LedgerNotice]]:
        """The task and its notices, or None when something is wrong."""
        self.number = self._number()
        team = self._team()
        title = self._title()
        departments = self._departments()
        start = self._try(Field.START, start_date, year=self._context.year)
        due = self._try(Field.DUE, due_date, year=self._context.year)
        percent = self._try(Field.PERCENT, cells.percent, percent_format=self._cell(Field.PERCENT).percent_format)
        target, unit, done = self._quantity(percent)
        words = {column.field: self._word(column) for column in WORDS if column.field != Field.TITLE}
        if start and due and due.on and due.on < start:
            self._error(self._cell(Field.DUE), DUE_BEFORE_START, start=start.isoformat(), due=due.on.isoformat())
        if self.errors or self.number is None or team is None or departments is None or start is None or due is None:
            return None, []
        percent_said = percent
        if target is not None and done is not None:
            percent = percent_of_quantity(done=done, target=target)
        task = LedgerTask(
            sheet=self._context.sheet,
            row=self._row,
            number=self.number,
            team=team,
            words={Field.TITLE: title} | words,
            lead_department=departments.lead,
            member_departments=departments.members,
            start=start,
            due=due.on,
            ongoing=due.ongoing,
            percent=percent if percent is not None else Decimal(0),
            state=_state(words[Field.NOTE], percent),
            target=target,
            unit=unit,
            done=done,
            percent_said=percent_said,
            stated=self._stated(percent, target),
            columns={kind: cell.letter for kind, cell in self._cells.items()},
        )
        return task, _notices(task, due)

    def _number(self) -> int | None:
        if self._cell(Field.NUMBER).blank:
            self._error(self._cell(Field.NUMBER), NUMBER_MISSING)
            return None
        return self._try(Field.NUMBER, cells.whole_number)

    def _team(self) -> str | None:
        cell = self._cells.get(Field.TEAM)
        if cell is None or (cell.blank and self._context.sheet_team):
            return self._context.sheet_team
        if cell.blank:
            self._error(cell, TEAM_MISSING)
            return None
        return self._try(Field.TEAM, lambda value: team_in_cell(cells.text(value), self._context.teams))

    def _title(self) -> str:
        cell = self._cell(Field.TITLE)
        if cell.blank:
            self._error(cell, TITLE_MISSING)
        return self._word(COLUMN[Field.TITLE]) or ""

    def _departments(self) -> NamedDepartments | None:
        """The lead from the lead's column or the common one; the others from both, and from the members' column."""
        lead_field = Field.LEAD if Field.LEAD in self._cells else Field.DEPARTMENTS
        before = len(self.errors)
        lists = {kind: self._department_list(kind) for kind in (Field.LEAD, Field.DEPARTMENTS, Field.MEMBERS)}
        if len(self.errors) > before:
            return None
        if not lists[lead_field]:
            self._error(self._cell(lead_field), DEPARTMENT_MISSING)
            return None
        try:
            lead = lead_and_members(lists[lead_field]).lead
        except FormatError as fault:
            self._error(self._cell(lead_field), fault.reason, **fault.params)
            return None
        named = [*lists[lead_field], *lists[Field.DEPARTMENTS], *lists[Field.MEMBERS]]
        return NamedDepartments(lead, members_of(named, lead))

    def _department_list(self, kind: str) -> list[tuple[str, str]]:
        written = self._try(kind, cells.text) or ""
        found, faults = department_list(written, self._context.departments)
        for fault in faults:
            self._error(self._cell(kind), fault.reason, **fault.params)
        return found

    def _quantity(self, percent: Decimal | None) -> tuple[Decimal | None, str, Decimal | None]:
        """Target, unit and count (0 where empty); the unit's own column wins over a unit after the target."""
        before = len(self.errors)
        target, written_unit = self._try(Field.TARGET, cells.quantity) or (None, "")
        target_is_empty = target is None and len(self.errors) == before
        done, _ = self._try(Field.DONE, cells.quantity) or (None, "")
        unit = self._word(COLUMN[Field.UNIT]) or ""
        unit = written_unit if cells.is_blank(unit) or cells.is_dash(unit) else unit
        if target is not None and target <= 0:
            self._error(self._cell(Field.TARGET), TARGET_NOT_POSITIVE)
        if done and target_is_empty:
            self._error(self._cell(Field.TARGET if Field.TARGET in self._cells else Field.DONE), DONE_WITHOUT_TARGET)
        if target is not None and done is None:
            if percent:
                self._error(self._cell(Field.DONE if Field.DONE in self._cells else Field.TARGET), DONE_MISSING)
            return target, unit, Decimal(0)
        return target, unit if target is not None else "", done if target is not None else None

    def _stated(self, percent: Decimal | None, target: Decimal | None) -> frozenset[str]:
        """The fields that the row really gives: progress where filled in; the others where there is a column."""
        said = set(self._cells) - PROGRESS
        if percent is not None:
            said.add(Field.PERCENT)
        if target is not None:
            said |= {Field.TARGET, Field.UNIT, Field.DONE}
        return frozenset(said)

    def _cell(self, kind: str) -> SheetCell:
        """The cell of a field, an empty one where the sheet has no such column."""
        return self._cells.get(kind) or SheetCell(self._row, 0, None)

    def _try(self, kind: str, read: Callable[..., Read], **options: Any) -> Read | None:
        """The result of `read` for the cell of a field; a fault becomes an error in that cell."""
        cell = self._cell(kind)
        try:
            return read(cell.read(), **options)
        except FormatError as fault:
            self._error(cell, fault.reason, **fault.params)
            return None

    def _word(self, column: LedgerColumn) -> Any:
        """The text in the cell of a column; too long a text is an error."""
        value = self._try(column.field, column.read) if column.read else None
        longest = self._context.lengths.get(column.field, 0)
        if longest and isinstance(value, str) and len(value) > longest:
            self._error(self._cell(column.field), TEXT_TOO_LONG, length=len(value), limit=longest)
        return value

    def _error(self, cell: SheetCell, reason: CellReason, **params: Any) -> None:
        self.errors.append(
            CellFault(reason, params, self._context.sheet, cell.row, cell.letter if cell.column else None)
        )


def says_closed_out(note: str) -> bool:
    """Whether a note says 已销号, closed out on paper. "未销号", "部分已销号" do not."""
    clauses = [cells.compact(clause) for clause in _CLAUSES.split(cells.plain(note))]
    return any(_CLOSED.search(clause) and not _NOT_CLOSED.search(clause) for clause in clauses)


def _state(note: str, percent: Decimal | None) -> State:
    if says_closed_out(note):
        return State.CLOSED_OUT
    return State.IN_PROGRESS if percent else State.ASSIGNED


def _notices(task: LedgerTask, due: Due) -> list[LedgerNotice]:
    notices = []
    if not due.stated:
        notices.append(LedgerNotice(task.number, Notice.NO_DUE_DATE))
    if task.percent == 100 and task.state is not State.CLOSED_OUT:
        notices.append(LedgerNotice(task.number, Notice.READY_TO_CLOSE_OUT))
    return notices
