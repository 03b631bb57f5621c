"""An installation without an action: every page says what would be here, and no door leads nowhere."""

import re

import pytest
from django.urls import reverse

pytestmark = pytest.mark.django_db

PAGES = ["home", "wall", "team_list", "task_list", "report_matrix", "period_list", "assessment", "plan_list", "inbox"]


@pytest.mark.parametrize("page", PAGES)
@pytest.mark.parametrize("reader", ["office", "centre", "leader", "administrator"])
def test_every_door_of_an_empty_installation_opens(client, request, reader, page):
    client.force_login(request.getfixturevalue(reader))
    answer = client.get(reverse(page))
    assert answer.status_code == 200
    doors = set(re.findall(r'<a [^>]*href="(/[^"#?]*)"', answer.content.decode()))
    statuses = {door: client.get(door).status_code for door in doors}
    assert {door: status for door, status in statuses.items() if status not in (200, 302)} == {}


def test_whoever_sets_up_begins_at_home(client, office, administrator, leader):
    begins = f'class="button button-primary" href="{reverse("setting_up")}"'
    for reader, count in ((office, 1), (administrator, 1), (leader, 0)):
        client.force_login(reader)
        assert client.get(reverse("home")).content.decode().count(begins) == count, reader
