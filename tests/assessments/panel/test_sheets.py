"""Marks are saved as typed, signed all at once, and seen by nobody else before that."""

from decimal import Decimal

import pytest
from django.db import IntegrityError, transaction
from django.utils.translation import override

from assessments.models import DraftMark, SeatStep, SignedMark
from assessments.panel import seats, sheets
from assessments.panel.duties import duties, waiting
from assessments.rounds.duties import DutyKind
from assessments.states import RoundState
from governance.records.models import AuditEvent
from governance.records.refusals import Invalid, NotAllowed, Stale, WrongState
from tests.assessments.panel.conftest import DECIDED, MARKED, SIX
from tests.factories import MemberFactory
from tests.racing import race

pytestmark = pytest.mark.django_db


@pytest.fixture
def seat(marking):
    return marking.seat()


@pytest.mark.parametrize("text", ["0", "100", "88.5", "70.0", "1e1"])
def test_a_mark_from_0_to_the_scale_with_one_decimal_is_saved(marking, seat, text):
    marking.mark(seat, text)
    assert DraftMark.objects.get().value == Decimal(text)


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("100.1", "outside the scale 0 to 100"),
        ("-1", "outside the scale"),
        ("88.55", "At most one decimal place"),
        ("NaN", "must be a number"),
        ("inf", "must be a number"),
        ("优", "must be a number"),
        ("85%", "must be a number"),
        ("1" * 40, "must be a number"),
    ],
)
def test_what_is_no_mark_is_told_beside_its_field_and_the_others_are_saved(marking, seat, text, words):
    with override("en"):
        kept = list(marking.mark(seat, "81.5", text).values())
        assert kept[0].fault == "" and kept[0].is_changed
        assert words in str(kept[1].fault)
    assert [draft.value for draft in DraftMark.objects.all()] == [Decimal("81.5")]


def test_a_mark_is_taken_out_again(marking, seat):
    marking.mark(seat, "81.5")
    marking.mark(seat, "")
    assert DraftMark.objects.get().value is None


def test_only_the_judge_marks_and_the_log_says_how_many_never_which(marking, seat):
    for person in (marking.centre, marking.office, marking.heads[marking.teams[0].code]):
        with pytest.raises(NotAllowed):
            sheets.save_marks(seat, {}, by=person, at=MARKED)
        with pytest.raises(NotAllowed):
            sheets.sign_sheet(seat, seen=0, by=person, at=MARKED)
    marking.mark(seat, "81.5", "92.5")
    event = AuditEvent.objects.get(verb="save_marks")
    assert event.change == '{"marks":2}'
    marking.mark(seat, "81.5", "92.5")
    assert AuditEvent.objects.filter(verb="save_marks").count() == 1


def test_an_older_window_overwrites_nothing(marking, seat):
    marking.mark(seat, "81.5")
    key = marking.owed(seat)[0].key
    kept = sheets.save_marks(seat, {key: sheets.Typed("60", 0)}, by=seat.person, at=MARKED)[key]
    assert kept.is_clash and kept.theirs == Decimal("81.5")
    assert DraftMark.objects.get().value == Decimal("81.5")
    again = sheets.save_marks(seat, {key: sheets.Typed("60", kept.version)}, by=seat.person, at=MARKED)[key]
    assert again.is_changed and DraftMark.objects.get().value == 60


def test_the_sheet_is_signed_whole_or_not_at_all_and_then_fixed(marking, seat):
    marking.mark(seat, "80", "71", "90")
    with pytest.raises(Invalid) as refused:
        marking.sign(seat)
    assert marking.teams[3].short_name in str(refused.value.fields["marks"])
    assert not SignedMark.objects.exists()
    marking.mark(seat, *SIX[0])
    marks = marking.sign(seat)
    assert [mark.mark for mark in marks] == [Decimal(text) for text in SIX[0]]
    assert {mark.label for mark in SignedMark.objects.all()} == {seat.label}
    assert AuditEvent.objects.filter(verb="sign_sheet").count() == 1
    with pytest.raises(WrongState):
        marking.sign(seat)
    with pytest.raises(WrongState):
        sheets.save_marks(
            seat, {f"{marks[0].indicator_id}-{marks[0].team_id}": sheets.Typed("1", 1)}, by=seat.person, at=MARKED
        )


def test_a_mark_changed_in_another_window_is_seen_before_signing(marking, seat):
    marking.mark(seat, *SIX[0])
    seen = sheets.sheet_version(sheets.drafts_of(seat, marking.owed(seat)))
    marking.mark(seat, "1")
    with pytest.raises(Stale) as refused:
        sheets.sign_sheet(seat, seen=seen, by=seat.person, at=MARKED)
    assert refused.value.version == seen + 1
    assert not SignedMark.objects.exists()


def test_ties_are_asked_again_at_signing(marking, seat):
    marking.mark(seat, *SIX[0])
    MemberFactory(user=seat.person, team=marking.teams[0], part="member")
    marking.sign(seat)
    assert {mark.team for mark in SignedMark.objects.all()} == set(marking.teams[1:])


def test_sheets_are_open_only_while_the_teams_are_marked(story):
    story.until("preparing")
    seat = story.seat()
    with pytest.raises(WrongState):
        story.mark(seat, "80")
    with pytest.raises(WrongState):
        story.sign(seat)


