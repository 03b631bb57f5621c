"""How a round moves on, who may move it, and what public notice shows to whom."""

import re

import pytest
from django.urls import reverse
from django.utils.translation import override

from assessments.front.annexes import PublishedRankings
from assessments.front.lines import centre_lines
from assessments.invariants import INVARIANTS
from assessments.models import AssessmentRound, Claim, Result, ResultLine
from assessments.results import scoring
from assessments.results.ranking_table import published_lines
from assessments.results.verification import verify_published
from assessments.rounds.facts_of_round import gather
from assessments.rounds.round_states import step_back
from assessments.states import ROUND_MOVES
from governance.records.refusals import NotAllowed, WrongState
from governance.registers.todo import TodoReader
from tests.assessments.conftest import APPROVED, NOTICED, PUBLISHED, SCORED

pytestmark = pytest.mark.django_db

FORWARD = ["freeze", "check", "begin", "score", "approve", "notice", "publish"]
POSSIBLE = {
    "preparing": {"freeze"},
    "collecting": {"check"},
    "checking": {"begin"},
    "scoring": {"score", "approve"},
    "approved": {"notice"},
    "public_notice": {"publish"},
    "published": set(),
}


@pytest.mark.parametrize("state", POSSIBLE)
@pytest.mark.parametrize("verb", FORWARD)
def test_each_verb_moves_a_round_from_its_own_stage_alone(story, state, verb):
    story.until(state)
    if state == "collecting":
        story.enter_all()
    if verb in POSSIBLE[state]:
        assert getattr(story, verb)()
        return
    with pytest.raises(WrongState):
        getattr(story, verb)()
    assert AssessmentRound.objects.get().state == state


def test_the_table_of_moves_leads_forward_back_and_out():
    assert {state: set(moves) for state, moves in ROUND_MOVES.items()} == {
        "preparing": {"collecting", "abandoned"},
        "collecting": {"checking", "preparing", "abandoned"},
        "checking": {"scoring", "collecting", "abandoned"},
        "scoring": {"approved", "checking", "abandoned"},
        "approved": {"public_notice", "scoring", "abandoned"},
        "public_notice": {"published", "scoring", "abandoned"},
        "published": {"archived"},
        "archived": set(),
        "abandoned": set(),
    }


def test_scoring_again_gives_the_next_number_and_the_last_one_is_approved(story):
    story.until("scoring")
    second = story.score()
    assert second.number == 2
    with pytest.raises(WrongState, match="scored by someone else|他人重新计分"):
        scoring.approve_round(story.round, document="1号", by=story.centre2, at=APPROVED, seen=1)
    assert scoring.approve_round(story.round, document="1号", by=story.centre2, at=APPROVED, seen=2)


def test_who_approved_does_not_publish(story):
    story.until("public_notice")
    with override("en"), pytest.raises(NotAllowed, match="You approved"):
        scoring.publish_round(story.round, by=story.centre2, at=PUBLISHED)
    assert story.publish()


def test_a_step_out_of_notice_takes_the_approval_back(story):
    story.until("public_notice")
    step_back(story.round, reason="更正", by=story.centre, at=NOTICED)
    story.round.refresh_from_db()
    assert (story.round.state, story.round.approved_by, story.round.approval) == ("scoring", None, "")


# Public notice -----------------------------------------------------------------------------------------------------
def totals_on(client, person, url) -> int:
    """How many totals of the last result a page shows to a person."""
    client.force_login(person)
    page = client.get(url).content.decode()
    result = Result.objects.latest("number")
    return sum(bool(re.search(rf"\b{line.total:.2f}\b", page)) for line in result.lines.all())


def test_notice_shows_everybody_the_totals_and_each_team_its_own_detail(story, client, office, leader, auditor):
    story.until("public_notice")
    results = reverse("results", args=[story.round.pk])
    head, other = (story.heads[team.code] for team in story.teams[:2])
    for person in (story.centre, office, leader, auditor, head, other):
        assert totals_on(client, person, results) == 4, person
    own = reverse("scorecard", args=[story.round.pk, story.teams[0].code])
    client.cookies["vanguard_language"] = "en"
    for person, status in (
        (head, 200),
        (office, 200),
        (leader, 200),
        (story.centre, 200),
        (other, 404),
        (auditor, 404),
    ):
        client.force_login(person)
        answer = client.get(own)
        assert answer.status_code == status, person
        if status == 200:
            assert "In public notice until 29 October 2026 18:00, not final" in answer.content.decode()


def test_what_is_said_of_published_results_says_nothing_of_one_in_notice(story, client, leader, office):
    story.until("public_notice")
    result = Result.objects.get()
    for url in (reverse("wall"), story.teams[0].get_absolute_url(), reverse("home")):
        assert totals_on(client, leader, url) == 0, url
    assert published_lines(story.action, at=PUBLISHED) == []
    assert PublishedRankings().offered(story.action) == []
    assert PublishedRankings().read(story.action, f"ranking-{story.round.pk}", at=PUBLISHED) is None
    for person, status in ((office, 404), (leader, 404), (story.heads[story.teams[0].code], 404), (story.centre, 200)):
        client.force_login(person)
        assert client.get(reverse("verification", args=[story.round.pk])).status_code == status
        page = client.get(reverse("results", args=[story.round.pk])).content.decode()
        assert (result.sha256 in page) is False


def test_a_matter_in_notice_counts_as_paid_nowhere(story):
    story.until("public_notice")
    claim = Claim.objects.get(indicator__code="P1")
    other = AssessmentRound.objects.get(pk=story.open(starts_on=story.round.starts_on.replace(day=2)).pk)
    story.round = other
    story.freeze()
    story.event(story.teams[0], "P1", level="national", matter=claim.matter)
    facts, _ = gather(other, before=PUBLISHED)
    assert [event.paid for column in facts.events["P1"] for event in column] == [""]


def test_stepping_back_takes_it_out_of_sight_again(story, client, leader):
    story.until("public_notice")
    url = reverse("results", args=[story.round.pk])
    assert totals_on(client, leader, url) == 4
    step_back(story.round, reason="更正", by=story.centre, at=NOTICED)
    assert client.get(url).status_code == 404
    assert not ResultLine.objects.visible_to(leader).exists()
    assert not AssessmentRound.objects.visible_to(leader).exists()


def test_of_several_results_the_last_one_alone_is_in_notice(story, leader):
    story.until("scoring")
    story.score()
    story.approve()
    story.notice()
    assert [result.number for result in Result.objects.visible_to(leader)] == [2]
    assert set(ResultLine.objects.visible_to(leader).values_list("result__number", flat=True)) == {2}


def test_doctor_and_verification_find_nothing_in_any_stage(story):
    story.until("preparing")
    for step in ("freeze", "enter_all", "check", "begin", "score", "approve", "notice", "publish"):
        getattr(story, step)()
        assert [one.code for one in INVARIANTS if list(one.broken())] == [], step
        assert [finding for one in verify_published() for finding in one.findings] == [], step


def test_each_stage_stands_on_the_home_page_of_who_can_move_it(story):
    def seen(at) -> list[bool]:
        people = (story.centre, story.centre2)
        return [any(story.round.title in line.title for line in centre_lines(TodoReader(who, at))) for who in people]

    story.until("checking")
    assert seen(SCORED) == [True, True]
    story.begin()
    assert seen(SCORED) == [True, True]
    story.score()
    assert seen(SCORED) == [False, True]
    story.approve()
    assert seen(APPROVED) == [True, True]
    story.notice()
    assert seen(PUBLISHED) == [True, False]
