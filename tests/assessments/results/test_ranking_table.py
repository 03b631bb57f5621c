"""The ranking of a result, page by page."""

from decimal import Decimal

import pytest
from django.core.cache import cache
from django.urls import reverse

from assessments.models import Result, ResultLine
from assessments.results import ranking_table
from assessments.results.ranking_table import Heat
from governance.people.roles import Role
from teams.models import TeamMember
from tests.factories import UserFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def result(hold, teams, monkeypatch) -> Result:
    """A published result of four teams, of which a page shows two."""
    monkeypatch.setattr(ranking_table, "ROWS", 2)
    cache.clear()
    hold("July", dict(zip(teams, (90, 80, 70, 60), strict=True)))
    return Result.objects.get()


def test_each_page_has_its_teams_and_the_mean_of_all(result):
    leader = UserFactory(roles=[Role.COUNTY_LEADER])
    lines = list(ResultLine.objects.filter(result=result).order_by("order").select_related("team"))
    shown = [row for number in ("1", "2") for group in Heat(result, leader, number).classes for row in group.rows]
    assert [row.line.team for row in shown] == [line.team for line in lines]
    explained = [Decimal(row.cells[0].points) for row in shown]
    assert explained == sorted(explained, reverse=True)
    assert len(set(explained)) == 4
    means = {group.mean for number in ("1", "2", "9", "x") for group in Heat(result, leader, number).classes}
    assert means == {(sum(line.total for line in lines) / 4).quantize(Decimal("0.01"))}


def test_points_of_a_page_are_for_those_who_may_see_them_also_when_they_are_remembered(result, teams):
    member = UserFactory()
    TeamMember.objects.create(team=teams[3], user=member, part="head", joined_on=teams[3].established_on)
    Heat(result, UserFactory(roles=[Role.COUNTY_LEADER]), "2").classes  # noqa: B018
    first, second = Heat(result, member, "1"), Heat(result, member, "2")
    assert (first.columns, [row.cells for group in first.classes for row in group.rows]) == ([], [None, None])
    assert [row.cells is not None for group in second.classes for row in group.rows] == [False, True]
    assert first.has_scores
    assert not Heat(result, UserFactory(), "2").has_scores


def test_the_page_links_to_the_next(result, client):
    client.force_login(UserFactory())
    shown = client.get(reverse("results", args=[result.round_id]) + "?page=2")
    assert len(shown.context["heat"].lines) == 2
    assert b"?page=1" in shown.content
