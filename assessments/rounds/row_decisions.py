"""The decisions about the rows of measured values: read, repeated with a later value, carried over in a new freeze."""

from collections.abc import Mapping, Sequence
from datetime import datetime

from governance.people.models import User
from governance.records.verbs import canonical

from ..engine.canonical import Data
from ..measures import MEASURES, Measure
from ..measures.corrections import Correction, choices_of, corrected, keys_of, sums
from ..models import AssessmentRound, MeasuredValue, RowDecision
from ..states import RowOutcome

Decided = Mapping[Correction, RowDecision]
"""What stands about the rows of a value, in order, each with the decision behind."""


def decided_about(value: MeasuredValue) -> dict[Correction, RowDecision]:
    """The corrections of a value with who decided them and why: one query, unless they are prefetched."""
    return {correction_of(one): one for one in value.decisions.all() if one.outcome != RowOutcome.DECLINED}


def declined_about(value: MeasuredValue) -> list[RowDecision]:
    """What was decided in other rounds about the rows of a value and is not taken over: queries as `decided_about`."""
    return [one for one in value.decisions.all() if one.outcome == RowOutcome.DECLINED]


def correction_of(decision: RowDecision) -> Correction:
    """What a decision makes of its row."""
    return Correction(decision.row, decision.because, decision.document, decision.outcome == RowOutcome.ADDED)


def values_decided_in(round: AssessmentRound) -> dict[tuple[int, int], MeasuredValue]:
    """The standing values with decisions about rows by (team in the round, indicator): at most four queries."""
    values = MeasuredValue.objects.standing().filter(round_team__round=round, decisions__isnull=False).distinct()
    related = values.prefetch_related("decisions__by", "decisions__question", "decisions__offered")
    return {(value.round_team_id, value.indicator_id): value for value in related}


def repeated(
    value: MeasuredValue, corrections: Sequence[Correction], decided: Decided, new: RowDecision | None = None
) -> list[RowDecision]:
    """The corrections as decisions about a value; those decided before keep whose they are, else `new`'s."""
    found = []
    for number, one in enumerate(corrections, start=1):
        like = decided.get(one) or new
        outcome = RowOutcome.ADDED if one.is_added else RowOutcome.COUNTED if one.because else RowOutcome.SET_ASIDE
        found.append(
            RowDecision(
                value=value,
                number=number,
                outcome=outcome,
                row=one.row,
                because=one.because,
                document=one.document,
                basis=like.basis if like else "",
                question=like.question if like else None,
                offered=like.offered if like else None,
                by=like.by if like else None,
                at=value.at,
            )
        )
    return found


def declined(
    value: MeasuredValue,
    row: str,
    *,
    offered: RowDecision | None,
    basis: str,
    by: User | None,
    at: datetime,
    number: int,
) -> RowDecision:
    """That a decision of another round about a row is not taken over, and why."""
    outcome = RowOutcome.DECLINED
    return RowDecision(value=value, number=number, outcome=outcome, row=row, basis=basis, offered=offered, by=by, at=at)


def still_declined(value: MeasuredValue, before: MeasuredValue, *, after: int) -> list[RowDecision]:
    """What was declined about the value before, as decisions about a later one; their numbers begin behind `after`."""
    return [
        declined(value, one.row, offered=one.offered, basis=one.basis, by=one.by, at=value.at, number=number)
        for number, one in enumerate(declined_about(before), start=after + 1)
    ]


def next_value(value: MeasuredValue, rows: Sequence[Data], *, by: User | None, at: datetime) -> MeasuredValue:
    """The next number of a measured value with rows as they count now, not saved; its sums follow from them."""
    numerator, denominator = sums(MEASURES[value.indicator.measure], rows)
    return MeasuredValue(
        round_team=value.round_team,
        indicator=value.indicator,
        number=value.number + 1,
        numerator=numerator,
        denominator=denominator,
        rows=canonical(rows),
        by=by,
        at=at,
    )


def settled(
    value: MeasuredValue, before: MeasuredValue, decisions: Sequence[RowDecision], new: RowDecision
) -> list[RowDecision]:
    """What remains declined with a later value, and what was taken over before and by `new` is not any more."""
    rows = {one.row for one in decisions}
    left = [one for one in before.decisions.all() if one.offered_id is not None and one.row not in rows]
    return [
        declined(
            value,
            one.row,
            offered=one.offered,
            basis=like.basis,
            by=like.by,
            at=value.at,
            number=len(decisions) + place,
        )
        for place, one in enumerate(left, start=1)
        for like in [one if one.outcome == RowOutcome.DECLINED else new]
    ]


def carried_over(
    measure: Measure, rows: Sequence[Data], decided: Decided
) -> tuple[list[Data], list[Correction], list[Correction]]:
    """Rows that are frozen anew after the corrections that still fit; those corrections; those whose row is gone."""
    present = dict(zip(keys_of(rows), rows, strict=True))
    fitting: list[Correction] = []
    gone: list[Correction] = []
    for one in decided:
        row = present.get(one.row)
        fits = one.is_added or (row is not None and (not one.because or one.because in choices_of(measure, row)))
        (fitting if fits else gone).append(one)
    return corrected(measure, rows, fitting), fitting, gone
