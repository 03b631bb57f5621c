"""The rows behind a measured value, as they were frozen: what counted, what did not, and why."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime

from django.urls import reverse
from django.utils.translation import gettext, pgettext

from governance.lists.text import moment_text
from teams.words import period_name

from ..engine.canonical import Data
from ..measures import MEASURES, Because, Measure, Reading
from .loop_rows import loop_words
from .methods import number_words


@dataclass(frozen=True)
class RowLine:
    """One row as text: what it is, linked where the reader may open it, its facts and why it counted or not."""

    name: str
    url: str
    facts: str
    because: str


@dataclass(frozen=True)
class Behind:
    """A measured value as text.

    Attributes:
        value: with its unit; empty when there was nothing to measure.
        formula: how it follows from numerator and denominator; empty for a count.
        numerator, denominator: their values as text.
        hits, misses, left_out: the rows that count in both, in the denominator only, and not at all.
    """

    measure: Measure
    value: str
    formula: str
    numerator: str
    denominator: str
    hits: list[RowLine]
    misses: list[RowLine]
    left_out: list[RowLine]


def behind(source: Data, *, team_code: str, reads_papers: bool) -> Behind:
    """The provenance of a measured value as text. `reads_papers`: whether the reader may open the reports."""
    measure = MEASURES[source["measure"]]
    value = measure.value(source["numerator"], source["denominator"])
    lines: dict[str, list[RowLine]] = {"hits": [], "misses": [], "left_out": []}
    for row in source["rows"]:
        lines[_kind(measure, row)].append(_line(row, team_code, reads_papers))
    return Behind(
        measure=measure,
        value="" if value is None else f"{number_words(value)} {measure.unit}",
        formula="" if value is None else _formula(measure, source["numerator"], source["denominator"]),
        numerator=_sum_words(measure, source["numerator"]),
        denominator=number_words(source["denominator"]),
        **lines,
    )


def row_lines(rows: Iterable[Data], *, team_code: str = "", reads_papers: bool = False) -> list[RowLine]:
    """Rows in their order as text. `reads_papers`: whether the reader may open what is not for everybody."""
    return [_line(row, team_code, reads_papers) for row in rows]


def _kind(measure: Measure, row: Data) -> str:
    """How a row counted: in numerator and denominator, in the denominator only, or not at all."""
    if row["because"] in measure.hits:
        return "hits"
    return "misses" if row["because"] in measure.misses else "left_out"


def _formula(measure: Measure, numerator: int, denominator: int) -> str:
    """100 × 3 ÷ 4; a mean's numerator is stored in hundredths of points."""
    match measure.reading:
        case Reading.PERCENT:
            return f"100 × {numerator} ÷ {denominator}"
        case Reading.MEAN:
            return f"{number_words(f'{numerator}/100')} ÷ {denominator}"
    return ""


def _sum_words(measure: Measure, numerator: int) -> str:
    """A mean's numerator is stored in hundredths of points."""
    if measure.reading is Reading.MEAN:
        return gettext("%(points)s points") % {"points": number_words(f"{numerator}/100")}
    return number_words(numerator)


def _line(row: Data, team_code: str, reads_papers: bool) -> RowLine:
    because = str(Because(row["because"]).label)
    if "kind" in row:
        return RowLine(*loop_words(row, reads_papers), because)
    if "number" in row:
        name = gettext("Task %(number)s: %(title)s") % {"number": row["number"], "title": row["title"]}
        return RowLine(name, reverse("task", args=[row["year"], row["number"]]), _task_facts(row), because)
    starts_on, ends_on = _day(row["starts_on"]), _day(row["ends_on"])
    url = reverse("report", args=[team_code, row["starts_on"]]) if reads_papers else ""
    return RowLine(period_name(starts_on, ends_on), url, _report_facts(row), because)


def _task_facts(row: Data) -> str:
    """Level and dates of a task, or its state at a period's end."""
    if "planned" in row:
        facts = [period_name(_day(row["starts_on"]), _day(row["ends_on"]))]
        if row["planned"] is not None:
            facts.append(pgettext("progress", "planned %(percent)s") % {"percent": _exact_percent(row["planned"])})
        facts.append(pgettext("progress", "actual %(percent)s") % {"percent": _exact_percent(row["actual"])})
        return gettext(", ").join(facts)
    facts = []
    if "milestone" in row:
        facts.append(gettext("milestone “%(title)s”") % {"title": row["milestone"]})
    if "level" in row:
        facts.append(gettext("weight %(level)s") % {"level": row["level"]})
    if row.get("due_on"):
        facts.append(gettext("due %(day)s") % {"day": row["due_on"]})
    if row.get("done_on"):
        facts.append(gettext("done %(day)s") % {"day": row["done_on"]})
    if row.get("asked_on"):
        facts.append(gettext("close-out requested %(day)s") % {"day": row["asked_on"]})
    if row.get("closed_on"):
        facts.append(gettext("closed out %(day)s") % {"day": row["closed_on"]})
    return gettext(", ").join(facts)


def _report_facts(row: Data) -> str:
    facts = [gettext("due %(day)s") % {"day": moment_text(datetime.fromisoformat(row["due_at"]))}]
    if row["submitted_at"]:
        submitted = moment_text(datetime.fromisoformat(row["submitted_at"]))
        facts.append(gettext("first submitted %(moment)s") % {"moment": submitted})
    return gettext(", ").join(facts)


def _exact_percent(text: str) -> str:
    return f"{number_words(text)}%"


def _day(text: str) -> date:
    return date.fromisoformat(text)
