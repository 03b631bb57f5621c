"""The plain-sight check of judges whose marks do not vary; it tells no mark before the centre may see marks."""

import pytest

from assessments.results.plain_sight import PlainSight
from assessments.states import PlainSightCheck
from tests.assessments.conftest import SCORED

pytestmark = pytest.mark.django_db


def found(marking) -> list[tuple]:
    return [row.key for row in PlainSight(marking.round, marking.centre, at=SCORED).rows(PlainSightCheck.SAME_MARKS)]


def test_a_judge_whose_marks_do_not_vary_is_named_once_every_sheet_is_signed(marking):
    waiting = marking.seat()
    marking.judge(["80", "80", "80", "80"], ["80", "80", "80", "80.1"])
    assert found(marking) == []
    marking.mark(waiting, "70", "71", "70", "70")
    marking.sign(waiting)
    assert found(marking) == [("T6", "评委2", "80.0", 4)]


def test_two_equal_marks_are_no_pattern(marking):
    seat = marking.seat(teams=marking.teams[:2])
    marking.mark(seat, "80", "80")
    marking.sign(seat)
    assert found(marking) == []
