"""Signed marks become the round's facts, are scored by hand's figures, and no altered byte goes unnoticed."""

import json
import re

import pytest
from django.urls import reverse
from django.utils.translation import override

from assessments.models import Result, SeatStep, SignedMark
from assessments.panel import seats
from assessments.results.scorecards import Scorecard
from assessments.results.verification import verify_published, verify_result
from governance.records.integrity.guards import remove_triggers
from tests.assessments.panel.conftest import DECIDED, MARKED, SIX
from tests.assessments.results.test_verification import tamper
from tests.factories import UserFactory

pytestmark = pytest.mark.django_db


def points(story, code="T6"):
    """The points of an indicator by team code, of the latest result."""
    teams = json.loads(story.round.results.latest("number").body)["outcome"]["teams"]
    return {team["team"]: team["points"].get(code) for team in teams}


def test_the_mean_without_the_highest_and_the_lowest_by_hand(story):
    """82, 84, 86, 88 of six: 85 of 100, times 10; and so on."""
    story.until("scoring")
    first, second, third, fourth = (team.code for team in story.teams)
    assert points(story) == {first: "8.50", second: "7.35", third: "9.25", fourth: "6.25"}


def test_with_four_marks_none_drops_out_and_an_absent_sheet_is_no_0(marking):
    story = marking
    story.seat()
    story.judge(*SIX[:4])
    seats.close_panel(story.round, reason="公务在外", by=story.centre, at=DECIDED)
    story.score()
    assert points(story)[story.teams[0].code] == "8.30"


def test_a_replaced_seat_and_a_mark_set_aside_do_not_count(marking):
    story = marking
    gone, *made = [story.seat() for _ in range(4)]
    for seat, marks in zip((gone, *made[:2]), (["1"] * 4, *SIX), strict=False):
        story.mark(seat, *marks)
        story.sign(seat)
    seats.replace_seat(gone, reason="生病", by=story.centre, at=MARKED)
    story.mark(made[2], *SIX[2])
    story.sign(made[2])
    seats.set_marks_aside(made[0], story.teams[0], reason="成员", by=story.centre, at=DECIDED)
    story.score()
    assert points(story)[story.teams[0].code] == "8.30"
    assert points(story)[story.teams[1].code] == "7.20"


def test_a_result_stands_on_the_marks_of_its_moment(story):
    story.until("published")
    result = Result.objects.get()
    SeatStep.objects.create(
        seat=story.round.seats.first(), act="tie_found", team=story.teams[0], reason="成员", at="2026-11-02T09:00+08:00"
    )
    assert verify_result(result) == []


@pytest.mark.parametrize(
    "fields",
    [
        {"mark": "60.0"},
        {"label": "评委甲"},
        {"number": 2},
        {"at": "2026-10-16 01:00:00+00:00"},
        {"by_id": None},
        {"seat_id": None},
        {"team_id": None},
    ],
    ids=lambda fields: next(iter(fields)),
)
def test_an_altered_mark_is_found(story, fields):
    story.until("published")
    remove_triggers()
    mark = SignedMark.objects.order_by("pk").first()
    others = {
        "by_id": UserFactory().pk,
        "seat_id": SignedMark.objects.exclude(seat=mark.seat).first().seat_id,
        "team_id": None,
    }
    if "team_id" in fields:
        mark = SignedMark.objects.filter(team=story.teams[0]).first()
        SignedMark.objects.filter(seat=mark.seat, team=story.teams[1])._raw_delete("default")
        others["team_id"] = story.teams[1].pk
    name, value = next(iter(fields.items()))
    if name == "seat_id":
        SignedMark.objects.filter(seat=others[name], team=mark.team)._raw_delete("default")
    tamper(mark, **{name.removesuffix("_id"): others[name] if value is None else value})
    assert [found for found in verify_published() if found.findings]


def test_a_mark_that_is_gone_and_a_seat_voided_before_are_found(story):
    story.until("published")
    remove_triggers()
    seat = story.round.seats.first()
    SeatStep.objects.create(seat=seat, act="voided", reason="生病", at=MARKED)
    assert verify_result(Result.objects.get())
    SeatStep.objects.filter(act="voided")._raw_delete("default")
    assert not verify_result(Result.objects.get())
    SignedMark.objects.filter(seat=seat)._raw_delete("default")
    assert verify_result(Result.objects.get())


def test_a_team_reads_its_marks_by_height_which_dropped_out_and_never_whose(client, story):
    story.until("published")
    head = story.heads[story.teams[0].code]
    line = Result.objects.get().lines.get(team=story.teams[0])
    card = next(one for one in Scorecard(line, head).indicators if one.code == "T6")
    shown = [(str(mark), dropped) for mark, dropped in card.marks]
    assert shown == [("90.0", True), ("88.0", False), ("86.0", False), ("84.0", False), ("82.0", False), ("80.0", True)]
    client.force_login(head)
    with override("en"):
        page = client.get(reverse("scorecard", args=[story.round.pk, story.teams[0].code])).content.decode()
    assert re.search(r"90\.0.*88\.0.*80\.0", page, re.DOTALL)
    assert len(re.findall("<del ", page)) == 2
    for seat in story.round.seats.all():
        assert seat.label not in page
        assert str(seat.person) not in page


def test_marks_keep_their_decimal(story):
    story.until("scoring")
    body = json.loads(story.round.results.get().body)
    marks = body["facts"]["provenance"]["T6"][story.teams[3].code]
    assert [mark["mark"] for mark in marks] == ["60.5", "61.0", "62.0", "63.0", "64.0", "65.0"]
