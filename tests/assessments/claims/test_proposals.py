"""What the records propose: recognised showcases and circulars, until a claim is filed for them."""

from datetime import date
from urllib.parse import parse_qs, urlsplit

import pytest
from django.urls import reverse

from assessments.claims.proposals import proposals_for
from governance.clock import at_time
from teams.meetings.orders.circulars import CircularLineText, draft_circular, sign_circular
from teams.meetings.showcases.steps import Proof, confirm_step, propose_step
from tests.assessments.conftest import ENTERED
from tests.teams.meetings.factories import make_showcase

pytestmark = pytest.mark.django_db

PAPER = Proof(date(2026, 9, 18), level="municipal", issuer="市治理办", document="市治理办〔2026〕31号")


@pytest.fixture
def pilot(story, time_machine):
    """A pilot of the first team, granted by the city."""
    time_machine.move_to(ENTERED)
    story.until("collecting")
    head, at = story.heads[story.teams[0].code], at_time(date(2026, 9, 20), 9)
    showcase = make_showcase(story.teams[0], by=story.office, at=at)
    step = propose_step(showcase, step="granted", proof=PAPER, by=head, at=at)
    confirm_step(step, proof=PAPER, by=story.office, at=at)
    return showcase


def proposed(story, person, *teams):
    return proposals_for(person, list(teams or story.teams), year=2026)


def test_a_recognised_showcase_is_proposed_until_it_is_filed(story, pilot, client):
    head = story.heads[story.teams[0].code]
    [one] = proposed(story, head)
    assert (one.team, one.matter, one.level, one.document) == (
        story.teams[0],
        pilot.title,
        "municipal",
        PAPER.document,
    )
    assert proposed(story, head, story.teams[1]) == proposals_for(head, story.teams, year=2025) == []
    client.force_login(head)
    form = client.get(one.url).context["form"]
    values = {name: form[name].value() for name in ("team", "matter", "document", "issuer", "on", "counts_as")}
    meaning = form.meanings[values["counts_as"]]
    assert (meaning["indicator"].code, meaning["level"]) == ("P1", "municipal")
    client.post(reverse("claim_new"), values | {"basis": "市级试点"})
    assert story.round.claims.get().matter == pilot.title
    assert proposed(story, head) == []


def test_a_team_that_a_circular_names_is_proposed_for_a_deduction(story, leader, time_machine, client):
    time_machine.move_to(ENTERED)
    story.until("collecting")
    line = CircularLineText("named", story.teams[1], "调度会缺席", None)
    at = at_time(date(2026, 9, 30), 9)
    draft = draft_circular(story.action, title="通报", text="总体平稳", lines=[line], by=story.office, at=at)
    circular = sign_circular(draft, by=leader, at=at)
    [one] = proposed(story, story.office)
    assert (one.team, one.document, one.is_criticism) == (story.teams[1], circular.name, True)
    assert parse_qs(urlsplit(one.url).query)["matter"] == ["调度会缺席"]
    client.force_login(story.office)
    form = client.get(one.url).context["form"]
    assert form.meanings[form["counts_as"].value()]["indicator"].code == "P2"
    story.file(story.teams[1], "P2", level="county", matter="调度会缺席", document=circular.name)
    assert proposed(story, story.office) == []
