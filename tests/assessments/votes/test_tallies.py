"""Tallies from paper and from slips become facts; the points follow by hand; what is altered afterwards is found."""

from datetime import timedelta
from decimal import Decimal

import pytest
from django.db import connection
from django.utils import translation

from assessments.engine import Facts
from assessments.engine.facts import Vote
from assessments.models import Result, VoteTally, VoteTallyLine
from assessments.results.readiness import values_missing
from assessments.results.scorecards import Scorecard
from assessments.results.verification import verify_published, verify_result
from assessments.rounds.duties import DutyKind
from assessments.rounds.facts_of_round import gather
from assessments.rounds.left_out import leave_out
from assessments.rounds.round_states import step_back
from assessments.states import RoundState
from assessments.votes.desk import duties, group_states, waiting
from governance.records.integrity.guards import remove_triggers
from governance.records.refusals import Invalid, NotAllowed, Stale, WrongState
from tests.assessments.votes.conftest import CAST, CLOSED, SCORED

pytestmark = pytest.mark.django_db


def facts_of(vote, before=SCORED) -> Facts:
    return gather(vote.round, before=before)[0]


def voted(vote) -> None:
    """Two groups by slips, one by a tally; the third team gets no votes from the departments."""
    vote.begin()
    for code, v1 in zip(vote.print("villages"), ("ssf", "sff", "s-n"), strict=False):
        vote.cast(code, v1)
    for code, v1, v2 in zip(vote.print("townships"), ("sss", "fff"), ("sfn", "sfn"), strict=False):
        vote.cast(code, v1, v2)
    vote.close("villages")
    vote.close("townships")
    vote.tally(
        "departments",
        {("V1", 0, "95"): 10, ("V1", 0, "40"): 5, ("V1", 1, "75"): 12, ("V2", 0, "75"): 8, ("V2", 1, "95"): 3},
    )


def test_the_points_follow_from_the_tallies_by_hand(vote):
    voted(vote)
    lines = {line.team_id: line for line in vote.score().lines.all()}
    first, second, third = (lines[team.pk] for team in vote.teams)
    # V1 of the first: villages 95 (3 of 95), townships 85, departments (10 x 95 + 5 x 40) / 15 = 76.67
    # 60 x (50 x 95 + 30 x 85 + 20 x 230/3) / 10000 = 53.00; V2: 40 x (60 x 95 + 40 x 75) / 10000 = 34.80
    assert first.base == Decimal("87.80")
    # villages (95 + 75) / 2 = 85, the third is blank; townships 85, departments 75: 60 x 8300 / 10000 = 49.80
    # V2: 40 x (60 x 75 + 40 x 95) / 10000 = 33.20
    assert second.base == Decimal("83.00")
    # departments silent: villages (75 + 75 + 40) / 3 = 190/3, townships 85; 60 x (50 x 190/3 + 30 x 85) / 8000 = 42.88
    # V2: townships alone, 40: 40 x 40 / 100 = 16.00
    assert third.base == Decimal("58.88")


def test_only_tallies_enter_the_facts_sorted_by_mark(vote):
    vote.begin()
    codes = vote.print()
    vote.cast(codes[0], "fff", "nnn")
    vote.cast(codes[1], "sss", "fff")
    vote.cast(codes[2], "nss", "fff")
    assert facts_of(vote).votes == {}
    vote.close()
    assert facts_of(vote).votes["V1"][0] == tuple(Vote(Decimal(mark), "townships") for mark in (40, 75, 95))


def test_a_tally_counts_from_its_own_moment(vote):
    vote.begin()
    vote.tally("villages", {("V1", 0, "95"): 3})
    assert facts_of(vote, CLOSED - timedelta(seconds=1)).votes == {}
    assert len(facts_of(vote, CLOSED).votes["V1"][0]) == 3


def test_a_tally_is_corrected_under_the_next_number(vote):
    vote.begin()
    vote.tally("villages", {("V1", 0, "95"): 3})
    with pytest.raises(Stale):
        vote.tally("villages", {("V1", 0, "95"): 2})
    later = CLOSED + timedelta(minutes=5)
    assert vote.tally("villages", {("V1", 0, "75"): 2}, seen=1, by=vote.centre2, at=later).number == 2
    assert facts_of(vote).votes["V1"][0] == (Vote(Decimal(75), "villages"),) * 2
    assert len(facts_of(vote, CLOSED).votes["V1"][0]) == 3
    assert vote.round.scorer_ids() == {vote.centre2.pk}, "who entered what was corrected is free again"


