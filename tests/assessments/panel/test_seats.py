"""Who gets a seat, which teams it skips, and what becomes of it."""

from datetime import date

import pytest
from django.utils.translation import override

from assessments.models import DraftMark, Seat, SeatStep, SignedMark
from assessments.panel import seats
from assessments.panel.panel import Panel
from governance.people.roles import Role
from governance.records.models import AuditEvent, Notice
from governance.records.refusals import Invalid, NotAllowed, WrongState
from teams.models import TeamDepartment
from tests.assessments.panel.conftest import DECIDED, MARKED, SEATED, SIX
from tests.factories import DepartmentFactory, MemberFactory, UserFactory

pytestmark = pytest.mark.django_db


def skipped(story, seat):
    names = {team.pk: team for team in story.teams}
    return {names[key]: words for key, words in Panel(story.round, at=MARKED).skipped(seat).items()}


def teams_of(story, seat):
    return [one.team for one in story.owed(seat)]


def test_a_seat_marks_every_team_in_document_order_and_its_judge_is_told(marking):
    seat = marking.seat()
    assert teams_of(marking, seat) == marking.teams
    assert Notice.objects.get(to=seat.person).url == f"/assessment/sheets/{seat.pk}/"
    assert AuditEvent.objects.filter(verb="make_seat").count() == 1


def test_a_seat_may_be_for_some_teams(marking):
    assert teams_of(marking, marking.seat(teams=marking.teams[1:3])) == marking.teams[1:3]


def test_a_member_since_the_rounds_first_day_skips_the_team_and_an_earlier_one_does_not(marking):
    first, second = UserFactory(), UserFactory()
    begun = {"team": marking.teams[0], "part": "member", "joined_on": date(2026, 3, 1)}
    MemberFactory(user=first, left_on=date(2026, 7, 2), **begun)
    MemberFactory(user=second, left_on=date(2026, 7, 1), **begun)
    assert teams_of(marking, marking.seat(first)) == marking.teams[1:]
    assert teams_of(marking, marking.seat(second)) == marking.teams


@pytest.mark.parametrize(("part", "words"), [("lead", "leads the team"), ("member", "is a member department")])
def test_a_judge_of_a_department_of_the_team_skips_it_and_the_tie_is_named(marking, part, words):
    department = DepartmentFactory()
    team = marking.teams[2]
    TeamDepartment.objects.filter(team=team, part="lead").delete()
    TeamDepartment.objects.create(team=team, department=department, part=part, joined_on=date(2026, 3, 1))
    seat = marking.seat(UserFactory(department=department))
    assert teams_of(marking, seat) == [one for one in marking.teams if one != team]
    with override("en"):
        assert words in skipped(marking, seat)[team]


def test_a_judge_without_a_team_to_mark_gets_no_seat(marking):
    person = UserFactory()
    for team in marking.teams:
        MemberFactory(user=person, team=team, part="member", joined_on=date(2026, 9, 16))
    with pytest.raises(Invalid) as refused:
        marking.seat(person)
    assert set(refused.value.fields) == {"teams"}
    assert not Seat.objects.exists()


def test_nobody_of_the_centre_nobody_twice_and_no_other_indicator(marking):
    seat = marking.seat()
    for faulty, also in (
        ("person", {"person": marking.centre2}),
        ("person", {"person": seat.person}),
        ("person", {"person": UserFactory(is_active=False)}),
        ("label", {"label": " "}),
        ("label", {"label": seat.label}),
        ("indicators", {"indicators": ["T7"]}),
        ("indicators", {"indicators": []}),
    ):
        with pytest.raises(Invalid) as refused:
            marking.seat(**also)
        assert set(refused.value.fields) & {faulty, "__all__"}, faulty
    assert Seat.objects.count() == 1


def test_a_team_that_takes_no_part_is_refused(marking):
    stranger = MemberFactory().team
    with pytest.raises(Invalid) as refused:
        marking.seat(teams=[stranger])
    assert set(refused.value.fields) == {"teams"}


def test_who_came_to_the_centre_later_marks_nothing(marking):
    seat = marking.seat()
    seat.person.groups.set([marking.centre.groups.get()])
    judge = type(seat.person).objects.get(pk=seat.person_id)
    assert judge.has_role(Role.ASSESSMENT_CENTRE)
    with pytest.raises(NotAllowed):
        seats.step_aside(seat, marking.teams[0], reason="亲属", by=judge, at=MARKED)


