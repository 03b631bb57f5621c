"""The story of a round: opened, frozen, entered, scored, approved, published, verified."""

import json
import re
from decimal import Decimal

import pytest
from django.urls import reverse

from assessments.engine import recompute, recompute_reckoning
from assessments.models import MeasuredValue, Publication, Result, RoundStep
from assessments.notices import AssessmentNotice
from assessments.plans.plans import adopt_plan, save_draft
from assessments.results.verification import verify_published, verify_result
from governance.records.models import AuditEvent, Notice
from tests.assessments.conftest import OPENED, TRIAL

pytestmark = pytest.mark.django_db


def test_the_whole_story_leads_to_a_published_result_that_verifies(story):
    round = story.until("published")
    result = Result.objects.get(round=round)
    assert Publication.objects.get().result == result
    assert verify_result(result) == []
    assert [list(verified.findings) for verified in verify_published()] == [[]]
    lines = {line.team.code: line for line in result.lines.select_related("team")}
    first = lines[story.teams[0].code]
    assert (first.team_class, first.bonus) == ("A", Decimal("2.00"))
    assert lines[story.teams[3].code].grade == "", "a team of 14 days is scored and not graded"
    assert lines[story.teams[3].code].rank is not None


def test_every_point_is_recomputed_from_its_stored_explanation_alone(story):
    story.until("published")
    teams = json.loads(Result.objects.get().body)["outcome"]["teams"]
    assert len(teams) == 4
    for team in teams:
        assert recompute_reckoning(team["reckoning"]) == team["reckoning"]
        for code, explanation in team["explanations"].items():
            assert recompute(explanation) == explanation
            assert explanation["points"] == team["points"].get(code)


def test_each_verb_writes_one_audit_event_that_names_no_score(story):
    story.until("published")
    events = list(AuditEvent.objects.filter(object_type__startswith="assessments").order_by("pk"))
    assert [event.verb for event in events] == [
        "draft_plan",
        "adopt_plan",
        "open_round",
        "name_supplier",
        "freeze_measures",
        "enter_figures",
        "enter_figures",
        *("file_claim", "approve_claim"),
        *("file_claim", "approve_claim"),
        "begin_checking",
        "begin_scoring",
        "score_round",
        "approve_round",
        "post_notice",
        "publish_round",
    ]
    totals = [str(line.total) for line in Result.objects.get().lines.all()]
    assert not [total for total in totals for event in events if total in event.change]


def test_each_move_is_kept_as_a_step(story):
    round = story.until("published")
    moves = [(step.from_state, step.to_state) for step in RoundStep.objects.filter(round=round).order_by("number")]
    assert moves == [
        ("preparing", "collecting"),
        ("collecting", "checking"),
        ("checking", "scoring"),
        ("scoring", "approved"),
        ("approved", "public_notice"),
        ("public_notice", "published"),
    ]


def test_publishing_tells_the_heads_and_nobody_else(story):
    story.until("published")
    told = Notice.objects.filter(kind=AssessmentNotice.RESULT_PUBLISHED)
    assert {notice.to for notice in told} == set(story.heads.values())


def test_frozen_values_keep_the_rows_behind(story):
    round = story.until("collecting")
    kept = MeasuredValue.objects.get(round_team__team=story.teams[0], indicator__code="T1")
    assert (kept.numerator, kept.denominator) == (3, 4)
    assert {row["title"]: row["because"] for row in json.loads(kept.rows)} == {
        "建成联合党委": "closed_out",
        "摸清家底": "not_closed_out",
        "推广一本账": "due_later",
    }
    assert kept.round_team.round == round


def test_a_round_of_a_hundred_thousand_points_and_six_decimals_is_kept_to_the_last_digit(story, client):
    """What validation accepts the tables keep, on both databases."""
    text = re.sub(r"\b(base_points|points|min) = ([1-9]\d*)$", r"\1 = \g<2>000", TRIAL.read_text(), flags=re.MULTILINE)
    story.form_teams()
    story.plan = adopt_plan(
        save_draft(text.replace("decimals = 2", "decimals = 6").encode(), by=story.centre, at=OPENED),
        by=story.centre2,
        at=OPENED,
    )
    story.open()
    for step in (story.freeze, story.enter_all, story.close, story.score, story.approve, story.notice, story.publish):
        step()
    result = Result.objects.get()
    printed = {team["team"]: team["total"] for team in json.loads(result.body)["outcome"]["teams"]}
    kept = {line.team.code: line.total for line in result.lines.select_related("team")}
    assert {code: Decimal(text) for code, text in printed.items()} == kept
    assert max(kept.values()) > 10_000
    assert any(total != round(total, 4) for total in kept.values())
    assert verify_result(result) == []
    client.force_login(story.centre)
    assert f"{max(kept.values()):.6f}" in client.get(reverse("results", args=[story.round.pk])).content.decode()
