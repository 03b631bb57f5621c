"""A trial saved as a draft, and a draft tried on the facts of a published round."""

import json
from decimal import Decimal
from html import unescape

import pytest
from django.http import QueryDict
from django.urls import reverse
from django.utils import translation

from assessments.engine import load, write_toml
from assessments.models import AssessmentPlan, Result, ResultLine
from assessments.plans.plans import begin_version, save_draft
from assessments.results.plan_trial import PlanTrial
from assessments.results.what_if import WhatIf
from governance.records.models import AuditEvent
from tests.assessments.conftest import PUBLISHED

pytestmark = pytest.mark.django_db

SCALED = "?T1=20&T6=15"
"""T6, tiers of 10, 5 and 0 points, half as much again."""


@pytest.fixture(autouse=True)
def english():
    with translation.override("en"):
        yield


@pytest.fixture
def result(story) -> Result:
    """The published result of four teams in two classes."""
    story.until("published")
    return Result.objects.get()


def page(client, person, address, data=None):
    client.force_login(person)
    client.cookies["vanguard_language"] = "en"
    return client.get(address) if data is None else client.post(address, data)


def draft_url(result, query=SCALED) -> str:
    return reverse("what_if_draft", args=[result.round_id]) + query


def tried_url(plan, query="") -> str:
    return reverse("plan_tried", args=[plan.code, plan.number]) + query


# Saved as a draft ----------------------------------------------------------------------------------------------------
def test_the_changes_become_the_next_version_with_its_numbers_scaled(result, client, centre):
    answer = page(client, centre, reverse("what_if", args=[result.round_id]) + SCALED)
    assert draft_url(result) in unescape(answer.content.decode())
    before = AuditEvent.objects.count()
    answer = page(client, centre, draft_url(result), {"reason": "项目建设权重过低"})
    draft = AssessmentPlan.objects.get(state="draft")
    assert answer.url == draft.get_absolute_url()
    assert (draft.number, draft.reason) == (2, "项目建设权重过低")
    assert AuditEvent.objects.count() == before + 1
    rows = {row["code"]: row for row in load(draft.draft)["indicators"]}
    assert (rows["T1"]["points"], rows["T6"]["points"]) == (20, 15)
    assert rows["T6"]["method"]["tiers"] == {"complete": 15, "partial": Decimal("7.5"), "none": 0}


def test_what_the_draft_gives_on_the_same_round_is_what_the_trial_showed(result, client, centre):
    """One road: the trial, then the draft tried on the facts of the same round."""
    trial = WhatIf(result, QueryDict(SCALED[1:]))
    page(client, centre, draft_url(result), {"reason": "x"})
    draft = PlanTrial(result, load(AssessmentPlan.objects.get(state="draft").draft))
    assert [move.after for move in draft.moves] == [move.after for move in trial.moves]
    assert (draft.left_out, draft.gone, draft.sentence) == ([], [], trial.sentence)


def test_rounding_is_said_with_what_it_changes(result, client, centre):
    """11 of 20 points become 9.41765 of 17.123; both are 9.42 once they are points."""
    answer = page(client, centre, draft_url(result, "?T1=27.877&T2=17.123"))
    text = " ".join(answer.content.decode().split())
    assert text.count("is written as") == 1
    assert "9.41765 is written as 9.4177" in text
    assert "changes no total of this round" in text
    assert "is written as" not in page(client, centre, draft_url(result)).content.decode()


def test_a_code_that_has_a_draft_is_refused_with_a_link(result, story, client, centre):
    own = begin_version(story.plan.plan, reason="x", by=centre, at=PUBLISHED)
    answer = page(client, centre, draft_url(result))
    text = answer.content.decode()
    assert "The plan already has a draft" in text
    assert own.get_absolute_url() in text
    assert 'name="reason"' not in text
    answer = page(client, centre, draft_url(result), {"reason": "y"})
    assert answer.status_code == 409
    own.refresh_from_db()
    assert (own.reason, AssessmentPlan.objects.count()) == ("x", 2)