@pytest.mark.parametrize(
    ("counts", "also", "field"),
    [
        ({("V1", 0, "94"): 1}, {}, "line-V1-0"),
        ({("V2", 0, "95"): 1}, {}, "line-V2-0"),
        ({("V1", 0, "95"): -1}, {}, "line-V1-0"),
        ({("V1", 0, "95"): 15, ("V1", 0, "75"): 6}, {}, "line-V1-0"),
        ({("V1", 0, "95"): 1}, {"document": " "}, "document"),
        ({}, {}, "basis"),
    ],
)
def test_a_tally_that_cannot_be_is_refused_beside_its_line(vote, counts, also, field):
    vote.begin()
    with pytest.raises(Invalid) as refused:
        vote.tally("villages", counts, **also)
    assert set(refused.value.fields) == {field.replace("-0", f"-{vote.teams[0].pk}")}


def test_all_silent_is_missing_not_zero(vote):
    vote.begin()
    for code in ("villages", "townships", "departments"):
        vote.tally(code, {}, cast=0, basis="会议改期，无人参加")
    result = vote.score()
    with pytest.raises(WrongState) as refused, translation.override("en"):
        vote.approve()
    assert "no votes" in str(refused.value.message)
    assert set(result.lines.values_list("base", "rank")) == {(None, None)}


def test_a_group_by_slips_takes_no_tally_and_the_other_way_round(vote):
    vote.begin()
    vote.print("villages")
    with pytest.raises(WrongState):
        vote.tally("villages", {("V1", 0, "95"): 1})
    vote.tally("townships", {("V1", 0, "95"): 1})
    with pytest.raises(Invalid):
        vote.print("townships")


def test_only_the_centre_enters_a_tally(vote, office, superuser):
    vote.begin()
    for person in (office, superuser):
        with pytest.raises(NotAllowed):
            vote.tally("villages", {("V1", 0, "95"): 1}, by=person)


def test_scoring_is_refused_while_a_group_votes(vote):
    vote.begin()
    codes = vote.print()
    vote.cast(codes[0], "sss")
    for code in ("villages", "departments"):
        vote.tally(code, {("V1", place, "95"): 3 for place in range(3)})
    [open_group] = waiting(vote.round, to=RoundState.APPROVED, at=CAST)
    assert open_group.url
    with pytest.raises(WrongState) as refused:
        vote.score()
    assert str(refused.value.message) == str(open_group.words)
    vote.close()
    assert waiting(vote.round, to=RoundState.APPROVED, at=CAST) == []
    assert vote.score()


def test_scoring_is_refused_until_each_group_has_voted_or_is_said_to_be_silent(vote):
    vote.begin()
    vote.tally("villages", {("V1", place, "95"): 3 for place in range(3)})
    vote.tally("townships", {("V2", place, "95"): 3 for place in range(3)})
    with pytest.raises(WrongState):
        vote.score()
    vote.tally("departments", {}, cast=0, basis="无人参加")
    vote.score()
    vote.approve()


def test_a_result_older_than_a_tally_is_not_approved(vote):
    voted(vote)
    vote.score()
    vote.tally("departments", {("V1", 0, "95"): 9}, seen=1, at=SCORED)
    with pytest.raises(WrongState):
        vote.approve()
    vote.score()
    vote.approve()


def test_votes_for_what_is_left_out_are_named_before_approval(vote):
    vote.begin()
    decided = {"reason": "未参与群众服务", "document": "县考核办〔2026〕8号", "by": vote.centre, "at": CAST}
    leave_out(vote.round, vote.round.plan.indicators.get(code="V1"), vote.teams[2], **decided)
    vote.tally("villages", {("V1", place, "95"): 3 for place in range(3)})
    vote.tally("townships", {("V2", place, "95"): 3 for place in range(3)})
    vote.tally("departments", {}, cast=0, basis="无人参加")
    vote.score()
    with pytest.raises(WrongState) as refused, translation.override("en"):
        vote.approve()
    assert "V1 is left out" in str(refused.value.message)


