"""The forms of a plan's editor: every field of a page with its value, its choices and its faults."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

from django.utils.translation import gettext

from ..engine import Document, Fault, Source, check
from ..engine.arithmetic import NotANumber
from ..engine.editing.fields import BAND, PARTS, Field, indicator_fields, method_of
from ..engine.editing.places import INDICATORS, FormPlace, form_place
from ..engine.editing.sent import ROWS
from ..engine.editing.shown import (
    bands_of,
    edges,
    named_of,
    points_of_class,
    rows_of,
    text_of,
    texts_of,
    value_of,
)
from ..engine.fields import Shape, as_number
from ..engine.methods import Parameters
from ..engine.plan import Kind
from ..engine.validation import read_parameters
from ..measures import MEASURES
from ..words.methods import method_words, number_words
from ..words.plan_fields import (
    NEW_WORDS,
    choice_words,
    class_lines,
    coded,
    field_words,
    kind_words,
    part_words,
    row_words,
)
from ..words.plans import fault_words
from .rule_curve import RuleCurves, rule_curves

BLANK_LINES = 2
"""Lines without content below those of a small table, to add some."""

SUMS = frozenset({"base_sum", "base_sum_class"})
"""Faults of the head that any indicator's points can mend."""


@dataclass
class Control:
    """One field of a form: `look` names how it is drawn, `lines` and `rows` are what a table of its own holds."""

    key: str
    label: str
    look: str
    value: str = ""
    options: list[tuple[str, str, bool]] = field(default_factory=list)
    """Value, words, whether it is chosen."""
    is_optional: bool = True
    lines: list["Line"] = field(default_factory=list)
    rows: list["RowForm"] = field(default_factory=list)
    is_given: bool = False
    """Whether the names of its lines are those of the plan and not typed."""
    faults: list[str] = field(default_factory=list)

    def all(self) -> Iterator["Control"]:
        """The control and those of its rows."""
        yield self
        for row in self.rows:
            yield from row.all()


@dataclass(frozen=True)
class Line:
    """A line of a small table: a name, shown by `words` where it is given, and a number."""

    key: str
    name: str = ""
    words: str = ""
    value: str = ""


@dataclass
class RowForm:
    """A row of a table: its place on the page, where it stood and what it was called when shown, and its fields."""

    key: str
    index: int
    at: str
    called: str
    words: str
    controls: list[Control]
    place: int | None = None
    """Of an indicator that has a page of its own, its number."""
    is_first: bool = False
    is_last: bool = False
    faults: list[str] = field(default_factory=list)

    def all(self) -> Iterator[Control]:
        """The controls of the row."""
        for control in self.controls:
            yield from control.all()


@dataclass(frozen=True)
class FaultLink:
    """A fault in the list: its field in words, what is wrong, and the page and field where it is mended."""

    place: FormPlace
    where: str
    words: str


@dataclass(frozen=True)
class SumLine:
    """The base points of a class as they stand, beside those that the plan promises."""

    title: str
    total: str
    base: str
    is_right: bool


