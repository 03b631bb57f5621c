"""An indicator is left out for a team without a value: by whom, when, what it does to the points, how it is undone."""

import json
from decimal import Decimal

import pytest
from django.db import IntegrityError, transaction
from django.urls import reverse

from assessments.figures.entry import Entry
from assessments.models import LeftOut, Result
from assessments.results import moves, scoring
from assessments.results.verification import verify_published, verify_result
from assessments.rounds import left_out
from assessments.rounds.round_states import step_back
from governance.records.integrity.guards import remove_triggers
from governance.records.models import AuditEvent
from governance.records.refusals import Invalid, NotAllowed, Stale, WrongState
from tests.assessments.conftest import APPROVED, CHECKED, ENTERED, SCORED
from tests.assessments.results.test_verification import tamper

pytestmark = pytest.mark.django_db


@pytest.fixture
def bare(story):
    """There is no figure of T7 for the first team, without which the round cannot be approved."""
    story.until("collecting")
    story.enter_all()
    story.enter("T7", {story.teams[0].code: Entry("", no_figure=True)})
    return story.round


def scored(story) -> dict:
    """The first team's outcome, once the round is scored."""
    story.close()
    body = json.loads(story.score().body)
    return next(team for team in body["outcome"]["teams"] if team["team"] == story.teams[0].code)


def test_its_points_are_shared_among_the_other_indicators(story, bare):
    """Base = sum of points / sum of full points that apply x base points, by hand."""
    story.leave_out(place=0)
    outcome = scored(story)
    explanation = outcome["explanations"]["T7"]
    assert (explanation["status"], explanation["policy"], explanation["points"]) == ("left_out", "redistribute", None)
    assert explanation["reason"]["basis"]["document"] == "垣考核〔2026〕5号"
    full = {
        code: Decimal(one["full"])
        for code, one in outcome["explanations"].items()
        if one["points"] is not None and one["kind"] == "base"
    }
    points = sum(Decimal(outcome["points"][code]) for code in full)
    assert Decimal(outcome["base"]) == round(points / sum(full.values()) * 100, 2)
    assert outcome["pending"] == []


def test_without_the_decision_the_round_waits(story, bare):
    assert scored(story)["pending"] == ["T7"]
    with pytest.raises(WrongState, match="T7"):
        story.approve()


def test_a_published_result_with_something_left_out_verifies_and_an_alteration_is_found(story, bare):
    story.leave_out(place=0)
    scored(story)
    for step in (story.approve, story.notice, story.publish):
        step()
    assert [list(one.findings) for one in verify_published()] == [[]]
    remove_triggers()
    decision = LeftOut.objects.get()
    alterations = (
        {"reason": "另一原因"},
        {"document": "另一文号"},
        {"is_withdrawn": True},
        {"team": story.teams[1].pk},
        {"by": story.centre2.pk},
        {"at": APPROVED},
    )
    for altered in alterations:
        before = {name: getattr(decision, name if name not in ("team", "by") else f"{name}_id") for name in altered}
        tamper(decision, **altered)
        assert verify_result(Result.objects.get()), altered
        tamper(decision, **before)
    assert verify_result(Result.objects.get()) == []


def test_a_decision_after_the_score_is_no_part_of_it_and_asks_for_another_one(story, bare):
    story.close()
    first = story.score()
    story.leave_out(place=0, at=APPROVED)
    assert verify_result(first) == []
    with pytest.raises(WrongState):
        story.approve()
    second = scoring.score_round(story.round, by=story.centre, at=APPROVED)
    assert second.number == 2
    assert scoring.approve_round(story.round, document="1号", by=story.centre2, at=APPROVED).state == "approved"


def test_it_is_undone_by_a_next_number_with_a_reason(story, bare):
    story.leave_out(place=0)
    place = {"indicator": story.indicator("T7"), "team": story.teams[0]}
    with pytest.raises(Invalid):
        left_out.take_in(story.round, **place, reason=" ", by=story.centre, at=ENTERED)
    left_out.take_in(story.round, **place, reason="已有数据", by=story.centre2, at=CHECKED)
    assert list(LeftOut.objects.values_list("number", "is_withdrawn")) == [(1, False), (2, True)]
    assert not LeftOut.objects.standing().exists()
    assert LeftOut.objects.standing(ENTERED).exists(), "it stood until it was withdrawn"
    with pytest.raises(WrongState):
        left_out.take_in(story.round, **place, reason="再撤", by=story.centre, at=CHECKED)
    assert story.round.scorer_ids() == {story.centre.pk}
    assert [event.verb for event in AuditEvent.objects.order_by("pk")][-2:] == ["leave_out", "take_in"]
    assert scored(story)["pending"] == ["T7"]


