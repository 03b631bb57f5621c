"""Marks that lie far apart: measured after trimming, stand with a note, or are given once more."""

from decimal import Decimal
from fractions import Fraction

import pytest

from assessments.models import SignedMark
from assessments.panel.duties import waiting
from assessments.panel.moderation import cases, leanings, moderate
from assessments.panel.panel import Panel
from assessments.states import RoundState
from governance.records.models import AuditEvent, Notice
from governance.records.refusals import Invalid, NotAllowed, WrongState
from tests.assessments.panel.conftest import DECIDED, MARKED, SIX

pytestmark = pytest.mark.django_db

CLOSE = ["80", "80", "80", "80"]
"""A column of marks that differ by nobody's."""


def found(story):
    return cases(Panel(story.round, at=DECIDED))


def decide(story, case, stands, note="理由", by=None, seen=None):
    seen = len(case.decisions) if seen is None else seen
    return moderate(
        story.round, case.indicator, case.team, stands=stands, note=note, seen=seen, by=by or story.centre, at=DECIDED
    )


def columns(*marks):
    """Marks for the first team, one a judge; the others get the same from everybody."""
    return [[mark, *CLOSE[1:]] for mark in marks]


@pytest.mark.parametrize(
    ("marks", "spread"),
    [
        (("60", "80", "81"), "21.0"),
        (("60", "80"), None),
        (("60", "80.1"), "20.1"),
        (("10", "70", "80", "85", "90"), None),
        (("10", "65", "80", "85.1", "100"), "20.1"),
    ],
)
def test_marks_further_apart_than_a_fifth_of_the_scale_after_trimming_are_asked(marking, marks, spread):
    marking.judge(*columns(*marks))
    assert [str(case.spread) for case in found(marking)] == ([spread] if spread else [])


def test_nothing_is_asked_before_all_have_signed(marking):
    story = marking
    late = story.seat()
    story.judge(*columns("10", "90"))
    assert found(story) == []
    story.mark(late, *CLOSE)
    story.sign(late)
    assert [case.team for case in found(story)] == [story.teams[0]]


def test_the_marks_stand_with_a_note_and_the_round_is_scored(marking):
    story = marking
    story.judge(*columns("10", "90"))
    (case,) = found(story)
    assert len(waiting(story.round, to=RoundState.APPROVED, at=DECIDED)) == 1
    with pytest.raises(WrongState):
        story.score()
    with pytest.raises(Invalid):
        decide(story, case, True, note=" ")
    with pytest.raises(NotAllowed):
        decide(story, case, True, by=story.office)
    decide(story, case, True)
    assert waiting(story.round, to=RoundState.APPROVED, at=DECIDED) == []
    assert story.centre.pk in story.round.scorer_ids()
    with pytest.raises(WrongState):
        decide(story, case, True, seen=1)
    assert AuditEvent.objects.filter(verb="moderate").count() == 1
    story.score()


def test_the_seats_mark_once_more_blind_and_the_first_marks_stay(marking):
    story = marking
    first, second = story.judge(*columns("10", "90"))
    (case,) = found(story)
    decide(story, case, False)
    assert Notice.objects.filter(kind="mark_again").count() == 2
    assert [(one.team, one.number) for one in story.owed(first)] == [(story.teams[0], 2)]
    story.mark(first, "55")
    story.sign(first)
    assert story.owed(first) == []
    assert not SignedMark.objects.visible_to(story.centre).filter(number=2).exists()
    assert SignedMark.objects.visible_to(first.person).filter(number=2).count() == 1
    assert len(waiting(story.round, to=RoundState.APPROVED, at=DECIDED)) == 1
    story.mark(second, "70")
    story.sign(second)
    assert SignedMark.objects.visible_to(story.centre).filter(number=2).count() == 2
    assert waiting(story.round, to=RoundState.APPROVED, at=DECIDED) == []
    latest = [mark.mark for mark in SignedMark.objects.latest_of_each() if mark.team == story.teams[0]]
    assert latest == [Decimal(55), Decimal(70)]
    assert SignedMark.objects.filter(number=1, team=story.teams[0]).count() == 2


def test_an_unsigned_second_mark_leaves_the_first(marking):
    story = marking
    first, _second = story.judge(*columns("10", "90"))
    decide(story, found(story)[0], False)
    story.mark(first, "55")
    story.sign(first)
    (case,) = found(story)
    decide(story, case, True)
    latest = [mark.mark for mark in SignedMark.objects.latest_of_each() if mark.team == story.teams[0]]
    assert latest == [Decimal(55), Decimal(90)]
    assert SignedMark.objects.visible_to(story.centre).filter(number=2).count() == 1
    assert waiting(story.round, to=RoundState.APPROVED, at=DECIDED) == []


def test_they_are_asked_once_more_only_once_and_then_it_stands(marking):
    story = marking
    made = story.judge(*columns("10", "90"))
    decide(story, found(story)[0], False)
    with pytest.raises(WrongState):
        decide(story, found(story)[0], False)
    for seat, mark in zip(made, ("20", "80"), strict=True):
        story.mark(seat, mark)
        story.sign(seat)
    (case,) = found(story)
    assert not case.is_settled and not case.may_ask_again
    with pytest.raises(WrongState):
        decide(story, case, True, seen=0)
    decide(story, case, True)
    assert found(story)[0].is_settled


def test_after_the_first_score_marks_stay_as_they_are(marking):
    story = marking
    story.judge(*columns("10", "90"))
    (case,) = found(story)
    decide(story, case, True)
    story.score()
    with pytest.raises(WrongState):
        decide(story, case, True)


def test_strict_and_mild_judges_by_hand(marking):
    story = marking
    strict, middle, mild = story.judge(*columns("70", "80", "87"))
    assert leanings(Panel(story.round, at=MARKED)) == [
        (strict, (Fraction(70) - Fraction(167, 2)) / 4, 4),
        (middle, (Fraction(80) - Fraction(157, 2)) / 4, 4),
        (mild, (Fraction(87) - Fraction(75)) / 4, 4),
    ]


def test_nobody_is_strict_or_mild_before_marks_can_be_seen(marking):
    story = marking
    story.seat()
    story.judge(*SIX[:2])
    assert leanings(Panel(story.round, at=MARKED)) == []
