"""Abandoning a round: with a reason and a document, never after publication; its values stay for the centre."""

from datetime import date

import pytest
from django.db import IntegrityError, transaction
from django.urls import reverse

from assessments.front.lines import centre_lines
from assessments.models import AssessmentRound, Figure, RoundStep
from assessments.results import scoring
from assessments.results.verification import verify_published
from assessments.rounds.round_states import abandon_round, step_back
from assessments.rounds.rounds import amend_round
from governance.records.models import AuditEvent
from governance.records.refusals import Invalid, WrongState
from governance.registers.todo import TodoReader
from tests.assessments import work
from tests.assessments.conftest import APPROVED, FROZEN, OPENED, PUBLISHED

pytestmark = pytest.mark.django_db

WHY = {"reason": "方案有误", "document": "垣组发〔2026〕40号"}


def abandon(story, **also):
    return abandon_round(story.round, **(WHY | {"by": story.centre, "at": PUBLISHED} | also))


@pytest.mark.parametrize("state", ["preparing", "collecting", "checking", "scoring", "approved", "public_notice"])
def test_any_round_that_is_not_published_can_be_abandoned(story, state):
    story.until(state)
    abandon(story)
    round = AssessmentRound.objects.get()
    assert (round.state, round.approval, round.approved_by) == ("abandoned", "", None)
    step = round.steps.get(to_state="abandoned")
    assert (step.from_state, step.reason, step.document, step.by) == (state, *WHY.values(), story.centre)
    assert AuditEvent.objects.filter(verb="abandon_round").count() == 1


def test_a_published_round_is_not_abandoned(story):
    story.until("published")
    with pytest.raises(WrongState):
        abandon(story)


@pytest.mark.parametrize("missing", ["reason", "document"])
def test_it_needs_a_reason_and_a_document(story, missing):
    story.until("preparing")
    with pytest.raises(Invalid) as refused:
        abandon(story, **{missing: " "})
    assert set(refused.value.fields) == {missing}


def test_nothing_moves_in_it_any_more_and_its_values_stay(story):
    round = story.until("collecting")
    story.enter_all()
    abandon(story)
    kept = Figure.objects.count()
    for step in (story.freeze, story.enter_all, story.score, story.approve, story.publish):
        with pytest.raises(WrongState):
            step()
    with pytest.raises(WrongState):
        step_back(round, reason="复核", by=story.centre, at=PUBLISHED)
    with pytest.raises(WrongState, match="Abandoned|已终止"):
        classes = {team.code: "A" for team in story.teams}
        amend_round(round, title="改", cut_off_at=work.CUT_OFF, classes=classes, by=story.centre, at=OPENED)
    assert Figure.objects.filter(source__round=round).count() == kept > 0


def test_another_round_of_the_same_plan_kind_and_day_can_be_opened(story):
    first = story.until("preparing")
    abandon(story)
    second = story.open()
    assert (first.kind, first.starts_on) == (second.kind, second.starts_on)
    with pytest.raises(Invalid):
        story.open()


def test_the_database_never_takes_a_round_that_is_both_published_and_abandoned(story):
    round = story.until("published")
    with pytest.raises(IntegrityError), transaction.atomic():
        RoundStep.objects.create(
            round=round, number=9, from_state="approved", to_state="abandoned", by=story.centre, at=PUBLISHED, **WHY
        )
    with pytest.raises(IntegrityError), transaction.atomic():
        AssessmentRound.objects.filter(pk=round.pk).update(state="abandoned")


def test_the_database_takes_no_abandoning_without_reason_and_document(story):
    round = story.until("preparing")
    for missing in WHY:
        with pytest.raises(IntegrityError), transaction.atomic():
            RoundStep.objects.create(
                round=round,
                number=1,
                from_state="preparing",
                to_state="abandoned",
                by=story.centre,
                at=PUBLISHED,
                **WHY | {missing: ""},
            )


def test_it_is_no_work_for_anybody_and_no_result(story, client):
    round = story.until("scoring")
    abandon(story)
    assert not [line for line in _lines(story.centre) if round.title in line.title]
    assert list(verify_published()) == []
    for who, status in ((story.centre, 200), (story.office, 404), (story.heads[story.teams[0].code], 404)):
        client.force_login(who)
        for name in ("round", "results"):
            assert client.get(reverse(name, args=[round.pk])).status_code == status


def test_a_claim_of_an_abandoned_round_pays_nothing_there_and_joins_the_next(story):
    story.until("approved")
    abandon(story)
    story.open(starts_on=date(2026, 7, 2))
    story.freeze()
    assert story.round.claims.count() == 2
    story.enter_none()
    story.close()
    result = scoring.score_round(story.round, by=story.centre, at=PUBLISHED)
    assert result.lines.get(team=story.teams[0]).bonus == 2


@pytest.mark.parametrize("language", ["en", "zh-hans"])
def test_the_page_asks_for_both_and_says_afterwards_why(story, client, language):
    round = story.until("scoring")
    client.cookies["vanguard_language"] = language
    client.force_login(story.centre)
    url = reverse("round_abandon", args=[round.pk])
    page = client.get(reverse("round", args=[round.pk])).content.decode()
    assert url in page
    assert client.post(url, {"reason": "", "document": ""}).status_code == 422
    answer = client.post(url, WHY, follow=True)
    page = answer.content.decode()
    assert WHY["reason"] in page and WHY["document"] in page
    assert ("Abandoned" if language == "en" else "已终止") in page
    assert url not in page
    assert client.get(url).status_code == 302


def _lines(user):
    return list(centre_lines(TodoReader(user, FROZEN)))


def test_an_approval_is_taken_back_with_it(story):
    round = story.until("approved")
    assert round.approved_by == story.centre2
    abandon(story, at=APPROVED)
    round.refresh_from_db()
    assert round.approved_by is None
