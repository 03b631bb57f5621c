"""Judges in the stages of a round: the console, what keeps the round from its score, a step back."""

import json

import pytest
from django.urls import reverse
from django.utils.translation import override

from assessments.console.console import RoundConsole
from assessments.front.lines import centre_lines, judge_lines
from assessments.models import AssessmentRound, SignedMark
from assessments.panel.moderation import cases, moderate
from assessments.panel.panel import Panel
from assessments.results import moves, scoring
from assessments.results.verification import verify_result
from assessments.rounds.duties import DutyKind
from assessments.rounds.left_out import leave_out, take_in
from assessments.rounds.people import NOBODY_AFTER
from assessments.rounds.round_states import step_back
from governance.people.models import User
from governance.records.refusals import WrongState
from governance.registers.todo import TodoReader
from tests.assessments.conftest import APPROVED, NOTICED, SCORED, Story
from tests.assessments.panel.conftest import DECIDED, MARKED, SEATED, SIX

pytestmark = pytest.mark.django_db

PANEL = "panel"


def console(story, who=None) -> RoundConsole:
    return RoundConsole(AssessmentRound.objects.get(pk=story.round.pk), who or story.centre, at=SCORED)


def marks_owed(story) -> list[tuple[int, int, str]]:
    table = console(story).duties
    place = table.kinds.index(DutyKind.MARKS)
    return [(cells[place].done, cells[place].of, cells[place].url) for _seat, cells in table.rows]


def test_the_console_counts_signed_marks_and_leads_to_the_judges(marking):
    url = reverse(PANEL, args=[marking.round.pk])
    assert marks_owed(marking) == [(0, 1, url)] * 4, "nobody has a seat: a value is owed"
    late = marking.seat()
    marking.judge(SIX[0])
    assert marks_owed(marking) == [(1, 2, url)] * 4
    marking.mark(late, *SIX[1])
    marking.sign(late)
    assert marks_owed(marking) == [(2, 2, url)] * 4


def test_the_console_names_who_has_not_signed_and_offers_no_score(client, marking):
    story = marking
    late = story.seat()
    story.judge(SIX[0])
    step = console(story).next_step
    (wait,) = step.waits
    assert late.label in str(wait.words) and wait.url == reverse(PANEL, args=[story.round.pk])
    client.force_login(story.centre)
    page = client.get(reverse("round", args=[story.round.pk])).content.decode()
    score = reverse("round_score", args=[story.round.pk])
    assert f'href="{score}"' not in page
    assert not [mark for mark in SIX[0] if f">{mark}<" in page or f">{mark}.0<" in page]
    assert client.get(score).url == reverse("round", args=[story.round.pk])
    story.mark(late, *SIX[1])
    story.sign(late)
    assert console(story).next_step.waits == []
    assert client.get(score).status_code == 200


def test_without_a_judge_the_console_leads_to_naming_one_and_the_round_is_not_approved(marking):
    story = marking
    Story.score(story)
    with override("en"):
        (wait,) = console(story, story.centre2).next_step.waits
        assert "has no marks" in str(wait.words) and wait.url == reverse(PANEL, args=[story.round.pk])
        with pytest.raises(WrongState, match="has no marks"):
            story.approve()


def test_marks_given_after_a_preview_are_moderated_and_scored_again(marking):
    story = marking
    preview = Story.score(story)
    story.judge(["10", *SIX[0][1:]], ["90", *SIX[0][1:]], at=APPROVED)
    (case,) = cases(Panel(story.round, at=APPROVED))
    moderate(story.round, case.indicator, case.team, stands=True, note="理由", seen=0, by=story.centre, at=APPROVED)
    again = scoring.score_round(story.round, by=story.centre, at=NOTICED)
    assert (again.number, verify_result(preview), verify_result(again)) == (2, [], [])
    assert json.loads(again.body)["outcome"]["teams"][0]["points"]["T6"] == "5.00"


@pytest.mark.parametrize("state", ["preparing", "collecting", "checking"])
def test_judges_are_named_before_scoring_and_sheets_open_in_it(story, state):
    story.until(state)
    seat = story.seat()
    assert not list(judge_lines(TodoReader(seat.person, SEATED)))
    with pytest.raises(WrongState):
        story.mark(seat, "80")
    with pytest.raises(WrongState):
        story.sign(seat)


def test_the_sheet_and_what_keeps_the_score_stand_on_the_home_page(marking):
    seat = marking.seat()
    assert [line.url for line in judge_lines(TodoReader(seat.person, MARKED))] == [seat.get_absolute_url()]
    (line,) = centre_lines(TodoReader(marking.centre, MARKED))
    assert seat.label in line.note
    marking.mark(seat, *SIX[0])
    marking.sign(seat)
    assert not list(judge_lines(TodoReader(seat.person, MARKED)))
    (line,) = centre_lines(TodoReader(marking.centre, MARKED))
    assert seat.label not in line.note


def test_a_team_for_which_the_indicator_is_left_out_is_not_marked(marking):
    story = marking
    seat, team, indicator = story.seat(), story.teams[1], story.indicator("T6")
    also = {"by": story.centre, "at": SEATED}
    leave_out(story.round, indicator, team, reason="未登台", document="1号", **also)
    assert [one.team for one in story.owed(seat)] == [one for one in story.teams if one != team]
    take_in(story.round, indicator, team, reason="补登台", **also)
    assert [one.team for one in story.owed(seat)] == story.teams


def test_after_a_step_back_sheets_are_closed_and_signed_marks_stand(marking):
    story = marking
    story.judge(*SIX[:3])
    step_back(story.round, reason="补正数据", by=story.centre, at=DECIDED)
    late = Panel(story.round, at=DECIDED)
    assert len(late.marks) == 12 and late.is_complete
    with pytest.raises(WrongState):
        story.seat()
    moves.begin_scoring(story.round, by=story.centre, at=SCORED)
    story.score()
    assert SignedMark.objects.count() == 12
    assert story.approve()


def test_who_would_be_the_last_free_one_is_warned_before_taking_part_in_the_score(client, marking):
    story = marking
    late = story.seat()
    story.judge(SIX[0])
    assert {person.pk for person in User.objects.filter(groups__in=story.centre.groups.all())} == {
        story.centre.pk,
        story.centre2.pk,
    }
    for who, is_warned in ((story.centre, False), (story.centre2, True)):
        client.force_login(who)
        page = client.get(reverse("panel_close", args=[story.round.pk])).content.decode()
        assert late.label in page
        assert (str(NOBODY_AFTER) in page) == is_warned