class PlanEditor:
    """A page of the editor: a part of the plan, or the indicator at `place` (from 0).

    `origins`: of the rows of a page that is shown once more, what it said of each (`sent_origins`).
    """

    def __init__(
        self,
        document: Document,
        part: str,
        place: int | None = None,
        *,
        origins: Sequence[tuple[str, str, str | None]] = (),
    ) -> None:
        self.document, self.part, self.place = document, PARTS[part], place
        self.verdict = check(Source(document), known_measures=MEASURES)
        self.origins = origins
        self.new_words = NEW_WORDS.get(part, "")
        self.rows_key = ROWS
        self.row: Document = {}
        if place is not None:
            row = rows_of(document, (INDICATORS,))[place]
            self.row = row if isinstance(row, dict) else {}
        self.faults: list[str] = []
        self._put_faults()

    @property
    def title(self) -> str:
        """What the page is called."""
        return part_words(self.part.name) if self.place is None else row_words(self.row)

    @cached_property
    def controls(self) -> list[Control]:
        """The fields of the page, without those of its rows."""
        if self.place is not None:
            return self._controls(self.row, indicator_fields(self.row), "")
        table = self.document.get(self.part.table) if self.part.table else None
        return self._controls(table if isinstance(table, dict) else {}, self.part.fields, "")

    @property
    def has_rows(self) -> bool:
        """Whether the page edits rows."""
        return bool(self.part.rows) and self.place is None

    @cached_property
    def rows(self) -> list[RowForm]:
        """The rows of the page."""
        if not self.has_rows:
            return []
        rows = rows_of(self.document, self.part.rows)
        made = self._rows(rows, self.part.row_fields, ROWS, [row_words(row) for row in map(_table, rows)])
        for row, (_key, at, was) in zip(made, self.origins, strict=False):
            row.at, row.called = at, was or ""
        return made

    def all(self) -> Iterator[Control]:
        """Every control of the page."""
        for control in self.controls:
            yield from control.all()
        for row in self.rows:
            yield from row.all()

    # Fields

    def _controls(self, row: Document, fields: Iterable[Field], prefix: str) -> list[Control]:
        return [self._control(row, each, f"{prefix}{each.key}") for each in fields]

    def _control(self, row: Document, of: Field, key: str) -> Control:
        was = value_of(row, of.name)
        called = "code" if of.name == "kind" and of.shape is Shape.TEXT else of.name
        control = Control(key, field_words(called), "text", is_optional=of.optional)
        match of.shape:
            case Shape.BANDS:
                self._fill_bands(control, row, of)
            case Shape.NAMED:
                self._fill_named(control, was, coded(self.document, of.among) if of.among else [])
            case Shape.LIST:
                control.look = "list"
                texts = [*texts_of(was), *[""] * BLANK_LINES]
                control.lines = [Line(f"{key}-{index}", value=text) for index, text in enumerate(texts)]
            case Shape.CHOICE | Shape.FLAG | Shape.CODES:
                control.look = "checks" if of.shape is Shape.CODES else "select"
                self._fill_choice(control, of, texts_of(was))
            case _:
                control.look = "number" if of.shape is Shape.NUMBER else "text"
                control.value = text_of(was)
        return control

    def _fill_choice(self, control: Control, of: Field, chosen: Sequence[str]) -> None:
        """Choices, with what is chosen and not among them, so that it is kept."""
        words = choice_words(self.document, of)
        if of.shape is Shape.FLAG:
            words = [("true", gettext("Yes")), ("false", gettext("No"))]
        words += [(text, text) for text in chosen if text not in dict(words)]
        control.options = [(value, text, value in chosen) for value, text in words]

    def _fill_named(self, control: Control, was: object, given: Sequence[tuple[str, str]]) -> None:
        control.look, control.is_given = "named", bool(given)
        pairs, words = named_of(was), dict(given)
        names = [name for name, _text in pairs]
        if given:
            pairs = [(name, dict(pairs).get(name, "")) for name in words] + [
                pair for pair in pairs if pair[0] not in words
            ]
        else:
            pairs += [("", "")] * max(BLANK_LINES, 3 - len(names))
        control.lines = [
            Line(f"{control.key}-{index}", name, words.get(name, name), text)
            for index, (name, text) in enumerate(pairs)
        ]

    def _fill_bands(self, control: Control, row: Document, of: Field) -> None:
        control.look = "bands"
        bands = bands_of(row, of.name.rpartition(".")[0])
        own, _other = edges(row, of.name.rpartition(".")[0])
        control.value = own
        words = [gettext("Band %(number)s") % {"number": index} for index in range(1, len(bands) + 1)]
        control.rows = self._rows(bands, BAND, control.key, words)

    def _rows(self, rows: Sequence[Any], fields: Sequence[Field], key: str, words: Sequence[str]) -> list[RowForm]:
        made = []
        for index, row in enumerate(rows):
            found = _table(row)
            controls = self._controls(found, fields, f"{key}-{index}-")
            called = text_of(found.get(fields[0].name)) if key == ROWS else ""
            place = index + 1 if self.part.name == INDICATORS and key == ROWS else None
            last = index == len(rows) - 1
            made.append(
                RowForm(f"{key}-{index}", index, str(index), called, words[index], controls, place, index == 0, last)
            )
        return made

    # Faults

    def _put_faults(self) -> None:
        """Each fault of this page beside its field, or beside the nearest table around it, or above all."""
        found: dict[str, list[str]] = {control.key: control.faults for control in self.all()}
        found |= {row.key: row.faults for row in self.rows}
        for fault in self.verdict.faults:
            place = form_place(fault)
            is_here = (place.part, place.place) == (self.part.name, self.place)
            key = place.key
            if fault.code in SUMS and self._is_base:
                is_here, key = True, "points_by_class" if "points_by_class" in self.row else "points"
            if not is_here:
                continue
            steps = key.split("-")
            keys = ("-".join(steps[:length]) for length in range(len(steps), 0, -1))
            nearest = next((found[each] for each in keys if each in found), self.faults)
            nearest.append(fault_words(fault))

    @property
    def _is_base(self) -> bool:
        return self.place is not None and value_of(self.row, "kind") in (None, Kind.BASE)

    @cached_property
    def fault_links(self) -> list[FaultLink]:
        """Every fault of the plan, in the order of its pages."""
        return [self._link(fault) for fault in self.verdict.faults]

    def _link(self, fault: Fault) -> FaultLink:
        place = form_place(fault)
        words = part_words(place.part)
        if place.place is not None:
            words = row_words(_table(rows_of(self.document, (INDICATORS,))[place.place]))
        elif fault.subject:
            words = f"{words} {fault.subject}"
        steps = [step for step in place.key.split("-") if step and not step.isdecimal() and step != ROWS]
        label = _label(steps)
        return FaultLink(place, " · ".join(each for each in (words, label) if each), fault_words(fault))

    # Beside the form

    @cached_property
    def sums(self) -> list[SumLine]:
        """The base points of each class as they stand."""
        base = as_number(value_of(self.document, "plan.base_points"))
        totals = [(title, points_of_class(self.document, code)) for code, title in class_lines(self.document)]
        return [
            SumLine(title, number_words(total), "" if base is None else number_words(base), total == base)
            for title, total in totals
        ]

    @cached_property
    def outline(self) -> list[dict[str, Any]]:
        """The pages of the editor with the number of faults of each; the indicators below theirs."""
        counted: dict[tuple[str, int | None], int] = {}
        for fault in self.verdict.faults:
            place = form_place(fault)
            counted[place.part, place.place] = counted.get((place.part, place.place), 0) + 1
        return [
            {
                "name": part.name,
                "title": part_words(part.name),
                "faults": counted.get((part.name, None), 0),
                "is_here": part is self.part and self.place is None,
                "rows": self._indicators(counted) if part.name == INDICATORS else [],
            }
            for part in PARTS.values()
        ]

    def _indicators(self, counted: dict[tuple[str, int | None], int]) -> list[dict[str, Any]]:
        rows = map(_table, rows_of(self.document, (INDICATORS,)))
        return [
            {
                "number": index + 1,
                "code": text_of(row.get("code")),
                "title": row_words(row, is_coded=False),
                "points": text_of(row.get("points")),
                "kind": kind_words(row),
                "faults": counted.get((INDICATORS, index), 0),
                "is_here": index == self.place,
            }
            for index, row in enumerate(rows)
        ]

    @cached_property
    def parameters(self) -> Parameters | None:
        """The indicator's rule; None while it cannot be read."""
        method = method_of(self.row, "method")
        if method is None:
            return None
        table = {name: value for name, value in self.row["method"].items() if name not in ("name", "fallback")}
        try:
            return read_parameters(method.name, table)
        except (ValueError, NotANumber):
            return None

    @property
    def rule_words(self) -> str:
        """The indicator's rule as the annex prints it; nothing while it cannot be read."""
        if self.parameters is None:
            return ""
        return method_words(self.parameters.name, self.parameters.document(), dict(coded(self.document, "groups")))

    @cached_property
    def curves(self) -> RuleCurves:
        """The indicator's rule drawn over what is measured."""
        return rule_curves(self.document, self.row, self.parameters)


def _label(steps: Sequence[str]) -> str:
    """The words of a fault's field; nothing for one that no form knows."""
    for length in range(len(steps), 0, -1):
        try:
            return field_words(".".join(steps[:length]))
        except KeyError:
            continue
    return ""


def _table(row: object) -> Document:
    return row if isinstance(row, dict) else {}
