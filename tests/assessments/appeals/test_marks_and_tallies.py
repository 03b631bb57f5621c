"""Allowed appeals about judges' marks and votes: the next result is the engine's on the facts so changed."""

import json
from collections import Counter
from dataclasses import replace
from datetime import timedelta
from decimal import Decimal

import pytest

from assessments.appeals.corrections import MarksSetAside, TallyCorrected
from assessments.appeals.decisions import allow_appeal
from assessments.appeals.filing import file_appeal
from assessments.engine import Mark, load
from assessments.engine.facts import Vote
from assessments.engine.result import result_body
from assessments.models import SeatStep, SignedMark, VoteCount, VoteSlip, VoteTally
from assessments.results import moves
from assessments.results.verification import verify_result
from assessments.rounds.facts_of_round import gather
from assessments.votes.tallies import enter_tally
from governance.records.models import AuditEvent
from governance.records.refusals import Invalid, NotAllowed, WrongState
from tests.assessments.conftest import NOTICED
from tests.assessments.panel.conftest import SIX, Judged
from tests.assessments.votes.conftest import SCORED
from tests.assessments.votes.conftest import Vote as Review
from tests.assessments.votes.test_tallies import voted

pytestmark = pytest.mark.django_db


def appeal(story, fact: str, place: int, at):
    """The head of a team appeals against an indicator."""
    team = story.teams[place]
    heads = story.heads
    said = {"wrong": "认定有误", "reason": "见材料", "wanted": "按实际", "matter": "indicator", "fact": fact}
    return file_appeal(story.round, team, by=heads.get(team.code) or heads[team.pk], at=at, **said)


def allow(story, one, correction, **also):
    also = {"reasons": "经核属实。", "by": story.centre2, "at": one.filed_at + timedelta(hours=1)} | also
    return allow_appeal(one, correction, **also).result


def reckoned(story, field: str, fact: str, place: int, given: list, *, before):
    """What the engine says of the facts of a moment with one team's marks or votes replaced."""
    facts, _seats = gather(story.round, before=before)
    columns = getattr(facts, field)
    changed = tuple(tuple(given) if at == place else one for at, one in enumerate(columns[fact]))
    body = result_body(
        load(story.round.plan.document), replace(facts, **{field: {**columns, fact: changed}}), story.round.kind
    )
    return places_and_points(body)


def places_and_points(body):
    told = ("team", "points", "total", "rank", "grade")
    return [{name: json.loads(json.dumps(team[name])) for name in told} for team in body["outcome"]["teams"]]


def refused(story, one, correction, *fields: str):
    with pytest.raises(Invalid) as refusal:
        allow(story, one, correction)
    assert set(refusal.value.fields) == set(fields)


def test_the_marks_of_a_judge_tied_to_the_team_are_set_aside(action, centre, centre2, office):
    story = Judged(action, centre, centre2, office)
    story.until("public_notice")
    tied, first = story.round.seats.first(), story.round.results.get()
    one = appeal(story, "T6", 0, NOTICED + timedelta(hours=1))
    refused(story, one, MarksSetAside(tied, " "), "reason")
    with pytest.raises(NotAllowed):
        allow(story, one, MarksSetAside(tied, "亲属"), by=centre)
    second = allow(story, one, MarksSetAside(tied, "亲属"))
    left = [Mark(Decimal(column[0]), f"评委{number}") for number, column in enumerate(SIX, start=1)][1:]
    outcome = places_and_points(json.loads(second.body))
    assert outcome == reckoned(story, "marks", "T6", 0, left, before=first.at)
    own = next(team for team in outcome if team["team"] == story.teams[0].code)
    assert own["points"]["T6"] == "8.60"  # 82 and 90 drop out: 84, 86, 88
    assert SignedMark.objects.filter(seat=tied).count() == 4 and SeatStep.objects.filter(act="tie_found").count() == 1
    assert [verify_result(result) for result in (first, second)] == [[], []]
    other = appeal(story, "T6", 1, NOTICED + timedelta(hours=3))
    allow(story, other, MarksSetAside(tied, "同事"))  # the tie to one team says nothing of another
    third = appeal(story, "T7", 0, NOTICED + timedelta(hours=5))
    with pytest.raises(WrongState):
        allow(story, third, MarksSetAside(tied, "亲属"))


def test_an_error_of_counting_slips_is_corrected_by_the_next_tally(action, centre, centre2):
    story = Review(action, centre, centre2)
    voted(story)
    first = story.score()
    story.approve()
    moves.post_notice(story.round, by=centre, at=SCORED)
    before = [list(rows.objects.order_by("pk").values()) for rows in (VoteSlip, VoteCount)]
    group, one = story.group("villages"), appeal(story, "V1", 2, SCORED + timedelta(hours=1))
    right = {"75": 2, "95": 1}  # counted as 75, 75, 40
    paper = {"document": "重新计票记录1号", "basis": "当场复点表决票"}
    refused(story, one, TallyCorrected(group, {"75": 2, "40": 1}, **paper), "marks")
    refused(story, one, TallyCorrected(group, right, **paper | {"basis": " "}), "basis")
    refused(story, one, TallyCorrected(group, right, **paper | {"document": ""}), "document")
    refused(story, one, TallyCorrected(group, {"75": 2, "95": 2}, **paper), "marks")  # three slips were cast
    refused(story, one, TallyCorrected(group, {"60": 3}, **paper), "marks")
    with pytest.raises(WrongState):  # without an appeal nothing is entered over slips
        enter_tally(story.round, "villages", {}, cast=3, by=centre, at=SCORED, seen=1, **paper)
    second = allow(story, one, TallyCorrected(group, right, **paper))
    tally = VoteTally.objects.get(group=group, number=2)
    assert (tally.cast, tally.basis, tally.by) == (3, paper["basis"], centre2)
    facts, _seats = gather(story.round, before=first.at)
    votes = [vote for vote in facts.votes["V1"][2] if vote.group != "villages"]
    votes += [Vote(Decimal(mark), "villages") for mark in (75, 75, 95)]
    assert places_and_points(json.loads(second.body)) == reckoned(story, "votes", "V1", 2, votes, before=first.at)
    # townships 85, villages (75 + 75 + 95) / 3, departments silent; V2 as it was, 16.00
    assert second.lines.get(team=story.teams[2]).base == Decimal("65.75")
    assert Counter(gather(story.round, before=second.at)[0].votes["V1"][0]) == Counter(facts.votes["V1"][0])
    assert [list(rows.objects.order_by("pk").values()) for rows in (VoteSlip, VoteCount)] == before
    assert [verify_result(result) for result in (first, second)] == [[], []]
    told = AuditEvent.objects.filter(verb__in=("enter_tally", "allow_appeal")).values_list("change", flat=True)
    assert not any(mark in change for change in told for mark in ('"75"', '"95"'))
