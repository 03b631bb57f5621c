"""The method that counts approved claims: events."""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from typing import Annotated, ClassVar

from assessments.engine.arithmetic import Arithmetic, Exact
from assessments.engine.canonical import Data
from assessments.engine.facts import Event
from assessments.engine.faults import gettext_noop
from assessments.engine.methods.contract import EVENTS, Column, Parameter, Parameters, PointsByName, Reads
from assessments.engine.workings import Workings


@dataclass(frozen=True, kw_only=True)
class Events(Parameters):
    """Points by level, one matter at its highest level only, a blank matter its own; summed, to the cap and to b.

    A matter that was paid earlier in the plan's year brings the difference to its higher level, or nothing.
    """

    name: ClassVar[str] = "events"
    rule: ClassVar[str] = gettext_noop("the points of each matter at its highest level, to the cap")
    sources: ClassVar[frozenset[str]] = EVENTS
    reads: ClassVar[Reads] = Reads.EVENTS

    levels: PointsByName
    cap: Annotated[
        Decimal | None,
        Parameter(
            lambda table, name, default: table.number(name, default, least=0),
            gettext_noop("the most points for all matters together"),
        ),
    ] = None

    def column(self, points: Decimal, using: Arithmetic[Exact]) -> Column[Exact]:
        most = using.number(points if self.cap is None else min(points, self.cap))
        worth = {level: using.number(own) for level, own in self.levels.items()}
        zero = using.number(0)

        def score(events: Sequence[Event]) -> Exact:
            total = zero
            matters: dict[str, Exact] = {}
            for event in events:
                if not event.counted:
                    continue
                gain = worth[event.level] - (worth[event.paid] if event.paid else zero)
                if not event.matter:
                    total += gain
                elif gain > matters.get(event.matter, zero):
                    matters[event.matter] = gain
            return min(most, sum(matters.values(), total))

        return lambda column: [score(events) for events in column]

    def inputs(self, value: Sequence[Event], column: Sequence[object]) -> Data:
        return {
            "events": [
                {"level": event.level, "matter": event.matter, "counted": event.counted, "paid": event.paid}
                for event in value
            ]
        }

    def work(self, points: Fraction, inputs: Data, workings: Workings) -> Fraction:
        gains: dict[str | int, Fraction] = {}
        for index, event in enumerate(inputs["events"]):
            if event["counted"]:
                key = event["matter"] or index
                level = Fraction(self.levels[event["level"]])
                paid = Fraction(self.levels[event["paid"]]) if event["paid"] else Fraction(0)
                gain = workings.at_least(workings.subtract(level, paid), 0) if paid else workings.take(level)
                gains[key] = max(gain, gains.get(key, gain))
        total = workings.add(*gains.values())
        if self.cap is not None:
            total = workings.at_most(total, Fraction(self.cap))
        return workings.at_most(total, points)