@pytest.mark.parametrize("missing", ["reason", "document"])
def test_it_needs_a_reason_and_a_document(story, bare, missing):
    with pytest.raises(Invalid) as refused:
        story.leave_out(place=0, **{missing: " "})
    assert set(refused.value.fields) == {missing}


def test_what_has_a_value_does_not_apply_or_is_left_out_already_is_not_left_out(story, bare):
    story.leave_out(place=0)
    for code, place in (("T7", 0), ("T7", 1), ("T6", 0), ("P1", 0)):
        with pytest.raises(WrongState):
            story.leave_out(code, place)
    assert LeftOut.objects.count() == 1


@pytest.mark.parametrize("state", ["preparing", "approved", "public_notice", "published"])
def test_it_is_decided_while_collecting_checking_or_scoring(story, state):
    story.until(state)
    with pytest.raises(WrongState, match="nothing can be left out|不能再作出"):
        story.leave_out()


def test_who_saw_an_older_decision_is_refused(story, bare):
    story.leave_out(place=0, seen=0)
    place = {"indicator": story.indicator("T7"), "team": story.teams[0]}
    with pytest.raises(Stale):
        left_out.take_in(story.round, **place, reason="已有数据", by=story.centre2, at=ENTERED, seen=0)


def test_who_leaves_something_out_scored(story, bare):
    story.leave_out(place=0, by=story.centre2)
    scored(story)
    with pytest.raises(NotAllowed):
        story.approve()


def test_the_last_free_person_is_warned_before(story, bare, client):
    client.cookies["vanguard_language"] = "en"
    page = reverse("leave_out", args=[bare.pk, story.indicator("T7").pk, story.teams[0].code])
    for who, is_warned in ((story.centre2, True), (story.centre, False)):
        client.force_login(who)
        shown = client.get(page).content.decode()
        assert ("nobody in the centre will be left to approve" in shown) is is_warned


def test_a_value_entered_afterwards_keeps_the_round_until_one_of_the_two_is_gone(story, bare):
    story.leave_out(place=0)
    story.enter("T7", {story.teams[0].code: Entry("20", "24")})
    assert scored(story)["points"].get("T7") is None
    with pytest.raises(WrongState, match="T7"):
        story.approve()
    place = {"indicator": story.indicator("T7"), "team": story.teams[0]}
    left_out.take_in(story.round, **place, reason="已有数据", by=story.centre, at=SCORED)
    scoring.score_round(story.round, by=story.centre, at=SCORED)
    assert story.approve().state == "approved"


def test_the_database_takes_no_decision_without_reason_and_document(story, bare):
    row = {"round": bare, "indicator": story.indicator("T7"), "team": story.teams[0], "by": story.centre, "at": ENTERED}
    for words in ({"reason": "", "document": "1号"}, {"reason": "无", "document": ""}):
        with pytest.raises(IntegrityError), transaction.atomic():
            LeftOut.objects.create(**row, number=1, **words)


@pytest.mark.parametrize("language", ["en", "zh-hans"])
def test_the_pages_list_what_is_missing_and_take_a_decision(story, bare, client, language):
    client.cookies["vanguard_language"] = language
    client.force_login(story.centre)
    listing = reverse("round_left_out", args=[bare.pk])
    page = reverse("leave_out", args=[bare.pk, story.indicator("T7").pk, story.teams[0].code])
    assert page in client.get(listing).content.decode()
    sent = {"reason": "统计口径尚未建立", "document": "5号", "seen": 0}
    assert client.post(page, sent | {"reason": ""}).status_code == 422
    assert client.post(page, sent).status_code == 302
    shown = client.get(listing).content.decode()
    assert "统计口径尚未建立" in shown and "5号" in shown
    stale = client.post(page, {"reason": "重复", "seen": 0})
    assert stale.status_code == 409
    assert client.post(page, {"reason": "已有数据", "seen": 1}).status_code == 302
    assert not LeftOut.objects.standing().exists()
    other = reverse("leave_out", args=[bare.pk, story.indicator("T7").pk, story.teams[1].code])
    assert client.get(other).url == listing


def test_the_scorecard_says_who_decided_by_which_document_and_why(story, bare, client):
    story.leave_out(place=0)
    scored(story)
    client.force_login(story.centre)
    page = client.get(reverse("scorecard", args=[bare.pk, story.teams[0].code])).content.decode()
    assert "垣考核〔2026〕5号" in page and "统计口径尚未建立" in page


def test_what_was_left_out_survives_a_step_back(story, bare):
    story.leave_out(place=0)
    moves.begin_checking(bare, by=story.centre, at=CHECKED)
    step_back(bare, reason="补录", by=story.centre, at=CHECKED)
    assert LeftOut.objects.standing().get().team == story.teams[0]