def test_a_reason_is_asked_for_and_nothing_without_a_change_is_saved(result, client, centre):
    assert page(client, centre, draft_url(result), {"reason": " "}).status_code == 422
    assert page(client, centre, draft_url(result, "")).status_code == 302
    assert page(client, centre, draft_url(result, "?T1=90")).status_code == 302, "the base points do not add up"
    assert page(client, centre, draft_url(result, "?T1=90"), {"reason": "x"}).status_code == 409
    assert not AssessmentPlan.objects.filter(state="draft").exists()


@pytest.mark.parametrize("role", ["office", "leader"])
def test_only_the_centre_saves_a_trial(result, client, role, request):
    person = request.getfixturevalue(role)
    trial = page(client, person, reverse("what_if", args=[result.round_id]) + SCALED)
    assert trial.status_code == 200
    assert draft_url(result) not in unescape(trial.content.decode())
    assert page(client, person, draft_url(result)).status_code == 403
    assert page(client, person, draft_url(result), {"reason": "x"}).status_code == 403


# What would have been ------------------------------------------------------------------------------------------------
def changed(story, centre, change) -> AssessmentPlan:
    """A draft of the plan with a change."""
    document = load(story.plan.document)
    change(document)
    return save_draft(write_toml(document).encode(), reason="x", seen=0, by=centre, at=PUBLISHED)


def test_an_unchanged_draft_gives_the_printed_ranking(result, story, centre):
    trial = PlanTrial(result, load(begin_version(story.plan.plan, reason="x", by=centre, at=PUBLISHED).draft))
    assert trial.sentence == "No team changes its rank."
    printed = dict(ResultLine.objects.values_list("team__code", "total"))
    assert {move.team: move.after.total for move in trial.moves} == printed
    assert (trial.left_out, trial.gone) == ([], [])


def test_what_the_facts_do_not_say_is_left_out_and_named(result, story, centre, client):
    def change(document):
        rows = {row["code"]: row for row in document["indicators"]}
        rows["T1"]["measure"] = "tasks_on_schedule_rate"
        rows["T7"]["code"] = "T8"
        rows["T6"]["method"]["tiers"] = {"complete": 10, "none": 0}

    plan = changed(story, centre, change)
    trial = PlanTrial(result, load(plan.draft))
    assert [title.split()[0] for title, _ in trial.left_out] == ["T1", "T6", "T8"]
    assert [title.split()[0] for title in trial.gone] == ["T7"]
    assert all(move.after.total is not None for move in trial.moves)
    text = page(client, centre, tried_url(plan)).content.decode()
    assert "its values come from elsewhere than in the round" in text
    assert "Scored in the round and not named in this plan" in text


def test_a_plan_without_the_classes_of_the_round_says_so(result, story, centre, client):
    def change(document):
        document["classes"] = [row | {"code": f"new-{row['code']}"} for row in document["classes"]]
        for row in document["indicators"]:
            row.pop("applies_to", None)

    plan = changed(story, centre, change)
    answer = page(client, centre, tried_url(plan))
    assert answer.status_code == 200
    assert "The teams of this round cannot be scored by the plan" in answer.content.decode()


def test_the_page_begins_with_the_last_round_of_the_plan_and_stores_nothing(result, story, centre, client):
    plan = begin_version(story.plan.plan, reason="x", by=centre, at=PUBLISHED)
    events = AuditEvent.objects.count()
    text = page(client, centre, tried_url(plan)).content.decode()
    assert f'value="{result.round_id}" selected' in text
    assert tried_url(plan) in page(client, centre, plan.get_absolute_url()).content.decode()
    for query, status in ((f"?round={result.round_id}", 200), ("?round=0", 404), ("?round=x", 404)):
        assert page(client, centre, tried_url(plan, query)).status_code == status
    assert AuditEvent.objects.count() == events
    assert json.loads(Result.objects.get().body) == json.loads(result.body)


def test_before_a_round_is_published_there_is_nothing_to_try_it_on(story, centre, client):
    story.until("approved")
    plan = begin_version(story.plan.plan, reason="x", by=centre, at=PUBLISHED)
    assert "No round is published yet" in page(client, centre, tried_url(plan)).content.decode()
    assert page(client, centre, tried_url(plan, f"?round={story.round.pk}")).status_code == 404
