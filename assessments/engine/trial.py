"""A plan tried on values: what `manage.py try_plan` prints (docs/rules.md#trials)."""

import json
import unicodedata
from dataclasses import dataclass

from assessments.engine.canonical import Data
from assessments.engine.document import read_toml
from assessments.engine.faults import Fault, nearest
from assessments.engine.plan import Plan
from assessments.engine.rating import rate
from assessments.engine.totals import Line, RankedTable, total
from assessments.engine.validation import check
from assessments.engine.values import read_values


@dataclass(frozen=True, slots=True)
class File:
    """A file that was read: the name by which faults call it, and its bytes."""

    name: str
    content: bytes


@dataclass(frozen=True, slots=True)
class Trial:
    """The standing, where there is no fault; faults and warnings as lines that name file, line and column."""

    plan: Plan | None = None
    standing: RankedTable | None = None
    faults: tuple[str, ...] = ()
    warnings: tuple[str, ...] = ()


def try_plan(plan_file: File, values_file: File, kind: str | None = None) -> Trial:
    """Judge the values by the plan; `kind`: as a round of that part of the year."""
    source = read_toml(plan_file.content)
    if isinstance(source, Fault):
        return Trial(faults=(source.in_file(plan_file.name),))
    verdict = check(source)
    warnings = _lines(plan_file, verdict.warnings)
    if verdict.plan is None:
        return Trial(faults=_lines(plan_file, verdict.faults), warnings=warnings)
    if kind is not None and kind not in verdict.plan.round_kinds():
        return Trial(faults=(_unknown_kind(plan_file, verdict.plan, kind),), warnings=warnings)
    values = read_values(values_file.content, verdict.plan)
    if values.facts is None:
        return Trial(faults=_lines(values_file, values.faults), warnings=warnings)
    verdict = check(source, classes=values.facts.members())
    if verdict.plan is None:
        return Trial(faults=_lines(plan_file, verdict.faults), warnings=warnings)
    warnings = (*_lines(plan_file, verdict.warnings), *_lines(values_file, values.warnings))
    standing = total(verdict.plan, rate(verdict.plan, values.facts, kind), values.facts)
    return Trial(verdict.plan, standing, warnings=warnings)


def _lines(file: File, faults: tuple[Fault, ...]) -> tuple[str, ...]:
    return tuple(fault.in_file(file.name) for fault in faults)


def _unknown_kind(file: File, plan: Plan, kind: str) -> str:
    known = plan.round_kinds()
    return Fault("unknown_kind", {"value": repr(kind), "nearest": nearest(kind, known)}).in_file(file.name)


def as_json(standing: RankedTable) -> str:
    """The standing as JSON: decimals as text, indicators in plan order, what is left out absent, nothing: null."""
    return json.dumps(as_data(standing), ensure_ascii=False, indent=1)


def as_data(standing: RankedTable) -> Data:
    """The standing as the plain data of `as_json`."""
    return {"teams": [_line_as_data(line) for line in standing.lines]}


def _line_as_data(line: Line) -> Data:
    data: Data = {
        "team": line.team,
        "class": line.class_code,
        "indicators": {code: str(points) for code, points in line.points.items()},
        "base": None if line.base is None else str(line.base),
        "bonus": str(line.bonus.points),
        "deduction": str(line.deduction.points),
        "total": None if line.total is None else str(line.total),
        "rank": line.rank,
        "grade": line.grade,
    }
    if line.pending:
        data["pending"] = list(line.pending)
    return data


def as_table(plan: Plan, standing: RankedTable) -> str:
    """The ranking for people: a table for each class."""
    grades = {grade.code: grade.title for grade in plan.grades}
    classes = {team_class.code: team_class.title for team_class in plan.classes}
    blocks = []
    for class_code, size in standing.sizes.items():
        rows: list[tuple[str, ...]] = [("rank", "team", "base", "bonus", "deduction", "total", "grade", "pending")]
        rows += [_as_row(line, grades) for line in standing.lines if line.class_code == class_code]
        name = f"{class_code} {classes[class_code]}" if class_code in classes else class_code
        blocks.append(f"Class {name} ({size})\n{_aligned(rows)}")
    return f"{plan.title}\n\n" + "\n\n".join(blocks)


def _as_row(line: Line, grades: dict[str, str]) -> tuple[str, ...]:
    cells = (line.rank, line.team, line.base, line.bonus.points, line.deduction.points, line.total)
    grade = grades.get(line.grade or "", "-")
    return (*("-" if cell is None else str(cell) for cell in cells), grade, ", ".join(line.pending))


def _aligned(rows: list[tuple[str, ...]]) -> str:
    """Columns side by side: text to the left, numbers to the right; Chinese characters are two wide."""
    widths = [max(map(_width, column)) for column in zip(*rows, strict=True)]
    lines = []
    for row in rows:
        cells = [
            cell + pad if index in (1, 6, 7) else pad + cell
            for index, (cell, width) in enumerate(zip(row, widths, strict=True))
            for pad in [" " * (width - _width(cell))]
        ]
        lines.append("  ".join(cells).rstrip())
    return "\n".join(lines)


def _width(text: str) -> int:
    return sum(2 if unicodedata.east_asian_width(character) in "WF" else 1 for character in text)
