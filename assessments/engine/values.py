"""VALUES.csv: the facts of a trial as rows, one row a value (docs/rules.md#trials)."""

import csv
import io
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import TypeVar

from assessments.engine import entries
from assessments.engine.entries import EntryFault
from assessments.engine.facts import Event, Facts, Mark, Team, Value, Vote
from assessments.engine.faults import Fault, nearest
from assessments.engine.fields import Hole
from assessments.engine.methods import Reads
from assessments.engine.plan import Indicator, Plan

REQUIRED_COLUMNS = ("team", "class", "indicator", "value")
COLUMNS = (*REQUIRED_COLUMNS, "judge", "group", "level", "matter")
DEFAULT_CLASS = "all"
AGE = "@age_days"
TARGET = "@target:"

_BOM = "\ufeff"

Read = TypeVar("Read")


@dataclass(frozen=True, slots=True)
class Values:
    """What a values file holds: the facts, if it has no fault; its faults and warnings in the order of the file."""

    facts: Facts | None
    faults: tuple[Fault, ...]
    warnings: tuple[Fault, ...] = ()


@dataclass(frozen=True, slots=True)
class ValueRow:
    """One row: its line in the file and its cells by column name, without surrounding space."""

    line: int
    cells: dict[str, str]


def read_values(content: bytes, plan: Plan) -> Values:
    """Read the bytes of a values file for `plan`; every fault is named with its line and column.

    A file that is GB18030 from its first Chinese character on, as a Chinese Excel saves CSV, is read so with a warning.
    """
    warnings: tuple[Fault, ...] = ()
    try:
        text = content.decode().removeprefix(_BOM)
    except UnicodeDecodeError as error:
        fault = _undecodable(content, error.start)
        chinese = _chinese(content) if content[: error.start].isascii() else None
        if chinese is None:
            return Values(None, (fault,))
        text = chinese
        warnings = (Fault("read_as_gb18030", line=fault.line, column=fault.column),)
    if not text.strip():
        return Values(None, (Fault("empty_file", line=1, column=1),))
    reader = _Reader(plan)
    reader.warnings.extend(warnings)
    try:
        reader.read(text)
    except csv.Error as error:
        reader.faults.append(Fault("bad_csv", {"reason": str(error)}, line=reader.line, column=1))
    if not reader.faults and not reader.classes:
        reader.faults.append(Fault("no_rows", line=reader.line, column=1))
    return Values(None if reader.faults else reader.facts(), tuple(reader.faults), tuple(reader.warnings))


def _chinese(content: bytes) -> str | None:
    """The text of a GB18030 file (and so of a GBK or GB 2312 one); None where it is none."""
    try:
        return content.decode("gb18030")
    except UnicodeDecodeError:
        return None


def _undecodable(content: bytes, offset: int) -> Fault:
    start = content.rfind(b"\n", 0, offset) + 1
    return Fault("not_utf8", line=content.count(b"\n", 0, offset) + 1, column=content.count(b",", start, offset) + 1)


