"""Reads one row of a ledger into a task, with the cell of every fault (docs/rules.md#ledger)."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
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

from ...rules.plausibility import times_target
from ...rules.progress import FULL, percent_of_quantity
from ...rules.team_names import TEAM_MISSING, team_in_cell
from .columns import COLUMN, PROGRESS, WORDS, Field, LedgerColumn
from .facts import LedgerNotice, LedgerTask, Notice, State
from .headers import Header
from .quantities import Measured, Quantity, in_one_unit, measured_in
from .states import StateSaid, closed_or_not, says_closed_out, state_said

TITLE_MISSING = CellReason("title_missing", gettext_noop("The row has no title. Enter the task, or clear the row."))
NUMBER_MISSING = CellReason("number_missing", gettext_noop("The number is missing. Every task needs its own number."))
TEXT_TOO_LONG = CellReason(
    "text_too_long", gettext_noop("The text has %(length)s characters; the limit is %(limit)s. Shorten it.")
)
DUE_BEFORE_START = CellReason(
    "due_before_start", gettext_noop("The task is due on %(due)s, before it starts on %(start)s. Correct one of them.")
)
TARGET_NOT_POSITIVE = CellReason(
    "target_not_positive", gettext_noop("A target must be above 0. Correct it or leave it empty.")
)
DONE_WITHOUT_TARGET = CellReason("done_without_target", gettext_noop("There is a count but no target. Add the target."))

DONE_MISSING = CellReason(
    "done_missing",
    gettext_noop("There is a target but no count. Enter how many are done so far; the percentage follows from it."),
)

STATES_DISAGREE = CellReason(
    "states_disagree",
    gettext_noop("This cell says that the task is not closed out, but the note says 已销号. Correct one of them."),
)

CLOSED_DISAGREES = CellReason(
    "states_disagree",
    gettext_noop("This cell says that the task is not closed out, but the state says 已销号. Correct one of them."),
)

Read = TypeVar("Read")


@dataclass(frozen=True, slots=True)
class RowContext:
    """What reading a row needs besides its cells: the year, the existing names, the team of its sheet or section.

    `lengths` are the longest texts that a task stores, in characters, by field. `unit` is the unit of the whole table,
    `start` the start of tasks where the sheet has no such column, None where it was not given.
    """

    sheet: str
    year: int
    departments: DepartmentNames
    teams: KnownNames
    lengths: Mapping[str, int]
    team: str | None
    header: Header
    unit: str = ""
    start: date | None = None


class RowReader:
    """Reads the cells of one row; `errors` holds everything wrong with it, `number` its number if that is valid.

    What a missing column would hold is no error of the row. `bare_percent` is the cell of a progress up to 1 without a
    sign of its own, in a column that has the sign in its name.
    """

    def __init__(self, row: int, cells_by_field: dict[str, SheetCell], context: RowContext) -> None:
        self.errors: list[CellFault] = []
        self.number: int | None = None
        self.bare_percent: SheetCell | None = None
        self._row = row
        self._cells = cells_by_field
        self._context = context

    def read(self) -> tuple[LedgerTask | None, list[LedgerNotice]]:
        """The task and its notices, or None when something is wrong or a column is missing."""
        self.number = self._number()
        team = self._team()
        title = self._title()
        departments = self._departments()
        start = self._start()
        due = self._try(Field.DUE, due_date, year=self._context.year)
        percent_said = self._percent()
        quantity = self._quantity(percent_said)
        words = {column.field: self._word(column) for column in WORDS if column.field != Field.TITLE}
        said = self._try(Field.STATE, state_said)
        closes = self._closed(str(words[Field.NOTE] or ""), said)
        closed = closes or said is StateSaid.CLOSED
        if start and due and due.on and due.on < start:
            self._error(self._cell(Field.DUE), DUE_BEFORE_START, start=start.isoformat(), due=due.on.isoformat())
        if self.errors or self.number is None or team is None or departments is None or due is None or not title:
            return None, []
        percent = percent_said
        if quantity.target is not None and quantity.done is not None:
            percent = percent_of_quantity(done=quantity.done, target=quantity.target)
        elif percent is None and (closed or said is StateSaid.DONE):
            percent = FULL
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
            state=_state(percent, closed=closed),
            target=quantity.target,
            unit=quantity.unit,
            done=quantity.done,
            percent_said=percent_said,
            state_said=said,
            closes=closes,
            stated=self._stated(percent_said, quantity),
            columns={kind: cell.letter for kind, cell in self._cells.items()},
        )
        return task, _notices(task, due)

    def _number(self) -> int | None:
        if self._cell(Field.NUMBER).blank:
            if Field.NUMBER in self._cells:
                self._error(self._cell(Field.NUMBER), NUMBER_MISSING)
            return None
        return self._try(Field.NUMBER, cells.whole_number)

    def _team(self) -> str | None:
        cell = self._cells.get(Field.TEAM)
        if cell is None or (cell.blank and self._context.team):
            return self._context.team
        if cell.blank:
            self._error(cell, TEAM_MISSING)
            return None
        return self._try(Field.TEAM, lambda value: team_in_cell(cells.text(value), self._context.teams))

    def _title(self) -> str:
        if Field.TITLE in self._cells and self._cell(Field.TITLE).blank:
            self._error(self._cell(Field.TITLE), TITLE_MISSING)
        return self._word(COLUMN[Field.TITLE]) or ""

    def _departments(self) -> NamedDepartments | None:
        """The lead from the lead's column or the common one; the others from both, and from the members' column."""
        lead_field = Field.LEAD if Field.LEAD in self._cells else Field.DEPARTMENTS
        if lead_field not in self._cells:
            return None
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

    def _start(self) -> date | None:
        """The start; where the sheet has no such column, the one that was given for the whole of it."""
        if Field.START not in self._cells:
            return self._context.start
        return self._try(Field.START, start_date, year=self._context.year)

    def _percent(self) -> Decimal | None:
        """The progress; a sign in the name of the column or in the number format counts like one in the cell."""
        cell = self._cell(Field.PERCENT)
        in_percent = self._context.header.in_percent and not cell.percent_format
        marked = in_percent or cell.unit == "%"
        percent = self._try(Field.PERCENT, cells.percent, percent_format=cell.percent_format, marked=marked)
        if in_percent and cell.unit != "%" and percent and percent <= 1 and "%" not in cells.compact(cell.value):
            self.bare_percent = cell
        return percent

    def _quantity(self, percent: Decimal | None) -> Quantity:
        """Target, unit and count (0 where empty) in one unit."""
        before = len(self.errors)
        target = self._measured(Field.TARGET)
        target_is_empty = target is None and len(self.errors) == before
        done = self._measured(Field.DONE)
        said = self._word(COLUMN[Field.UNIT]) or ""
        if done and done.number and target_is_empty:
            self._error(self._cell(Field.TARGET if Field.TARGET in self._cells else Field.DONE), DONE_WITHOUT_TARGET)
        if target is None:
            return Quantity(None, "", None)
        if target.number <= 0:
            self._error(self._cell(Field.TARGET), TARGET_NOT_POSITIVE)
        if done is None and percent:
            self._error(self._cell(Field.DONE if Field.DONE in self._cells else Field.TARGET), DONE_MISSING)
        try:
            found = in_one_unit(target, done or Measured(Decimal(0), ""), said or self._context.unit)
        except FormatError as fault:
            self._error(self._cell(fault.params["kind"]), fault.reason, **fault.params)
            return Quantity(target.number, "", None)
        self._check_length(Field.UNIT if said else Field.TARGET, found.unit, Field.UNIT)
        return found

    def _measured(self, kind: str) -> Measured | None:
        cell = self._cell(kind)
        try:
            return measured_in(cell, self._context.header.units.get(kind, ""))
        except FormatError as fault:
            self._error(cell, fault.reason, **fault.params)
            return None

    def _closed(self, note: str, said: StateSaid | None) -> bool:
        """Whether the task is closed out on paper, as its own column or the note says.

        Where that column says no, neither the note nor the state may say yes.
        """
        in_note = says_closed_out(note)
        in_column = self._try(Field.CLOSED, closed_or_not)
        if in_note and in_column is False:
            self._error(self._cell(Field.CLOSED), STATES_DISAGREE)
        elif in_column is False and said is StateSaid.CLOSED:
            self._error(self._cell(Field.CLOSED), CLOSED_DISAGREES)
        return in_note if in_column is None else in_column

    def _stated(self, percent: Decimal | None, quantity: Quantity) -> frozenset[str]:
        """The fields that the row really gives: progress where filled in; the others where there is a column."""
        said = set(self._cells) - PROGRESS
        if percent is not None or quantity.target is not None:
            said.add(Field.PERCENT)
        if quantity.target is not None:
            said |= {Field.TARGET, Field.UNIT, Field.DONE}
        if self._cell(Field.CLOSED).blank:
            said.discard(Field.CLOSED)
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
        if column.field != Field.UNIT:
            self._check_length(column.field, value, column.field)
        return value

    def _check_length(self, place: str, value: Any, kind: str) -> None:
        """A text that a task cannot store whole is an error of its cell."""
        longest = self._context.lengths.get(kind, 0)
        if longest and isinstance(value, str) and len(value) > longest:
            self._error(self._cell(place), TEXT_TOO_LONG, length=len(value), limit=longest)

    def _error(self, cell: SheetCell, reason: CellReason, **params: Any) -> None:
        self.errors.append(
            CellFault(reason, params, self._context.sheet, cell.row, cell.letter if cell.column else None)
        )


def _state(percent: Decimal | None, *, closed: bool) -> State:
    if closed:
        return State.CLOSED_OUT
    return State.IN_PROGRESS if percent else State.ASSIGNED


def _notices(task: LedgerTask, due: Due) -> list[LedgerNotice]:
    notices = []
    if not due.stated:
        notices.append(LedgerNotice(task.number, Notice.NO_DUE_DATE))
    if task.percent == 100 and task.state is not State.CLOSED_OUT:
        notices.append(LedgerNotice(task.number, Notice.READY_TO_CLOSE_OUT))
    if task.percent and task.state_said is StateSaid.NOT_STARTED:
        notices.append(LedgerNotice(task.number, Notice.STATE_BEHIND))
    if task.done is not None and times_target(task.done, task.target):
        notices.append(LedgerNotice(task.number, Notice.FAR_ABOVE_TARGET))
    return notices
