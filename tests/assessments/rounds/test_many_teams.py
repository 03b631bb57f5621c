"""The classes of more teams than a select may offer: chosen together, single ones searched."""

import pytest
from django.urls import reverse

from assessments.models import AssessmentRound, RoundTeam
from tests.assessments.conftest import OPENED
from tests.factories import TeamFactory

pytestmark = pytest.mark.django_db

OPENING = {
    "kind": "quarter",
    "title": "第三季度",
    "starts_on": "2026-07-01",
    "ends_on": "2026-09-30",
    "cut_off_at": "2026-10-16T00:00",
}


@pytest.fixture
def browser(story, client, monkeypatch):
    """The centre at the pages of a round, for which four teams are many."""
    for name in ("LONGEST_SELECT", "FOUND"):
        monkeypatch.setattr(f"assessments.forms.round.{name}", 3)
    monkeypatch.setattr("assessments.views.round.now", lambda: OPENED)
    story.form_teams()
    story.adopt()
    client.force_login(story.centre)
    return client


def shown(response) -> dict[str, str]:
    """The classes that the form shows: field -> value."""
    form = response.context["form"]
    return {bound.html_name: bound.value() for bound in (*form.group_fields(), *form.class_fields())}


def classes(story) -> str:
    return "".join(RoundTeam.objects.filter(team__in=story.teams).order_by("team").values_list("team_class", flat=True))


def test_a_class_is_chosen_for_all_together_and_for_a_searched_team_alone(story, browser):
    page = f"{reverse('round_new')}?plan={story.plan.pk}"
    assert shown(browser.get(page)) == {"group-": ""}
    alone = f"class-{story.teams[2].code}"
    sent = OPENING | {"group-": "A", "called": story.teams[2].name}

    found = browser.post(page, sent | {"ends_on": "", "find": "1"})
    assert found.status_code == 200 and not AssessmentRound.objects.exists()
    assert shown(found) == {"group-": "A", alone: "A"}
    assert found.context["form"]["title"].value() == OPENING["title"]
    assert "field error" not in found.content.decode()
    nobody = browser.post(page, sent | {alone: "B", "called": "zzz", "find": "1"})
    assert "zzz" in str(nobody.context["form"].found_words)
    assert shown(nobody) == {"group-": "A", alone: "B"}

    refused = browser.post(page, sent | {alone: "B", "ends_on": "2026-06-01"})
    assert refused.status_code == 422 and shown(refused) == {"group-": "A", alone: "B"}
    assert browser.post(page, sent | {"group-": ""}).status_code == 422
    assert browser.post(page, sent | {alone: "B"}).status_code == 302
    assert classes(story) == "AABA"

    assert shown(browser.get(page)) == {"group-A": "A", "group-B": "B"}
    amend = reverse("round_amend", args=[AssessmentRound.objects.get().pk])
    change = {"version": "1", "title": "改名", "cut_off_at": OPENING["cut_off_at"], "group-A": "B", "group-B": "B"}
    found = browser.post(amend, change | {"called": story.teams[0].code, "find": "1"})
    assert shown(found) == {"group-A": "B", "group-B": "B", f"class-{story.teams[0].code}": "B"}
    assert found.context["form"]["version"].value() == "1"
    assert browser.post(amend, change | {f"class-{story.teams[0].code}": "A"}).status_code == 302
    assert classes(story) == "ABBB"


def test_no_more_teams_are_shown_than_were_asked_for(story, browser):
    for _number in range(4):
        TeamFactory(action=story.action, name=f"同名专班{_number}")
    page = f"{reverse('round_new')}?plan={story.plan.pk}"
    assert list(shown(browser.get(page))) == ["group-"]
    found = browser.post(page, {"called": "同名", "group-": "B", "find": "1"})
    assert len(shown(found)) == 1 + 3
    assert "3" in str(found.context["form"].found_words)
