"""Rows that are set aside, counted otherwise or added: the sums follow, and can be recomputed from what is stored."""

import pytest

from assessments.measures import MEASURES, Each, Reading
from assessments.measures.corrections import Correction, choices_of, corrected, frozen, keys_of, recomputed, sums

ROW = {"kind": "made", "number": 7, "level": 3, "because": "cancelled", "numerator": 0, "denominator": 0}
OTHER = ROW | {"number": 8}


@pytest.mark.parametrize("measure", MEASURES.values(), ids=lambda measure: measure.name)
def test_a_row_adds_what_its_reason_says_and_no_more(measure):
    least = measure.nothing.denominator
    weight = 3 if measure.each is Each.LEVEL else 1
    for because in choices_of(measure, ROW):
        rows = corrected(measure, [ROW, OTHER], [Correction(keys_of([ROW])[0], because)])
        owed = 0 if measure.reading is Reading.TALLY else weight
        assert sums(measure, rows) == (weight if because in measure.hits else 0, owed + least)
        assert frozen(rows) == [ROW, OTHER]
        decision = {"row": keys_of([ROW])[0], "because": str(because), "document": "", "outcome": "counted"}
        again = recomputed(measure, rows, [decision])
        assert (again["rows"], again["numerator"], again["denominator"]) == (rows, *sums(measure, rows))


def test_an_amount_of_its_own_is_never_made_up():
    """How far a task was behind, or how many days a plan took, does not follow from a reason."""
    for name in ("mean_schedule_gap", "days_to_first_plan"):
        measure = MEASURES[name]
        assert choices_of(measure) == []
        assert not set(choices_of(measure, ROW)) & set(measure.hits)
        with pytest.raises(LookupError):
            corrected(measure, [ROW], [Correction(keys_of([ROW])[0], measure.hits[0])])
        with pytest.raises(LookupError):
            corrected(measure, [ROW], [Correction("补一行", measure.hits[0], "5号", is_added=True)])


def test_a_row_without_a_decision_differs_from_what_is_recomputed():
    measure = MEASURES["task_completion_rate"]
    tampered = [ROW | {"because": "closed_out", "numerator": 3, "denominator": 3, "was": {"because": "not_closed_out"}}]
    assert recomputed(measure, tampered, [])["rows"] != tampered


def test_rows_alike_are_told_apart():
    milestone = {"year": 2026, "number": 7, "milestone": "建台账", "due_on": "2026-08-01"}
    keys = keys_of([milestone, milestone | {"due_on": "2026-09-01"}, milestone, ROW, ROW])
    assert len(set(keys)) == 5
