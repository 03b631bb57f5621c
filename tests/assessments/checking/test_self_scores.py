"""A team's own points: from 0 to the indicator's, until checking begins, without effect."""

import json
from datetime import timedelta
from decimal import Decimal

import pytest
from django.urls import reverse

from assessments.checking.self_scores import own_points, write_self_scores
from assessments.models import SelfScore
from governance.records.refusals import Invalid, NotAllowed, Stale, WrongState
from tests.assessments.conftest import ENTERED
from tests.factories import MemberFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def collecting(story):
    story.until("collecting")
    return story


def write(story, points, **also):
    team = story.teams[0]
    also = {"by": story.heads[team.code], "at": ENTERED} | also
    return write_self_scores(story.round, team, points, **also)


def own(story) -> dict[str, Decimal | None]:
    seat = story.round.teams.select_related("team").get(team=story.teams[0])
    return {one.planned.code: one.points for one in own_points(seat)}


def test_own_points_are_kept_changed_and_withdrawn(collecting):
    write(collecting, {"T6": "3.5", "T1": "0"})
    assert (own(collecting)["T6"], own(collecting)["T1"]) == (Decimal("3.5"), 0)
    write(collecting, {"T6": "4", "T1": "0"}, at=ENTERED + timedelta(minutes=1))
    write(collecting, {"T6": ""}, at=ENTERED + timedelta(minutes=2))
    assert own(collecting)["T6"] is None
    assert SelfScore.objects.filter(indicator__code="T6").count() == 3
    assert SelfScore.objects.filter(indicator__code="T1").count() == 1


@pytest.mark.parametrize("text", ["-1", "1000", "NaN", "three", "1.23456", "1e9999"])
def test_what_is_no_number_from_0_to_the_points_is_refused_beside_its_field(collecting, text):
    with pytest.raises(Invalid) as refusal:
        write(collecting, {"T6": text})
    assert set(refusal.value.fields) == {"points-T6"}
    assert not SelfScore.objects.exists()


def test_a_team_writes_its_own_until_checking_begins(collecting):
    liaison = MemberFactory(team=collecting.teams[0], part="liaison").user
    assert write(collecting, {"T6": "1"}, by=liaison)
    for stranger in (collecting.heads[collecting.teams[1].code], collecting.centre, collecting.office):
        with pytest.raises(NotAllowed):
            write(collecting, {"T6": "2"}, by=stranger)
    with pytest.raises(WrongState):
        write(collecting, {"no-such": "2"})
    collecting.enter_all()
    collecting.check()
    with pytest.raises(WrongState):
        write(collecting, {"T6": "2"})


def test_an_outdated_form_is_refused(collecting):
    write(collecting, {"T6": "1"}, seen={"T6": 0})
    with pytest.raises(Stale):
        write(collecting, {"T6": "2"}, seen={"T6": 0})
    assert own(collecting)["T6"] == 1


def test_own_points_change_no_result_and_stand_on_the_scorecard(client, story):
    story.until("collecting")
    write(story, {"T6": "1.25"})
    story.enter_all()
    story.close()
    result = story.score()
    assert "1.25" not in json.dumps(json.loads(result.body)["facts"])
    story.approve()
    story.notice()
    url = reverse("scorecard", args=[story.round.pk, story.teams[0].code])
    client.force_login(story.heads[story.teams[0].code])
    assert "1.25" in client.get(url).content.decode()


def test_the_page_saves_and_shows_a_refusal_beside_its_field(client, collecting):
    url = reverse("self_score", args=[collecting.round.pk, collecting.teams[0].code])
    client.force_login(collecting.heads[collecting.teams[0].code])
    page = client.get(url)
    form = page.context["form"]
    data = {name: form[name].value() for name in form.fields}
    refused = client.post(url, data | {"points-T6": "1000"})
    assert refused.status_code == 422 and refused.context["form"].errors.keys() == {"points-T6"}
    assert client.post(url, data | {"points-T6": "2"}).status_code == 302
    stale = client.post(url, data | {"points-T6": "3"})
    assert stale.status_code == 409
    assert own(collecting)["T6"] == 2
