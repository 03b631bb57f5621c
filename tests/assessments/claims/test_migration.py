"""Events that were entered before claims were filed get their plan and their steps (migration 0006)."""

from importlib import import_module

import pytest
from django.apps import apps
from django.db import connection

from assessments.models import Claim, ClaimStep
from assessments.results.verification import verify_published
from assessments.rounds.facts_of_round import gather
from governance.records.integrity.guards import install_triggers, remove_triggers
from governance.records.models import AuditEvent
from tests.assessments.conftest import ENTERED, SCORED

pytestmark = pytest.mark.django_db

write_steps = import_module("assessments.migrations.0006_claims").write_steps


def test_an_event_was_filed_and_approved_in_one_act_and_withdrawn_as_the_log_says(story, monkeypatch):
    story.until("collecting")
    entered = [story.event(story.teams[number], "P1", level="municipal") for number in (0, 1)]
    remove_triggers()
    ClaimStep.objects.all()._raw_delete("default")
    Claim.objects.update(entered_by=story.centre, entered_at=ENTERED, on=None)
    Claim.objects.filter(pk=entered[1].pk).update(state="withdrawn", decided_by=None)
    change = f'{{"event":{entered[1].pk}}}'
    AuditEvent.objects.create(verb="withdraw_event", at=SCORED, by=story.centre2, change=change)
    monkeypatch.setattr(Claim, "reason", "", raising=False)  # the column goes when the steps are written
    write_steps(apps, connection.schema_editor())
    install_triggers()
    steps = ClaimStep.objects.order_by("claim_id", "number").values_list("claim", "number", "state", "by", "at")
    first, second = (claim.pk for claim in entered)
    assert list(steps) == [
        (first, 1, "filed", story.centre.pk, ENTERED),
        (first, 2, "approved", story.centre.pk, ENTERED),
        (second, 1, "filed", story.centre.pk, ENTERED),
        (second, 2, "approved", story.centre.pk, ENTERED),
        (second, 3, "withdrawn", story.centre2.pk, SCORED),
    ]
    assert Claim.objects.get(pk=first).decided_by == story.centre
    assert list(verify_published()) == []


def test_the_document_of_an_event_entered_before_says_what_it_said(story):
    """Its result was published before claims were filed, and still verifies: no key was added."""
    story.until("collecting")
    claim = story.event(story.teams[0], "P1", level="municipal")
    remove_triggers()
    Claim.objects.update(entered_by=story.centre, entered_at=ENTERED, on=None)
    ClaimStep.objects.filter(claim=claim)._raw_delete("default")
    for number, state in enumerate(("filed", "approved"), start=1):
        said = {"matter": claim.matter, "level": claim.level, "document": claim.document}
        ClaimStep.objects.create(claim=claim, number=number, state=state, **said, by=story.centre, at=ENTERED)
    facts, _seats = gather(story.round, before=SCORED)
    [fact] = facts.provenance["P1"][story.teams[0].code]
    assert set(fact) == {"claim", "matter", "document", "basis", "by", "at", "level"}