def test_nobody_but_the_judge_reads_a_draft_and_the_centre_reads_marks_once_all_have_signed(marking):
    story = marking
    first, second = story.seat(), story.seat()
    story.mark(first, *SIX[0])
    story.mark(second, *SIX[1])
    everybody = [story.centre, story.centre2, story.office, story.heads[story.teams[0].code], second.person]
    assert [DraftMark.objects.visible_to(person).filter(seat=first).exists() for person in everybody] == [False] * 5
    assert DraftMark.objects.visible_to(first.person).count() == 4
    story.sign(first)
    assert [SignedMark.objects.visible_to(person).exists() for person in everybody] == [False] * 5
    assert SignedMark.objects.visible_to(first.person).count() == 4
    story.sign(second)
    seen = [SignedMark.objects.visible_to(person).count() for person in everybody]
    assert seen == [8, 8, 0, 0, 4]


def test_the_centre_reads_signed_marks_once_it_has_closed_the_panel(marking):
    story = marking
    first, _absent = story.seat(), story.seat()
    story.mark(first, *SIX[0])
    story.sign(first)
    assert not SignedMark.objects.visible_to(story.centre).exists()
    seats.close_panel(story.round, reason="公务在外", by=story.centre, at=MARKED)
    assert SignedMark.objects.visible_to(story.centre).count() == 4


def test_unsigned_sheets_keep_the_round_from_being_scored(marking):
    story = marking
    story.judge(*SIX[:2])
    assert waiting(story.round, to=RoundState.APPROVED, at=DECIDED) == []
    assert [(duty.kind, duty.done, duty.of) for duty in duties(story.round)] == [(DutyKind.MARKS, 2, 2)] * 4


def test_who_has_not_signed_is_named(marking):
    story = marking
    late = story.seat()
    other = story.seat()
    story.mark(other, *SIX[0])
    story.sign(other)
    (sentence,) = waiting(story.round, to=RoundState.APPROVED, at=DECIDED)
    assert late.label in str(sentence.words) and other.label not in str(sentence.words)
    assert waiting(story.round, to=RoundState.COLLECTING, at=DECIDED) == []
    assert [(duty.done, duty.of) for duty in duties(story.round)] == [(1, 2)] * 4
    with pytest.raises(WrongState, match=late.label):
        story.score()


def test_the_database_refuses_what_the_verbs_do(marking, seat):
    indicator, team = marking.indicator("T6"), marking.teams[0]
    place = {"seat": seat, "indicator": indicator, "team": team, "label": "评委1", "at": MARKED}
    for also in ({"number": 3, "mark": 1}, {"number": 1, "mark": -1}):
        with pytest.raises(IntegrityError), transaction.atomic():
            SignedMark.objects.create(**place, **also)
    for also in ({"act": "voided"}, {"act": "stepped_aside", "reason": "亲属"}, {"act": "signed", "team": team}):
        with pytest.raises(IntegrityError), transaction.atomic():
            SeatStep.objects.create(seat=seat, at=MARKED, **also)
    with pytest.raises(IntegrityError), transaction.atomic():
        DraftMark.objects.create(seat=seat, indicator=indicator, team=team, value=-1)


@pytest.mark.django_db(transaction=True)
def test_a_sheet_signed_twice_at_once_is_signed_once(marking, seat):
    marking.mark(seat, *SIX[0])

    def load():
        seen = sheets.sheet_version(sheets.drafts_of(seat, marking.owed(seat)))
        return lambda: sheets.sign_sheet(seat, seen=seen, by=seat.person, at=MARKED)

    outcomes = race(load, load)
    assert sorted(type(one.error).__name__ for one in outcomes) == ["NoneType", "WrongState"]
    assert SignedMark.objects.count() == 4
    assert AuditEvent.objects.filter(verb="sign_sheet").count() == 1


@pytest.mark.django_db(transaction=True)
def test_of_two_windows_one_mark_wins_and_the_other_is_told(marking, seat):
    key = marking.owed(seat)[0].key

    def load(text):
        return lambda: lambda: sheets.save_marks(seat, {key: sheets.Typed(text, 0)}, by=seat.person, at=MARKED)[key]

    outcomes = race(load("70"), load("80"))
    assert [one.error for one in outcomes] == [None, None]
    assert sorted(one.value.is_clash for one in outcomes) == [False, True]
    winner = next(one.value for one in outcomes if not one.value.is_clash)
    loser = next(one.value for one in outcomes if one.value.is_clash)
    assert loser.theirs == DraftMark.objects.get().value
    assert winner.version == DraftMark.objects.get().version == 1


@pytest.mark.django_db(transaction=True)
def test_signing_and_closing_at_once_leave_the_sheet_signed_or_absent(marking, seat):
    story = marking
    story.seat()
    story.mark(seat, *SIX[0])
    seen = sheets.sheet_version(sheets.drafts_of(seat, story.owed(seat)))
    outcomes = race(
        lambda: lambda: sheets.sign_sheet(seat, seen=seen, by=seat.person, at=MARKED),
        lambda: lambda: seats.close_panel(story.round, reason="公务在外", by=story.centre, at=MARKED),
    )
    assert outcomes[1].error is None
    assert SignedMark.objects.count() == (4 if outcomes[0].error is None else 0)
