"""The decisions about the rows of measured values: read, repeated with a later value, carried over in a new freeze."""

from collections.abc import Mapping, Sequence

from ..engine.canonical import Data
from ..measures import Measure
from ..measures.corrections import Correction, choices_of, corrected, keys_of
from ..models import AssessmentRound, MeasuredValue, RowDecision
from ..states import RowOutcome

Decided = Mapping[Correction, RowDecision]
"""What stands about the rows of a value, in order, each with the decision behind."""


def decided_about(value: MeasuredValue) -> dict[Correction, RowDecision]:
    """The corrections of a value with who decided them and why: one query, unless they are prefetched."""
    return {
        Correction(one.row, one.because, one.document, one.outcome == RowOutcome.ADDED): one
        for one in value.decisions.all()
    }


def decided_in(round: AssessmentRound) -> dict[tuple[int, int], Decided]:
    """What stands about the rows of a round by (team in the round, indicator): two queries."""
    values = MeasuredValue.objects.standing().filter(round_team__round=round, decisions__isnull=False).distinct()
    related = values.prefetch_related("decisions__by", "decisions__question")
    return {(value.round_team_id, value.indicator_id): decided_about(value) for value in related}


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
                by=like.by if like else None,
                at=value.at,
            )
        )
    return found


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