def test_a_judge_steps_aside_from_a_team_with_a_reason(marking):
    seat, team = marking.seat(), marking.teams[1]
    with pytest.raises(Invalid):
        seats.step_aside(seat, team, reason=" ", by=seat.person, at=MARKED)
    with pytest.raises(NotAllowed):
        seats.step_aside(seat, team, reason="亲属", by=marking.centre, at=MARKED)
    seats.step_aside(seat, team, reason="亲属", by=seat.person, at=MARKED)
    assert team not in teams_of(marking, seat)
    assert "亲属" in skipped(marking, seat)[team]
    with pytest.raises(WrongState):
        seats.step_aside(seat, team, reason="亲属", by=seat.person, at=MARKED)


def test_a_replaced_judges_marks_never_count_and_the_heir_begins_anew(marking):
    story = marking
    first, second = story.seat(), story.seat()
    story.mark(first, *SIX[0])
    story.sign(first)
    heir = seats.replace_seat(first, reason="生病", person=UserFactory(), label="评委9", by=story.centre, at=MARKED)
    assert not SignedMark.objects.counting().exists()
    assert SignedMark.objects.count() == 4
    assert heir.indicator_codes == first.indicator_codes
    assert teams_of(story, heir) == story.teams
    assert not DraftMark.objects.filter(seat=heir).exists()
    with pytest.raises(WrongState):
        story.mark(first, "70")
    assert second in Panel(story.round, at=MARKED).seats


def test_a_judge_is_replaced_with_a_reason_or_falls_away(marking):
    seat = marking.seat()
    with pytest.raises(Invalid):
        seats.replace_seat(seat, reason="", by=marking.centre, at=MARKED)
    with pytest.raises(NotAllowed):
        seats.replace_seat(seat, reason="生病", by=marking.office, at=MARKED)
    assert seats.replace_seat(seat, reason="生病", by=marking.centre, at=MARKED) is None
    with pytest.raises(WrongState):
        seats.replace_seat(seat, reason="生病", by=marking.centre, at=MARKED)


def test_once_marks_can_be_seen_nobody_chooses_who_marks(marking):
    made = marking.judge(SIX[0], SIX[1])
    with pytest.raises(WrongState):
        marking.seat()
    with pytest.raises(WrongState):
        seats.replace_seat(made[0], reason="生病", by=marking.centre, at=DECIDED)


def test_a_panel_whose_sheets_are_all_signed_is_not_closed(marking):
    marking.judge(SIX[0])
    with pytest.raises(WrongState):
        seats.close_panel(marking.round, reason="不等了", by=marking.centre, at=MARKED)


def test_a_closed_panel_takes_no_more_marks_and_unsigned_sheets_are_absent(marking):
    story = marking
    late, quick = story.seat(), story.seat()
    story.mark(quick, *SIX[0])
    story.mark(late, *SIX[1])
    owed = story.owed(late)
    story.sign(quick)
    with pytest.raises(Invalid):
        seats.close_panel(story.round, reason="", by=story.centre, at=MARKED)
    seats.close_panel(story.round, reason="公务在外", by=story.centre, at=MARKED)
    assert owed and not story.owed(late)
    with pytest.raises(WrongState):
        story.sign(late)
    with pytest.raises(WrongState):
        seats.close_panel(story.round, reason="公务在外", by=story.centre, at=MARKED)
    assert {mark.seat for mark in SignedMark.objects.counting()} == {quick}
    assert story.centre.pk in story.round.scorer_ids()


def test_a_tie_found_later_sets_the_marks_aside(marking):
    story = marking
    made = story.judge(*SIX)
    team = story.teams[0]
    MemberFactory(user=made[2].person, team=team, part="member", joined_on=date(2026, 8, 1))
    assert [(seat, found) for seat, found, _tie in Panel(story.round, at=DECIDED).tied_marks()] == [(made[2], team)]
    with pytest.raises(Invalid):
        seats.set_marks_aside(made[2], team, reason="", by=story.centre, at=DECIDED)
    seats.set_marks_aside(made[2], team, reason="8月起为成员", by=story.centre, at=DECIDED)
    assert not SignedMark.objects.counting().filter(seat=made[2], team=team).exists()
    assert SignedMark.objects.counting().filter(seat=made[2]).count() == 3
    assert Panel(story.round, at=DECIDED).tied_marks() == []
    with pytest.raises(WrongState):
        seats.set_marks_aside(made[2], team, reason="8月起为成员", by=story.centre, at=DECIDED)
    assert story.centre.pk in story.round.scorer_ids()
    assert SeatStep.objects.get(act="tie_found").reason == "8月起为成员"


def test_too_few_marks_to_drop_two_are_told(marking):
    story = marking
    made = [story.seat(at=SEATED) for _ in range(5)]
    assert Panel(story.round, at=MARKED).too_few() == []
    seats.step_aside(made[0], story.teams[1], reason="亲属", by=made[0].person, at=MARKED)
    found = Panel(story.round, at=MARKED).too_few()
    assert [(indicator.code, team, count) for indicator, team, count in found] == [("T6", story.teams[1], 4)]
