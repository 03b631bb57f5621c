"""Methods that read people's marks: panel, vote."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from math import lcm
from typing import Annotated, ClassVar

from assessments.engine import facts
from assessments.engine.arithmetic import Arithmetic, Exact
from assessments.engine.canonical import Data
from assessments.engine.faults import gettext_noop
from assessments.engine.fields import Shape
from assessments.engine.methods.contract import PANEL, Column, Parameter, Parameters, Positive, Reads, Share
from assessments.engine.workings import Workings

VOTE_SCALE = 100
"""Votes run from 0 to this."""


@dataclass(frozen=True, kw_only=True)
class Panel(Parameters):
    """The mean of the judges' marks x b / scale; of `trim_from` marks or more, one highest and one lowest drop out."""

    name: ClassVar[str] = "panel"
    rule: ClassVar[str] = gettext_noop("the mean of the judges' marks x full points / scale")
    sources: ClassVar[frozenset[str]] = PANEL
    reads: ClassVar[Reads] = Reads.MARKS

    scale: Positive
    trim_from: Annotated[
        int,
        Parameter(
            lambda table, name, default: table.whole(name, default, least=3),
            gettext_noop("a whole number, 3 or more: from so many marks one highest and one lowest drop out"),
        ),
    ] = 5
    moderate_over: Share = Decimal("0.2")
    """Marks that count and lie further apart than this share of the scale are moderated; changes no arithmetic."""

    def trimmed(self, marks: Sequence[Decimal]) -> list[Decimal]:
        """The marks that count, lowest first: from `trim_from` marks on without one highest and one lowest."""
        ordered = sorted(marks)
        return ordered[1:-1] if len(ordered) >= self.trim_from else ordered

    def column(self, points: Decimal, using: Arithmetic[Exact]) -> Column[Exact]:
        divide, full, scale = using.divide, using.number(points), using.number(self.scale)

        def score(marks: Sequence[facts.Mark]) -> Exact:
            values = [using.number(mark.value) for mark in marks]
            total, count = sum(values), len(values)
            if count >= self.trim_from:
                total, count = total - max(values) - min(values), count - 2
            return divide(full * total, count * scale)

        return lambda column: [score(marks) for marks in column]

    def inputs(self, value: Sequence[facts.Mark], column: Sequence[object]) -> Data:
        return {"marks": [{"value": mark.value, "judge": mark.judge} for mark in value]}

    def work(self, points: Fraction, inputs: Data, workings: Workings) -> Fraction:
        marks = sorted(Fraction(mark["value"]) for mark in inputs["marks"])
        kept = marks[1:-1] if len(marks) >= self.trim_from else marks
        total = workings.add(*kept)
        return workings.divide(workings.multiply(points, total), workings.multiply(len(kept), Fraction(self.scale)))


@dataclass(frozen=True, kw_only=True)
class Vote(Parameters):
    """The mean of each voter group, weighted, x b / 100; a silent group's weight goes to the others."""

    name: ClassVar[str] = "vote"
    rule: ClassVar[str] = gettext_noop("the weighted mean of the voter groups' means x full points / 100")
    sources: ClassVar[frozenset[str]] = PANEL
    reads: ClassVar[Reads] = Reads.VOTES

    groups: Annotated[
        Mapping[str, Decimal],
        Parameter(
            lambda table, name, default: table.numbers_by_name(name, above=0),
            gettext_noop("a table of name = weight of each voter group"),
            Shape.NAMED,
        ),
    ]
    choices: Annotated[
        Mapping[str, Decimal] | None,
        Parameter(
            lambda table, name, default: (
                table.numbers_by_name(name, least=0, most=VOTE_SCALE) if table.has(name) else table.take(name, default)
            ),
            gettext_noop(
                "a table of name = mark for voters to choose from; without it, any whole number from 0 to 100"
            ),
            Shape.NAMED,
        ),
    ] = None

    def column(self, points: Decimal, using: Arithmetic[Exact]) -> Column[Exact]:
        divide, full, zero = using.divide, using.number(points), using.number(0)
        weights = {group: using.number(weight) for group, weight in self.groups.items()}

        def score(votes: Sequence[facts.Vote]) -> Exact:
            spoken: dict[str, list[Exact]] = {}
            for vote in votes:
                spoken.setdefault(vote.group, []).append(using.number(vote.value))
            common = lcm(*map(len, spoken.values()))
            total = sum(weights[group] * sum(marks) * (common // len(marks)) for group, marks in spoken.items())
            weight = sum((weights[group] for group in spoken), zero)
            return divide(full * total, weight * common * VOTE_SCALE)

        return lambda column: [score(votes) for votes in column]

    def inputs(self, value: Sequence[facts.Vote], column: Sequence[object]) -> Data:
        return {"votes": [{"value": vote.value, "group": vote.group, "judge": vote.judge} for vote in value]}

    def work(self, points: Fraction, inputs: Data, workings: Workings) -> Fraction:
        parts, weights = [], []
        for group, weight in sorted(self.groups.items()):  # the order of a table's keys is not kept
            marks = [Fraction(vote["value"]) for vote in inputs["votes"] if vote["group"] == group]
            if marks:
                mean = workings.divide(workings.add(*marks), len(marks))
                parts.append(workings.multiply(Fraction(weight), mean))
                weights.append(Fraction(weight))
        mean = workings.divide(workings.add(*parts), workings.add(*weights))
        return workings.divide(workings.multiply(points, mean), VOTE_SCALE)