def test_before_scoring_the_round_says_when_groups_vote(vote):
    vote.begin()
    step_back(vote.round, reason="补充数据", by=vote.centre, at=CAST)
    vote.round.refresh_from_db()
    with translation.override("en"):
        found = values_missing(vote.round, to=RoundState.APPROVED, at=CAST)
    assert [str(one.words).partition(". ")[2] for one in found] == ["Groups vote once scoring has begun."] * 2


def test_the_console_learns_what_was_printed_and_cast_and_what_is_owed(vote):
    vote.begin()
    vote.cast(vote.print()[0], "sss")
    by_code = {state.ballot.code: state for state in group_states(vote.round, at=CAST)}
    assert list(by_code) == ["villages", "townships", "departments"]
    assert (by_code["townships"].sums.printed, by_code["townships"].sums.cast) == (6, 1)
    assert [state.is_settled for state in by_code.values()] == [False] * 3
    vote.close()
    owed = duties(vote.round)
    assert {(duty.kind, duty.done, duty.of) for duty in owed} == {(DutyKind.VOTES, 1, 3)}
    assert {duty.team for duty in owed} == {team.pk for team in vote.teams}


def test_whoever_closed_a_group_or_entered_a_tally_does_not_approve(vote):
    voted(vote)
    vote.score()
    assert vote.round.scorer_ids() == {vote.centre.pk}


def published(vote) -> Result:
    voted(vote)
    vote.score()
    return vote.publish()


def test_a_published_vote_verifies(vote):
    published(vote)
    assert [found.findings for found in verify_published()] == [()]


@pytest.mark.parametrize(
    ("model", "column", "value"),
    [
        (VoteTallyLine, "count", 7),
        (VoteTallyLine, "mark", "40"),
        (VoteTallyLine, "team_id", "another"),
        (VoteTally, "cast", 99),
        (VoteTally, "document", "伪造〔2026〕1号"),
        (VoteTally, "number", 9),
    ],
)
def test_an_altered_tally_is_found(vote, model, column, value):
    result = published(vote)
    remove_triggers()
    row = model._base_manager.order_by("pk")[0]
    value = vote.teams[2].pk if value == "another" else value
    if (model, column) == (VoteTallyLine, "mark"):
        row = model._base_manager.filter(mark="95").last()
    with connection.cursor() as cursor:
        table, name = map(connection.ops.quote_name, (model._meta.db_table, column))
        cursor.execute(f"UPDATE {table} SET {name} = %s WHERE id = %s", [value, row.pk])
    assert verify_result(result)


def card_of(vote, result, user, place=0):
    """A team's indicators by code, as `user` reads them."""
    return {card.code: card for card in Scorecard(result.lines.get(team=vote.teams[place]), user).indicators}


def test_where_few_voted_a_team_sees_the_result_and_no_groups_mean(vote):
    result = published(vote)
    with translation.override("en"):
        head = card_of(vote, result, vote.heads[vote.teams[0].pk])
        centre = card_of(vote, result, vote.centre)
    assert len(head["V1"].steps) == 1 and head["V1"].steps[0].endswith("53.00")
    assert not any("mean" in step for step in head["V1"].steps)
    assert [step for step in centre["V1"].steps if "Villages" in step] == [
        "Villages and communities: 3 votes, mean 95, weight 50"
    ]
    assert [(paper.matter, paper.level) for paper in head["V1"].papers] == [
        ("County departments", "20 slips"),
        ("Townships", "2 slips"),
        ("Villages and communities", "3 slips"),
    ]


def test_where_enough_voted_a_team_sees_each_groups_mean(vote):
    vote.begin()
    for code, indicators in {"villages": ("V1",), "townships": ("V1", "V2"), "departments": ("V1", "V2")}.items():
        vote.tally(code, {(one, place, "95"): 5 + place for one in indicators for place in range(3)})
    vote.score()
    result = vote.publish()
    with translation.override("en"):
        steps = card_of(vote, result, vote.heads[vote.teams[0].pk])["V1"].steps
    assert "Townships: 5 votes, mean 95, weight 30" in steps
