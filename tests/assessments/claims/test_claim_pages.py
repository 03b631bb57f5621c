"""The pages of claims: what is asked beside the field, who reads what, what stands on home and in the inbox."""

import re

import pytest
from django.urls import reverse

from assessments.claims import claims
from assessments.front.claim_lines import claim_lines
from assessments.models import Claim
from governance.records.models import Notice
from governance.registers.todo import TodoReader
from tests.assessments.conftest import ENTERED, FILED

pytestmark = pytest.mark.django_db


@pytest.fixture
def head(story, time_machine):
    """The head of the first team, on the day of filing."""
    time_machine.move_to(ENTERED)
    story.until("collecting")
    return story.heads[story.teams[0].code]


@pytest.fixture
def page(client):
    """The text of a page as a person reads it."""
    client.cookies["vanguard_language"] = "en"

    def read(person, url: str) -> str:
        client.force_login(person)
        return client.get(url).content.decode()

    return read


def filled(client, **changes) -> dict:
    """A form that can be sent."""
    form = client.get(reverse("claim_new")).context["form"]
    key = next(key for key, meaning in form.meanings.items() if meaning.get("level") == "municipal")
    values = {"team": form["team"].value(), "counts_as": key, "matter": "股份制试点", "document": "1号"}
    return values | {"issuer": "市委办", "on": "2026-09-18", "basis": "市级试点"} | changes


def lines(story, person) -> list[tuple[str, int | None]]:
    return [(line.url, line.count) for line in claim_lines(TodoReader(person, ENTERED, story.action))]


def test_a_head_files_for_the_own_team_alone(story, head, client):
    client.force_login(head)
    form = client.get(reverse("claim_new")).context["form"]
    assert list(form.fields["team"].queryset) == [story.teams[0]]
    assert client.post(reverse("claim_new"), filled(client, team=story.teams[1].code)).status_code == 422
    assert client.post(reverse("claim_new"), filled(client)).status_code == 302
    assert Claim.objects.get().team == story.teams[0]


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"matter": ""}, "matter"),
        ({"document": " "}, "document"),
        ({"basis": ""}, "basis"),
        ({"on": "2026-11-01"}, "on"),
        ({"on": "1026-01-01"}, "on"),
        ({"counts_as": "1:P1:galactic"}, "counts_as"),
        ({"counts_as": ""}, "counts_as"),
    ],
)
def test_each_refusal_stands_beside_its_field(head, client, changes, field):
    client.force_login(head)
    answer = client.post(reverse("claim_new"), filled(client, **changes))
    assert answer.status_code == 422
    assert set(answer.context["form"].errors) == {field}
    assert not Claim.objects.exists()


def test_a_near_title_is_asked_about_once(story, head, client):
    story.file(story.teams[0], "P1", level="national", matter="股份合作制试点")
    client.force_login(head)
    answer = client.post(reverse("claim_new"), filled(client))
    assert "股份合作制试点" in str(answer.context["form"].errors["matter"])
    assert "is_new" in answer.context["form"].fields
    assert client.post(reverse("claim_new"), filled(client, is_new="on")).status_code == 302
    assert Claim.objects.filter(matter="股份制试点").exists()


def test_a_page_that_is_older_than_the_claim_is_refused(story, head, client):
    claim = story.file(story.teams[1], "P2", level="county", matter="通报批评")
    claims.answer_claim(claim, reason="已整改", by=story.heads[story.teams[1].code], at=FILED)
    Claim.objects.filter(pk=claim.pk).update(version=4)
    client.force_login(story.centre)
    url = reverse("claim_reject", args=[claim.pk])
    answer = client.post(url, {"reason": "未点名", "version": 1})
    assert answer.status_code == 409
    assert "未点名" in answer.content.decode()
    assert 'name="version" value="4"' in answer.content.decode()
    assert client.post(url, {"reason": "未点名", "version": 4}).status_code == 302


def test_what_it_would_pay_is_shown_to_the_centre_alone(story, head, page, leader):
    claim = story.file(story.teams[0], "P1", level="provincial", matter="试点", by=head)
    for person, sees in ((story.centre, True), (story.office, False), (leader, False), (head, False)):
        assert ("Counts in this round" in page(person, claim.get_absolute_url())) is sees


def test_only_what_can_be_done_is_offered(story, head, page):
    claim = story.file(story.teams[0], "P1", level="provincial", matter="试点", by=head)
    own = story.file(story.teams[1], "P1", level="provincial", matter="另一", by=story.centre)

    def offered(person, row):
        return set(re.findall(rf"/claims/{row.pk}/(\w+)/", page(person, row.get_absolute_url())))

    assert offered(head, claim) == {"withdraw", "evidence"}
    assert offered(story.centre, claim) == {"approve", "reject", "evidence"}
    assert offered(story.office, claim) == {"evidence"}
    assert offered(story.centre, own) == {"withdraw", "evidence"}
    assert "Someone else in the centre decides it" in page(story.centre, own.get_absolute_url())
    claims.approve_claim(claim, matter=claim.matter, level=claim.level, by=story.centre, at=ENTERED)
    assert offered(head, claim) == set()
    assert offered(story.centre2, claim) == {"withdraw", "lower"}


def test_a_team_reads_its_own_claims_and_their_decision(story, head, page):
    own = story.event(story.teams[0], "P1", level="municipal", matter="本专班的试点")
    story.event(story.teams[1], "P1", level="municipal", matter="别的专班的试点")
    listed = page(head, reverse("claim_list"))
    assert "本专班的试点" in listed
    assert "别的专班的试点" not in listed
    assert "Approved" in listed
    assert "Approved" in page(head, own.get_absolute_url())


def test_home_says_what_is_to_be_decided_and_answered(story, head):
    story.file(story.teams[0], "P1", level="provincial", matter="试点", by=head)
    veto = story.file(story.teams[0], veto="false-data", matter="虚假销号")
    url = f"{reverse('claim_list')}?state=filed"
    assert lines(story, story.centre) == lines(story, story.centre2) == [(url, 2)]
    assert lines(story, head) == [(veto.get_absolute_url(), None)]
    assert lines(story, story.office) == lines(story, story.heads[story.teams[1].code]) == []
    claims.answer_claim(veto, reason="录错批次", by=head, at=FILED)
    assert lines(story, head) == []
    assert "录错批次" not in {str(notice.facts) for notice in Notice.objects.all()}


def test_the_list_of_a_round_and_its_states(story, head, client):
    story.event(story.teams[0], "P1", level="municipal", matter="试点")
    story.file(story.teams[1], "P2", level="county", matter="通报批评")
    client.force_login(story.centre)
    url = reverse("claim_list")
    for query, count in (
        ("", 2),
        ("?state=filed", 1),
        (f"?round={story.round.pk}", 2),
        ("?round=0", 0),
        ("?q=批评", 1),
    ):
        answer = client.get(url + query)
        assert answer.content.decode().count('class="table-title"') == count, query