class _Reader:
    """Reads rows one after the other and collects what they say; after a fault the facts are not used."""

    def __init__(self, plan: Plan) -> None:
        self.indicators = {indicator.code: indicator for indicator in plan.indicators}
        self.vetoes = {veto.code for veto in plan.vetoes}
        self.plan = plan
        self.columns: dict[str, int] = {}
        self.line = 1
        self.faults: list[Fault] = []
        self.warnings: list[Fault] = []
        self.classes: dict[str, str] = {}
        self.ages: dict[str, int] = {}
        self.values: dict[str, dict[str, Value]] = {}
        self.targets: dict[str, dict[str, Decimal]] = {}
        self.marks: dict[str, dict[str, list[Mark]]] = {}
        self.votes: dict[str, dict[str, list[Vote]]] = {}
        self.events: dict[str, dict[str, list[Event]]] = {}
        self.pronounced: dict[str, dict[str, str]] = {}
        self.first_lines: dict[tuple[str | None, ...], int] = {}

    def facts(self) -> Facts:
        """What was gathered, teams in the order of first appearance."""
        return Facts.gather(
            [Team(code, class_code, self.ages.get(code)) for code, class_code in self.classes.items()],
            values=self.values,
            targets=self.targets,
            marks=self.marks,
            votes=self.votes,
            events=self.events,
            vetoes=self.pronounced,
        )

    def fault(self, line: int, field: str, code: str, **params: object) -> None:
        """Note a fault in a cell."""
        self.faults.append(self._note(line, field, code, params))

    def warn(self, line: int, field: str, code: str, **params: object) -> None:
        """Note a warning about a cell."""
        self.warnings.append(self._note(line, field, code, params))

    def _note(self, line: int, field: str, code: str, params: Mapping[str, object]) -> Fault:
        return Fault(code, params, field=field, line=line, column=self.columns[field] + 1)

    def read(self, text: str) -> None:
        """Read the header and every row. Raises csv.Error with `line` at the row that breaks."""
        lines = self._lines(text)
        self._read_header(next(lines))
        if self.faults:
            return
        for line, cells in lines:
            row = self._row(line, cells)
            if row is not None:
                self._read_row(row)

    def _lines(self, text: str) -> Iterator[tuple[int, list[str]]]:
        """Line number and cells of every row that is not blank; a row may run over several lines."""
        reader = csv.reader(io.StringIO(text, newline=""), strict=True)
        for cells in reader:
            if any(cell.strip() for cell in cells):
                yield self.line, cells
            self.line = reader.line_num + 1

    def _read_header(self, header: tuple[int, list[str]]) -> None:
        line, cells = header
        for index, cell in enumerate(cells):
            name = cell.strip()
            if not name and not any(rest.strip() for rest in cells[index:]):
                break
            code = "duplicate" if name in self.columns else "unknown_column" if name not in COLUMNS else ""
            if code:
                params = {"value": repr(name), "nearest": nearest(name, COLUMNS)}
                self.faults.append(Fault(code, params, line=line, column=index + 1))
            self.columns.setdefault(name, index)
        for name in REQUIRED_COLUMNS:
            if name not in self.columns:
                self.faults.append(Fault("missing_column", {"value": name}, line=line, column=len(cells) + 1))

    def _row(self, line: int, cells: list[str]) -> ValueRow | None:
        """The row by column name; absent cells of optional columns are blank."""
        width = max(self.columns.values()) + 1
        if any(cell.strip() for cell in cells[width:]):
            self.faults.append(Fault("too_many_cells", line=line, column=width + 1))
            return None
        if len(cells) <= max(self.columns[name] for name in REQUIRED_COLUMNS):
            self.faults.append(Fault("too_few_cells", line=line, column=len(cells) + 1))
            return None
        cells = [*cells, *[""] * (width - len(cells))]
        return ValueRow(line, {name: cells[index].strip() for name, index in self.columns.items()})

    def _read_row(self, row: ValueRow) -> None:
        """Read one row into the place its indicator says."""
        for name in ("team", "indicator"):
            if not row.cells[name]:
                self.fault(row.line, name, "blank_cell")
        team, code = row.cells["team"], row.cells["indicator"]
        if team:
            self._read_class(row, team)
        if not team or not code:
            return
        target_of = code.removeprefix(TARGET) if code.startswith(TARGET) else None
        if code == AGE:
            self._read_single(row, team, code, self.ages, entries.read_age)
        elif target_of in self.indicators:
            self._read_target(row, team, target_of)
        elif code in self.vetoes:
            self._read_veto(row, team, code)
        elif code in self.indicators:
            self._read_indicator(row, team, self.indicators[code])
        elif code.startswith("@") and target_of is None:
            self.fault(row.line, "indicator", "unknown_fact", value=repr(code))
        else:
            value = code if target_of is None else target_of
            close = nearest(value, [*self.indicators, *self.vetoes])
            self.fault(row.line, "indicator", "unknown_indicator", value=repr(value), nearest=close)

    def _read_class(self, row: ValueRow, team: str) -> None:
        """A team is in one class, one that the plan declares; a blank class is `all`."""
        class_code = row.cells["class"] or DEFAULT_CLASS
        known = [team_class.code for team_class in self.plan.classes]
        if known and class_code not in known:
            self.fault(row.line, "class", "unknown_class", value=repr(class_code), nearest=nearest(class_code, known))
        first = self.classes.setdefault(team, class_code)
        if class_code != first:
            self.fault(row.line, "class", "two_classes", team=team, value=class_code, **{"class": first})

    def _read_single(
        self, row: ValueRow, team: str, code: str, into: dict[str, Read], read: Callable[[str], Read]
    ) -> None:
        """Read the one value that a team has of something; a blank value is no value."""
        text = row.cells["value"]
        if not text:
            return
        first = self.first_lines.setdefault((team, code), row.line)
        if first != row.line:
            self.fault(row.line, "value", "second_value", team=team, indicator=code, first=first)
            return
        into[team] = self._read_cell(row, "value", read, text)

    def _read_cell(self, row: ValueRow, name: str, read: Callable[[str], object], text: str) -> Hole:
        """Read one cell; None and a fault where it cannot be read."""
        try:
            return read(text)
        except EntryFault as error:
            self.fault(row.line, name, error.code, **error.params)
            return None

    def _read_target(self, row: ValueRow, team: str, code: str) -> None:
        rule = self.indicators[code].rule
        if not any(one.parameters.needs_target for one in (rule, rule.fallback) if one is not None):
            self.warn(row.line, "indicator", "target_unused", indicator=code)
        self._read_single(row, team, TARGET + code, self.targets.setdefault(code, {}), entries.read_target)

    def _read_veto(self, row: ValueRow, team: str, code: str) -> None:
        """A veto may be pronounced more than once."""
        if row.cells["value"] and self._read_cell(row, "value", entries.read_veto, row.cells["value"]):
            self.pronounced.setdefault(code, {})[team] = ""

    def _read_indicator(self, row: ValueRow, team: str, indicator: Indicator) -> None:
        code, text = indicator.code, row.cells["value"]
        if not text:
            return
        if self.plan.full_points(indicator, self.classes[team]) is None:
            self.warn(row.line, "indicator", "value_unused", indicator=code, **{"class": self.classes[team]})
        match indicator.rule.parameters.reads:
            case Reads.MARKS:
                self._read_mark(row, team, indicator)
            case Reads.VOTES:
                self._read_vote(row, team, indicator)
            case Reads.EVENTS:
                self._read_event(row, team, indicator)
            case _:
                into = self.values.setdefault(code, {})
                self._read_single(row, team, code, into, lambda text: entries.read_value(indicator, text))
                self._warn_outside(row, indicator, into.get(team))

    def _warn_outside(self, row: ValueRow, indicator: Indicator, value: object) -> None:
        """A number outside the plan's limits is read and named."""
        limit = entries.outside(indicator, value) if isinstance(value, Decimal) else None
        if limit is not None:
            code = "below_least" if limit[0] == "least" else "above_most"
            self.warn(row.line, "value", code, value=row.cells["value"], limit=limit[1])

    def _read_mark(self, row: ValueRow, team: str, indicator: Indicator) -> None:
        mark = self._read_cell(row, "value", lambda text: entries.read_mark(indicator, text), row.cells["value"])
        judge = row.cells.get("judge", "")
        self._check_first_mark(row, team, indicator, judge)
        self.marks.setdefault(indicator.code, {}).setdefault(team, []).append(Mark(mark, judge))

    def _read_vote(self, row: ValueRow, team: str, indicator: Indicator) -> None:
        mark = self._read_cell(row, "value", lambda text: entries.read_mark(indicator, text), row.cells["value"])
        judge, group = row.cells.get("judge", ""), self._read_named(row, indicator, "group", entries.read_group)
        self._check_first_mark(row, team, indicator, judge, group)
        self.votes.setdefault(indicator.code, {}).setdefault(team, []).append(Vote(mark, group or "", judge))

    def _check_first_mark(
        self, row: ValueRow, team: str, indicator: Indicator, judge: str, group: str | None = None
    ) -> None:
        """A judge marks a team once; rows without a judge are each a mark of their own."""
        first = self.first_lines.setdefault((team, indicator.code, judge, group), row.line)
        if judge and first != row.line:
            params = {"judge": judge, "team": team, "indicator": indicator.code, "first": first}
            self.fault(row.line, "judge", "second_mark", **params)

    def _read_event(self, row: ValueRow, team: str, indicator: Indicator) -> None:
        counted = self._read_cell(row, "value", entries.read_counted, row.cells["value"])
        level = self._read_named(row, indicator, "level", entries.read_level)
        event = Event(level or "", row.cells.get("matter", ""), counted)
        self.events.setdefault(indicator.code, {}).setdefault(team, []).append(event)

    def _read_named(
        self, row: ValueRow, indicator: Indicator, name: str, read: Callable[[Indicator, str], str]
    ) -> str | None:
        """Read the cell of an optional column that this indicator needs."""
        if name not in self.columns:
            params = {"value": name}
            self.fault(row.line, "indicator", "missing_column", **params)
            return None
        cell: str | None = self._read_cell(row, name, lambda text: read(indicator, text), row.cells[name])
        return cell
